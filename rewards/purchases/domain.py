"""The arithmetic of baskets and returns. Pure."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import NamedTuple

from loyalty.kit.money import Money, half_up, share_out
from rewards.earning.domain import Line
from rewards.gift_cards.domain import CardPayment


@dataclasses.dataclass(frozen=True, slots=True)
class LineFacts:
    """One line as the shop sent it. `price_minor` is the line's price after discount, `tax_minor` the tax in it."""

    external_id: str
    sku: str
    category: str
    brand: str
    quantity: Decimal
    price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert self.quantity > 0 and self.price_minor >= 0 and self.discount_minor >= 0, self
        assert 0 <= self.tax_minor <= self.price_minor, self


@dataclasses.dataclass(frozen=True, slots=True)
class TenderFacts:
    """The part paid with points: an amount, and the hold that reserves it (without one the points are taken now)."""

    amount_minor: int
    redemption: uuid.UUID | None = None


class WantedReward(NamedTuple):
    """A reward that the member takes with the purchase: its code, and how many pieces."""

    reward: str
    quantity: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """A purchase as a shop tells it. Exactly one of `member`, `member_external_id`, `card` names who bought."""

    source: str
    external_id: str
    occurred_at: dt.datetime
    currency: str
    channel: str
    lines: tuple[LineFacts, ...]
    store: str | None = None
    member: uuid.UUID | None = None
    member_external_id: str | None = None
    card: str | None = None
    tender: TenderFacts | None = None
    codes: tuple[str, ...] = ()
    tender_kinds: tuple[str, ...] = ()
    gift_cards: tuple[CardPayment, ...] = ()
    rewards: tuple[WantedReward, ...] = ()
    buyer: str = ""
    """The code of who bought for the member, where that is a company."""
    fulfilled_on: dt.date | None = None
    """The day on which what was bought has been had, where that comes later: the checkout of a stay. What it earns is pending until then."""

    @property
    def receipt(self) -> tuple[str, str]:
        """By what a purchase is known."""
        return (self.source, self.external_id)

    @property
    def price_minor(self) -> int:
        return sum(line.price_minor for line in self.lines)

    @property
    def tender_minor(self) -> int:
        return self.tender.amount_minor if self.tender else 0

    @property
    def exact_cards_minor(self) -> int:
        """What gift cards are to pay to the cent, beside those that pay what they can."""
        return sum(card.amount_minor for card in self.gift_cards if not card.at_most)

    def fingerprint(self) -> bytes:
        """16 bytes that tell whether the same external id carries the same facts, in whatever time zone they were written."""
        who = self.member or self.member_external_id or self.card
        tender = (self.tender.amount_minor, self.tender.redemption) if self.tender else None
        facts = (who, self.occurred_at.timestamp(), self.currency, self.channel, self.store, tender, self.codes, self.tender_kinds)
        lines = (
            (n.external_id, n.sku, n.category, n.brand, n.quantity.normalize(), n.price_minor, n.discount_minor, n.tax_minor, n.flags)
            for n in self.lines
        )
        cards = tuple(card.facts() for card in self.gift_cards)
        rewards = tuple((wanted.reward, wanted.quantity) for wanted in sorted(self.rewards))
        fulfilled = ("fulfilled", self.fulfilled_on)
        buyer = ("buyer", self.buyer)
        parts = ((cards, cards), (("rewards", *rewards), rewards), (fulfilled, self.fulfilled_on), (buyer, self.buyer))
        later = [part for part, is_told in parts if is_told]
        told = (facts, *lines, *later)  # what was sent before there were gift cards, rewards and days of fulfilment reads as it did
        return hashlib.blake2b(repr(told).encode(), digest_size=16).digest()


WHOLE = "1"
"""The line of a purchase that was sent with an amount only."""
AMOUNT_ONLY = "amount_only"
"""The flag of that line: its quantity is money, so rules see one piece."""


def whole_line(total: Money) -> LineFacts:
    """Return the one line that stands for an amount: it counts the currency, so that any part of the amount can come back."""
    return LineFacts(WHOLE, "", "", "", total.decimal or Decimal(1), total.minor, flags=(AMOUNT_ONLY,))


def priced_lines(facts: PurchaseFacts) -> tuple[Line, ...]:
    """Return the lines as rules see them; what points paid is shared over the lines by price (largest remainder)."""
    prices = [line.price_minor for line in facts.lines]
    shares = share_out(facts.tender_minor, prices) if facts.tender_minor else [0] * len(prices)
    return tuple(
        Line(
            category=line.category,
            sku=line.sku,
            price_minor=line.price_minor,
            paid_minor=line.price_minor - share,
            tax_minor=_part(line.tax_minor, line.price_minor - share, line.price_minor),
            quantity=pieces(line.quantity, line.flags),
            brand=line.brand,
            flags=frozenset(line.flags),
            discount_minor=line.discount_minor,
        )
        for line, share in zip(facts.lines, shares, strict=True)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """How much of one line was not returned: quantity kept of quantity bought."""

    quantity: Decimal
    bought: Decimal

    @property
    def share(self) -> Fraction:
        return Fraction(self.quantity) / Fraction(self.bought)


def kept_lines(lines: Sequence[Line], kept: Sequence[Kept]) -> tuple[Line, ...]:
    """Return the lines as if only the kept quantities had been bought; cents are rounded half-up on what is kept.

    Because every return is computed from what is kept altogether, the parts of several returns sum to the whole line. What money and
    what points paid are parts of the kept price, so that neither grows when less is kept.
    """
    prices = [half_up(line.price_minor * some.share) for line, some in zip(lines, kept, strict=True)]
    return tuple(
        line._replace(
            price_minor=price,
            paid_minor=_part(line.paid_minor, price, line.price_minor),
            tax_minor=half_up(line.tax_minor * some.share),
            quantity=pieces(some.quantity, line.flags),
            discount_minor=half_up(line.discount_minor * some.share),
        )
        for line, some, price in zip(lines, kept, prices, strict=True)
    )


def shares_of_taking(left: Sequence[int], targets: Sequence[int], units: int) -> list[int]:
    """Share what is taken back over the grants of one purchase, oldest first in both lists.

    First from those that hold more than they should (`targets`), the newest first; where that is not enough, from the newest.
    """
    assert 0 <= units <= sum(left), (units, left)
    taken = [0] * len(left)
    for floors in (targets, [0] * len(left)):
        for place in reversed(range(len(left))):
            taken[place] += min(units - sum(taken), max(0, left[place] - taken[place] - floors[place]))
    assert sum(taken) == units, (taken, units)
    return taken


def pieces(quantity: Decimal, flags: Collection[str]) -> Decimal:
    """Return the quantity as rules see it."""
    return min(quantity, Decimal(1)).to_integral_value(ROUND_CEILING) if AMOUNT_ONLY in flags else quantity


def _part(total: int, numerator: int, denominator: int) -> int:
    return half_up(Fraction(total * numerator, denominator)) if total and denominator else 0
