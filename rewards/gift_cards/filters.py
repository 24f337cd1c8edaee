"""Which gift cards a partner asks for."""

from typing import ClassVar

from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.gift_cards.models import GiftCard


class GiftCardFilters(DayFilters):
    """Over the day on which cards were issued."""

    costly: ClassVar = frozenset({"state", "kind"})

    from_on = from_on("issued_on")
    through_on = through_on("issued_on")
    member = Narrow(Id, "The member's id.", "member_id")
    state = Narrow(choice(GiftCard.State.values), "Whether it pays.", "state")
    kind = Narrow(choice(GiftCard.Kind.values), "Sold, or given as a promotion.", "kind")
