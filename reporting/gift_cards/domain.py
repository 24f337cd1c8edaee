"""How much of what was paid for gift cards is still owed (IFRS 15.B44-B47, ASC 606-10-55-46 to 49). Pure.

A cohort is what was sold in one month. With S sold, R paid with them less what was given back, X run out and B what will never be spent,
the entity earns B as cards pay, half_up(B x R / (S - B)), and in any case what ran out; what the law gives to the state is never earned.
"""

import dataclasses
import datetime as dt
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ledger.books import chart
from ledger.books.domain import EventType, Profile
from ledger.books.templates import Amounts, Figure, Role
from loyalty.kit.money import half_up
from rewards.gift_cards.domain import CardKind, EventKind


class Cohort(NamedTuple):
    """The sold cards of one programme and month of issue."""

    programme: uuid.UUID
    month: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What percentage of sold money will be spent (nobody knows without one), and which share of the rest the law gives to the state."""

    estimate: int | None = None
    percentage: Decimal | None = None
    unclaimed_percentage: Decimal = Decimal(0)


@dataclasses.dataclass(frozen=True, slots=True)
class Moves:
    """What happened to a cohort, minor units. Adds and subtracts field by field."""

    sold: int = 0
    paid: int = 0
    given_back: int = 0
    lapsed: int = 0

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(self.sold + other.sold, self.paid + other.paid, self.given_back + other.given_back, self.lapsed + other.lapsed)

    @property
    def spent(self) -> int:
        return self.paid - self.given_back

    @property
    def on_cards(self) -> int:
        return self.sold - self.spent - self.lapsed

    def unclaimed(self, judged: Judgement) -> int:
        """Of what ran out, what the law gives to the state (B47)."""
        return half_up(Fraction(judged.unclaimed_percentage) / 100 * self.lapsed)

    def breakage(self, judged: Judgement) -> int:
        """Of what will never be spent, what is earned so far: at least what ran out, never what goes to the state.

        Without an estimate only what ran out: earlier nobody can say that the holder's right is remote (B46).
        """
        expected = self.sold * (1 - Fraction(judged.percentage) / 100) if judged.percentage is not None else Fraction(0)
        unspent = self.sold - self.spent
        never = min(max(expected, Fraction(self.lapsed)), Fraction(unspent))
        unclaimed = self.unclaimed(judged)
        kept = (1 - Fraction(judged.unclaimed_percentage) / 100) * never
        in_proportion = half_up(kept * self.spent / (self.sold - never)) if self.sold > never else 0
        return min(max(self.lapsed - unclaimed, in_proportion), unspent - unclaimed)


@dataclasses.dataclass(frozen=True, slots=True)
class Posted:
    """What a cohort's earlier closes have taken off the liability."""

    breakage: int = 0
    unclaimed: int = 0
    liability: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A cohort when a month closes: `moves` since its first sale, `in_period` what the open period took in, `before` its last statement."""

    moves: Moves
    in_period: Moves
    judged: Judgement
    before: Posted

    def __post_init__(self) -> None:
        before, period = self.before, self.in_period
        rolled = before.liability + period.sold - period.spent - self.breakage_minor - self.unclaimed_minor
        assert rolled == self.liability_minor >= 0, self

    @property
    def breakage_total(self) -> int:
        return self.moves.breakage(self.judged)

    @property
    def unclaimed_total(self) -> int:
        return self.moves.unclaimed(self.judged)

    @property
    def breakage_minor(self) -> int:
        """What this close earns; below zero where an estimate went up."""
        return self.breakage_total - self.before.breakage

    @property
    def unclaimed_minor(self) -> int:
        return self.unclaimed_total - self.before.unclaimed

    @property
    def liability_minor(self) -> int:
        return self.moves.sold - self.moves.spent - self.breakage_total - self.unclaimed_total


EVENTS = {
    EventKind.ISSUED: (EventType.GIFT_CARD_SALE, Figure.PAID),
    EventKind.CHARGED: (EventType.GIFT_CARD_TENDER, Figure.TENDERED),
    EventKind.GIVEN_BACK: (EventType.GIFT_CARD_REFUND, Figure.RETURNED),
}
"""What is posted when it happens; what runs out is posted by the close."""
NARRATIONS = {
    EventType.GIFT_CARD_SALE: "Gift cards sold",
    EventType.GIFT_CARD_TENDER: "Paid with gift cards",
    EventType.GIFT_CARD_REFUND: "Given back on gift cards",
    EventType.BREAKAGE: "Gift cards that nobody will spend",
}


def posts(kind: CardKind, what: EventKind) -> bool:
    """Nothing was received for a given card and nothing is owed on it: only what it pays is posted."""
    return what in EVENTS and (kind, what) != (CardKind.GIVEN, EventKind.ISSUED)


def event_amounts(profile: Profile, kind: CardKind, what: EventKind, amount_minor: int, *, beside: bool) -> Amounts:
    """Return a row of an event's journal. `beside` is a payment of an order that these books do not know: its sale clears it."""
    funding = chart.CASH if profile is Profile.FULL and not beside else chart.GIFT_CARD_CLEARING
    against = chart.GIFT_CARD_LIABILITY if kind == CardKind.SOLD else chart.PRICE_CONCESSIONS
    return Amounts({EVENTS[what][1]: amount_minor}, {Role.FUNDING: funding, Role.LIABILITY: against})


def close_amounts(statement: Statement) -> Amounts:
    accounts = {Role.LIABILITY: chart.GIFT_CARD_LIABILITY, Role.LAPSE: chart.GIFT_CARD_BREAKAGE, Role.TARGET: chart.UNCLAIMED_PROPERTY}
    return Amounts({Figure.RELEASED: statement.breakage_minor, Figure.UNCLAIMED: statement.unclaimed_minor}, accounts)
