"""Which standings a partner asks for."""

from typing import Annotated, Any

from django.db.models import QuerySet

from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import line
from rewards.tiers.models import TierStanding


class StandingFilters(DayFilters):
    from_on = from_on("from_on")
    through_on = through_on("from_on")
    ladder = Narrow(Annotated[str, line(40)], "The ladder's code.", method="of_ladder")
    reason = Narrow(choice(TierStanding.Reason.values), "Why the standing began or ended.", "reason")

    def of_ladder(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(tier__ladder__code=code)
