"""Which reviews a partner asks for."""

from typing import ClassVar

from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.reviews.models import Review


class ReviewFilters(DayFilters):
    bounds: ClassVar = frozenset({"member"})
    costly: ClassVar = frozenset({"state"})

    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The member's id.", "member_id")
    state = Narrow(choice(Review.State.values), "How it stands.", "state")
