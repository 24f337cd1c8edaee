"""Redemptions as partners ask for them."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from accounts.partners.rest import WriteQuery
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import InvalidInput, MoneyText, QueryFlag, Shape, line
from rewards.members.shapes import MemberNamed

MOST_PIECES = 1_000


class RedemptionShape(MemberNamed):
    """Points for a `reward`, or for an `amount` that they pay."""

    reward: Annotated[str, line(40)] | None = None
    """The reward's code."""
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)] | None = None
    """How many pieces of the reward; without it one."""
    amount: MoneyText | None = None
    external_id: Annotated[str, line(100)] | None = None
    """The redemption's number at the sender: the same facts again answer with the same redemption."""

    def amount_minor(self, currency: str) -> int | None:
        """Return the amount to pay, or None for a reward. Raises: InvalidInput."""
        if (self.reward is None) == (self.amount is None):
            raise _fault("/reward", "required", _("Send exactly one of %(names)s.") % {"names": "reward, amount"})
        if self.amount is None:
            return None
        if self.quantity is not None:
            raise _fault("/quantity", "too_many", _("Only a reward has pieces."))
        try:
            minor = Money.parse(self.amount, currency).minor
        except MalformedAmount as malformed:
            raise _fault("/amount", malformed.code, malformed.detail) from None
        if not minor:
            raise _fault("/amount", "out_of_range", _("Points pay more than nothing."))
        return minor


class CaptureShape(Shape):
    """Where the reward is handed over; without a store the member gets a voucher."""

    store: Annotated[str, line(40)] | None = None


class NothingShape(Shape):
    """An empty body."""


class RedemptionQuery(WriteQuery):
    """Whether the points are taken, or only set aside."""

    hold: QueryFlag = False
    """Set the points aside for half an hour, until capture or cancel."""


def _fault(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(_("Correct the marked fields."), errors=[FieldError(pointer, code, detail)])
