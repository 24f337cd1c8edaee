"""Which referrals a partner asks for."""

from typing import ClassVar

from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.referrals.models import Referral


class ReferralFilters(DayFilters):
    costly: ClassVar = frozenset({"state"})

    from_on = from_on("claimed_on")
    through_on = through_on("claimed_on")
    advocate = Narrow(Id, "The id of the member who brought friends.", "advocate_id")
    state = Narrow(choice(Referral.State.values), "How it stands.", "state")
