"""Purchases and returns as partners send them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from loyalty.kit.money import MalformedAmount, Money, parse_minor
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Code, CurrencyCode, Day, Id, InvalidInput, Moment, MoneyText, Quantity, Reference, Seen, Shape, line
from rewards.earning.batches import MOST_ITEMS
from rewards.gift_cards.domain import CardPayment, normalise_code
from rewards.gift_cards.shapes import CardCode, CardPin
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts, WantedReward, whole_line
from rewards.purchases.services import ReturnFacts
from rewards.redemptions.shapes import MOST_PIECES

MOST_LINES = 500
MOST_MINOR = 10**12
"""No line and no purchase costs more; every sum of them fits the books."""
MOST_QUANTITY = 10**9


class LineShape(Shape):
    """One line of a receipt: `unit_price` x `quantity` less `discount`, or its `amount` after discount."""

    external_id: Reference
    """Unique on the receipt; a return names it."""
    quantity: Quantity
    sku: Annotated[str, line(100, least=0), Seen] = ""
    category: Annotated[str, line(100, least=0), Seen] = ""
    brand: Annotated[str, line(100, least=0), Seen] = ""
    unit_price: MoneyText | None = None
    amount: MoneyText | None = None
    discount: MoneyText | None = None
    tax: MoneyText | None = None
    """The tax in the line's amount."""
    flags: Annotated[list[Code], Field(max_length=20)] | None = None
    """Marks of the shop's own that rules may ask for, for example full_price."""


class TenderShape(Shape):
    """A means of payment. Points and this programme's gift cards are taken: points by the hold `redemption`, or without one right now.

    A gift card with its `code` pays `amount`, or with `at_most` as much of it as it can, and keeps the rest. Without a code it is
    somebody else's card.
    """

    kind: Literal["points", "cash", "card", "store_card", "gift_card", "other"]
    amount: MoneyText
    redemption: Id | None = None
    code: CardCode | None = None
    pin: CardPin | None = None
    at_most: bool | None = None
    """Whether the card pays up to the amount: as much as there is on it and is still due."""


class RewardShape(Shape):
    """A reward that the member takes with the purchase, by its code: its points are taken before the purchase earns, and it is used at once.

    A return of the purchase gives them back as the reward's `given_back_on_return` says.
    """

    reward: Code
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)] = 1


class PurchaseShape(Shape):
    """A purchase: who, when, where, and `lines` or an `amount`."""

    external_id: Reference
    """The receipt's number, unique at the sender."""
    occurred_at: Moment
    channel: Code
    currency: CurrencyCode
    member: Id | None = None
    member_external_id: Reference | None = None
    card: Code | None = None
    store: Code | None = None
    lines: Annotated[list[LineShape], Field(min_length=1, max_length=MOST_LINES)] | None = None
    amount: MoneyText | None = None
    tenders: Annotated[list[TenderShape], Field(max_length=20)] | None = None
    codes: Annotated[list[Code], Field(max_length=20)] | None = None
    rewards: Annotated[list[RewardShape], Field(max_length=20)] | None = None
    buyer: Code | None = None
    """The code of who bought for the member, where that is a company with buyers."""
    fulfilled_on: Day | None = None
    """The day on which what was bought has been had, where that comes later, for example the checkout of a stay: what it earns is pending until then."""

    def facts(self, source: str) -> PurchaseFacts:
        """Return what the shop says, in the service's words. Raises: InvalidInput."""
        reading = _Reading(self.currency)
        reading.exactly_one(self, "member", "member_external_id", "card")
        reading.exactly_one(self, "lines", "amount")
        lines = reading.lines(self)
        tender = reading.tender(self.tenders or ())
        cards = reading.cards(self.tenders or ())
        rewards = reading.rewards(self.rewards or ())
        reading.finish()
        return PurchaseFacts(
            source=source,
            external_id=self.external_id,
            occurred_at=self.occurred_at,
            currency=self.currency,
            channel=self.channel,
            lines=lines,
            store=self.store,
            member=self.member,
            member_external_id=self.member_external_id,
            card=self.card,
            tender=tender,
            codes=tuple(self.codes or ()),
            tender_kinds=tuple(sorted({one.kind for one in self.tenders or ()})),
            gift_cards=cards,
            rewards=rewards,
            buyer=self.buyer or "",
            fulfilled_on=self.fulfilled_on,
        )


