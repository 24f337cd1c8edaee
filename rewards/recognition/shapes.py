"""Recognitions as partners ask for them."""

from typing import Annotated, Any

from django.utils.translation import gettext as _

from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Code, Id, InvalidInput, PointsCount, Reference, Shape, line
from rewards.members.shapes import MemberNamed
from rewards.recognition.domain import MESSAGE_LETTERS, REASON_LETTERS


class RecognitionShape(MemberNamed):
    """Points that a member (`member`, `member_external_id` or `card`) gives a colleague (exactly one of `to_…`) of the month's allowance."""

    external_id: Reference
    units: PointsCount
    to_member: Id | None = None
    to_external_id: Reference | None = None
    to_card: Code | None = None
    to_email: Annotated[str, line(254)] | None = None
    value: Code | None = None
    """What it is for; needed where the programme names values."""
    message: Annotated[str, line(MESSAGE_LETTERS)]

    def to_whom(self) -> dict[str, Any]:
        """Return the argument of `find_member` for the receiver. Raises: InvalidInput."""
        given = {"member_id": self.to_member, "external_id": self.to_external_id, "card": self.to_card, "email": self.to_email}
        named = {name: value for name, value in given.items() if value is not None}
        if len(named) != 1:
            detail = _("Send exactly one of %(names)s.") % {"names": "to_member, to_external_id, to_card, to_email"}
            raise InvalidInput(detail, errors=[FieldError("/to_member", "too_many" if named else "required", detail)])
        return named


class UndoShape(Shape):
    """Why a recognition is taken back."""

    reason: Annotated[str, line(REASON_LETTERS)]
