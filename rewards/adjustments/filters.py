"""Which adjustments a partner asks for."""

from typing import ClassVar

from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.adjustments.models import Adjustment


class AdjustmentFilters(DayFilters):
    costly: ClassVar = frozenset({"state", "reason", "direction"})

    from_on = from_on("requested_on")
    through_on = through_on("requested_on")
    member = Narrow(Id, "The member's id.", "member_id")
    state = Narrow(choice(Adjustment.State.values), "How it stands.", "state")
    reason = Narrow(choice(Adjustment.Reason.values), "Why.", "reason")
    direction = Narrow(choice(Adjustment.Direction.values), "Whether points were given or taken.", "direction")