class PurchaseBatch(Shape):
    """Up to 500 purchases, each recorded or refused by itself."""

    items: Annotated[list[PurchaseShape], Field(min_length=1, max_length=MOST_ITEMS)]


class ReturnedLineShape(Shape):
    """How much of which line came back."""

    external_id: Reference
    quantity: Quantity


class ReturnShape(Shape):
    """A return of `lines`, of an `amount` (for a purchase that was sent with an amount), or, with neither, of all that is left."""

    external_id: Reference
    purchase_external_id: Reference
    occurred_at: Moment
    lines: Annotated[list[ReturnedLineShape], Field(min_length=1, max_length=MOST_LINES)] | None = None
    amount: MoneyText | None = None
    refund_to: Literal["gift_card", "other"] = "gift_card"
    """Whether gift cards that paid get their money back first, or all of it is refunded in another way."""

    def facts(self, source: str, currency: str) -> ReturnFacts:
        """Raises: InvalidInput."""
        reading = _Reading(currency)
        if self.lines is not None and self.amount is not None:
            reading.fault("/amount", "too_many", _("Send lines or an amount, not both."))
        amount = reading.money(self.amount, "/amount")
        if self.amount is not None and not amount:
            reading.fault("/amount", "out_of_range", _("Nothing comes back."))
        reading.finish()
        lines = None if self.lines is None else tuple((one.external_id, one.quantity) for one in self.lines)
        to_cards = self.refund_to == "gift_card"
        whole = None if self.amount is None else amount
        return ReturnFacts(source, self.external_id, self.occurred_at, lines, amount_minor=whole, to_gift_cards=to_cards)


