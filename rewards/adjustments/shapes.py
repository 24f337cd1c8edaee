"""Adjustments as partners ask for them."""

from typing import Annotated, Literal

from loyalty.kit.rest.shapes import PointsCount, Seen, line
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish
from rewards.members.shapes import MemberNamed


class AdjustmentShape(MemberNamed):
    """Points to be given to a member, or taken away to correct a mistake."""

    units: PointsCount
    reason: Literal["goodwill", "promotion", "correction"]
    note: Annotated[str, line(500)]
    """Why, in a sentence; the second person reads it."""
    direction: Literal["add", "remove"] = "add"
    currency: Annotated[str, line(20), Seen] | None = None
    """The point currency's code; without it the programme's main one."""

    def wish(self) -> Wish:
        return Wish(
            direction=Direction(self.direction),
            units=self.units,
            reason=AdjustmentReason(self.reason),
            note=self.note,
            currency=self.currency,
        )
