"""Gift cards as partners issue, look up and charge them."""

import datetime as dt
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from loyalty.kit.money import MalformedAmount, parse_minor
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Id, InvalidInput, Moment, MoneyText, Reference, Seen, Shape, line
from rewards.gift_cards.domain import CardKind, CardPayment
from rewards.gift_cards.services import NewCard

CardCode = Annotated[str, line(60), Seen]
CardPin = Annotated[str, Field(pattern=r"^[0-9]{4,8}$")]


class GiftCardNamed(Shape):
    """Whose card: its code, in groups or not, and the PIN of a card that has one."""

    code: CardCode
    pin: CardPin | None = None


class IssueShape(Shape):
    """A card that was sold for its `amount`, or `given` as a promotion. Without `code` a new one is made and answered once."""

    external_id: Reference
    amount: MoneyText
    given: bool = False
    """Whether it is a promotion that nobody paid for."""
    code: CardCode | None = None
    pin: CardPin | None = None
    member: Id | None = None

    def new_card(self, currency: str) -> NewCard:
        """Return what is issued, but for whom. Raises: InvalidInput."""
        return NewCard(
            kind=CardKind.GIVEN if self.given else CardKind.SOLD,
            amount_minor=minor_of(self.amount, currency),
            code=self.code,
            pin=self.pin or "",
        )


class ChargeShape(GiftCardNamed):
    """An exact `amount`, or with `at_most` as much of it as there is on the card."""

    external_id: Reference
    occurred_at: Moment
    amount: MoneyText
    at_most: bool = False
    order_amount: MoneyText | None = None
    """What the order costs, if not the amount; the answer says what is still due."""
    receipt: Reference | None = None

    def payment(self, currency: str) -> CardPayment:
        """Raises: InvalidInput."""
        amount = minor_of(self.amount, currency)
        if amount > self.order_minor(currency):
            raise fault("/amount", "out_of_range", _("A card pays at most what the order costs."))
        return CardPayment(self.code, amount, self.at_most, self.pin or "")

    def order_minor(self, currency: str) -> int:
        """Raises: InvalidInput."""
        return minor_of(self.amount, currency) if self.order_amount is None else minor_of(self.order_amount, currency, "/order_amount")


class GiveBackShape(Shape):
    """How much of a payment goes back on its card; without an amount all that is left of it."""

    external_id: Reference
    occurred_at: Moment
    amount: MoneyText | None = None
    receipt: Reference | None = None

    def amount_minor(self, currency: str) -> int | None:
        """Raises: InvalidInput."""
        return None if self.amount is None else minor_of(self.amount, currency)


def minor_of(text: str, currency: str, pointer: str = "/amount") -> int:
    """Return an amount above nothing. Raises: InvalidInput."""
    try:
        minor = parse_minor(text, currency)
    except MalformedAmount as malformed:
        raise fault(pointer, malformed.code, malformed.detail) from None
    if not minor:
        raise fault(pointer, "out_of_range", _("Write an amount above 0."))
    return minor


def fault(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(_("Correct the marked fields."), errors=[FieldError(pointer, code, detail)])


def not_ahead(occurred_at: dt.datetime, at: dt.datetime) -> None:
    """Raises: InvalidInput."""
    if occurred_at > at + dt.timedelta(minutes=10):
        raise fault("/occurred_at", "out_of_range", _("This lies in the future. Check the clock of the till."))