class _Reading:
    """What is between the fields of one body; collects every fault."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.faults: list[FieldError] = []

    def fault(self, pointer: str, code: str, detail: str) -> None:
        self.faults.append(FieldError(pointer, code, detail))

    def finish(self) -> None:
        if self.faults:
            raise InvalidInput(_("Correct the marked fields."), errors=self.faults)

    def exactly_one(self, shape: Shape, *names: str) -> None:
        given = [name for name in names if getattr(shape, name) is not None]
        if len(given) != 1:
            pointer, code = (f"/{given[1]}", "too_many") if given else (f"/{names[0]}", "required")
            self.fault(pointer, code, _("Send exactly one of %(names)s.") % {"names": ", ".join(names)})

    def money(self, text: str | None, pointer: str) -> int:
        """Return the amount in minor units, 0 without one."""
        if text is None:
            return 0
        try:
            return parse_minor(text, self.currency)
        except MalformedAmount as malformed:
            self.fault(pointer, malformed.code, malformed.detail)
            return 0

    def lines(self, shape: PurchaseShape) -> tuple[LineFacts, ...]:
        if shape.lines is None:
            total = Money(self.money(shape.amount, "/amount"), self.currency)
            if total.decimal >= MOST_QUANTITY:
                self.too_dear("/amount")
            return () if self.faults else (whole_line(total),)
        if len({one.external_id for one in shape.lines}) < len(shape.lines):
            self.fault("/lines", "given_twice", _("Give every line an external_id of its own."))
        found = [self.line(one, f"/lines/{place}") for place, one in enumerate(shape.lines)]
        if sum(one.price_minor for one in found if one) > MOST_MINOR:
            self.too_dear("/lines")
        return tuple(one for one in found if one)

    def line(self, one: LineShape, at: str) -> LineFacts | None:
        before = len(self.faults)
        discount = self.money(one.discount, f"{at}/discount")
        tax = self.money(one.tax, f"{at}/tax")
        price = self.price(one, at, discount)
        if tax > price:
            self.fault(f"{at}/tax", "out_of_range", _("The tax in a line is not more than the line."))
        if len(self.faults) > before:
            return None
        return LineFacts(one.external_id, one.sku, one.category, one.brand, one.quantity, price, discount, tax, tuple(one.flags or ()))

    def price(self, one: LineShape, at: str, discount: int) -> int:
        if one.amount is not None and one.unit_price is None:
            price = self.money(one.amount, f"{at}/amount")
        else:
            self.exactly_one_price(one, at)
            gross = one.quantity * self.money(one.unit_price, f"{at}/unit_price")
            price = int(gross.quantize(_ONE, ROUND_HALF_UP)) - discount
            if price < 0:
                self.fault(f"{at}/discount", "out_of_range", _("The discount is not more than the price."))
        if price > MOST_MINOR:
            self.too_dear(at)
        return max(price, 0)

    def exactly_one_price(self, one: LineShape, at: str) -> None:
        if (one.amount is None) == (one.unit_price is None):
            pointer, code = (f"{at}/unit_price", "required") if one.amount is None else (f"{at}/amount", "too_many")
            self.fault(pointer, code, _("Send exactly one of %(names)s.") % {"names": "unit_price, amount"})

    def tender(self, tenders: "list[TenderShape] | tuple[()]") -> TenderFacts | None:
        """Return the part paid with points; other means of payment only have to be readable."""
        found = None
        for place, one in enumerate(tenders):
            amount = self.money(one.amount, f"/tenders/{place}/amount")
            if one.kind != "points":
                if one.redemption is not None:
                    self.fault(f"/tenders/{place}/redemption", "not_points", _("Only a payment with points has a redemption."))
            elif found is not None:
                self.fault(f"/tenders/{place}", "given_twice", _("Send one payment with points."))
            elif not amount:
                self.fault(f"/tenders/{place}/amount", "out_of_range", _("Points pay more than nothing."))
            else:
                found = TenderFacts(amount, one.redemption)
        return found

    def cards(self, tenders: "list[TenderShape] | tuple[()]") -> tuple[CardPayment, ...]:
        """Return what this programme's gift cards pay."""
        found: dict[str, CardPayment] = {}
        for place, one in enumerate(tenders):
            if one.kind != "gift_card" or one.code is None:
                if one.code is not None or one.pin is not None or one.at_most:
                    self.fault(f"/tenders/{place}/code", "not_a_gift_card", _("Only a gift card that is named by its code has this."))
                continue
            code, amount = normalise_code(one.code), parsed_or_none(one.amount, self.currency)
            if code in found:
                self.fault(f"/tenders/{place}/code", "given_twice", _("Send each gift card once."))
            elif amount == 0:
                self.fault(f"/tenders/{place}/amount", "out_of_range", _("A gift card pays more than nothing."))
            found[code] = CardPayment(code, amount or 0, bool(one.at_most), one.pin or "")
        return tuple(found.values())

    def rewards(self, rewards: "list[RewardShape] | tuple[()]") -> tuple[WantedReward, ...]:
        """Return what the member takes, in one order whatever it was sent in."""
        found: dict[str, WantedReward] = {}
        for place, one in enumerate(rewards):
            if one.reward in found:
                self.fault(f"/rewards/{place}/reward", "given_twice", _("Send each reward once, with its quantity."))
            found[one.reward] = WantedReward(one.reward, one.quantity)
        return tuple(sorted(found.values()))

    def too_dear(self, pointer: str) -> None:
        self.fault(pointer, "out_of_range", _("This costs more than the books can hold."))


_ONE = Decimal(1)


def parsed_or_none(text: str, currency: str) -> int | None:
    """Return an amount, or nothing where it is malformed: that was said before."""
    try:
        return parse_minor(text, currency)
    except MalformedAmount:
        return None
