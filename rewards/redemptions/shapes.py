"""Redemptions as partners ask for them."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from accounts.partners.rest import WriteQuery
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Code, InvalidInput, MoneyText, QueryFlag, Reference, Shape
from rewards.members.shapes import MemberNamed

MOST_PIECES = 1_000


class RedemptionShape(MemberNamed):
    """Points for a `reward`, or for an `amount` that they pay."""

    reward: Code | None = None
    """The reward's code."""
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)] | None = None
    """How many pieces of the reward; without it one."""
    amount: MoneyText | None = None
    external_id: Reference | None = None
    """The redemption's number at the sender: the same facts again answer with the same redemption."""

    def amount_minor(self, currency: str) -> int | None:
        """Return the amount to pay, or None for a reward. Raises: InvalidInput."""
        if (self.reward is None) == (self.amount is None):
            raise _fault("/reward", "required", _("Send exactly one of %(names)s.") % {"names": "reward, amount"})
        if self.amount is None:
            return None
        if self.quantity is not None:
            raise _fault("/quantity", "too_many", _("Only a reward has pieces."))
        return _minor(self.amount, currency)


class CaptureShape(Shape):
    """Where a reward is handed over (without a store the member gets a voucher), or how much a payment takes of its hold."""

    store: Code | None = None
    amount: MoneyText | None = None
    """Of a payment: at most what was held; the other points come back at once. Without it all that was held."""

    def amount_minor(self, currency: str) -> int | None:
        """Return the amount to take of the hold, or None for all of it. Raises: InvalidInput."""
        return None if self.amount is None else _minor(self.amount, currency)


class NothingShape(Shape):
    """An empty body."""


class RedemptionQuery(WriteQuery):
    """Whether the points are taken, or only set aside."""

    hold: QueryFlag = False
    """Set the points aside for half an hour, until capture or cancel."""


def _minor(amount: str, currency: str) -> int:
    try:
        minor = Money.parse(amount, currency).minor
    except MalformedAmount as malformed:
        raise _fault("/amount", malformed.code, malformed.detail) from None
    if not minor:
        raise _fault("/amount", "out_of_range", _("Points pay more than nothing."))
    return minor


def _fault(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(_("Correct the marked fields."), errors=[FieldError(pointer, code, detail)])
