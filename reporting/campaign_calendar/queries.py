"""Which campaigns lie in a stretch of time, what have they given, and what did they bring?"""

import dataclasses

from accounts.programmes.models import Programme
from reporting.campaign_calendar.domain import Window
from rewards.campaigns.domain import Terms, Used
from rewards.campaigns.lift import Lift
from rewards.campaigns.models import Campaign
from rewards.campaigns.queries import lifts_of, newest_versions, terms_of, used_by_many

MOST = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """A campaign by its newest approved version. `lift` is None before its audience is assigned."""

    campaign: Campaign
    terms: Terms
    used: Used
    lift: Lift | None


def calendar(programme: Programme, window: Window) -> list[Planned]:
    """Return the campaigns of the window by their first day, of more than MOST the last ones; four queries."""
    versions = [(version, terms_of(version)) for version in newest_versions(programme)]
    shown = [(version.campaign, terms) for version, terms in versions if window.shows(terms.first_on, terms.last_on)]
    shown = sorted(shown, key=lambda one: (one[1].first_on, one[1].last_on, one[0].code))[-MOST:]
    used = used_by_many([campaign for campaign, _terms in shown])
    lifts = lifts_of(programme.pk, {campaign.pk: terms for campaign, terms in shown if campaign.audience_done_at})
    return [Planned(campaign, terms, used[campaign.pk], lifts.get(campaign.pk)) for campaign, terms in shown]
