"""Which campaigns a partner asks for."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from loyalty.kit.rest.filtering import Narrow, RowFilters, choice
from loyalty.kit.rest.shapes import Code, Day
from rewards.campaigns.models import Campaign, CampaignVersion


class CampaignFilters(RowFilters):
    """Over approved campaigns."""

    state = Narrow(choice(Campaign.State.values), "Whether colleagues have paused or ended it.", "state")
    segment = Narrow(Code, "The code of the segment that it is for.", method="for_segment")
    on = Narrow(Day, "A day between its first and its last, both included.", method="for_day")

    def for_segment(self, rows: QuerySet[Campaign], _name: str, code: str) -> QuerySet[Campaign]:
        return rows.filter(Exists(_newest().filter(definition__segment=code)))

    def for_day(self, rows: QuerySet[Campaign], _name: str, day: dt.date) -> QuerySet[Campaign]:
        """Days are written as ISO texts, which sort as the days do."""
        text = day.isoformat()
        return rows.filter(Exists(_newest().filter(definition__first_on__lte=text, definition__last_on__gte=text)))


def _newest() -> QuerySet[CampaignVersion]:
    """The newest approved version of the campaign outside."""
    newer = CampaignVersion.objects.approved().filter(campaign=OuterRef("campaign"), version__gt=OuterRef("version"))
    return CampaignVersion.objects.approved().filter(campaign=OuterRef("pk")).filter(~Exists(newer))
