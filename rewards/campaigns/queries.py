"""How do members stand to campaigns, and what have campaigns given?"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.campaigns.domain import State, Terms, Used, is_held_out, standing_on
from rewards.campaigns.lift import Group, Lift, lift_between
from rewards.campaigns.models import Campaign, CampaignAudience, CampaignBudget, CampaignClip, CampaignUse, CampaignVersion
from rewards.earning.domain import Standing
from rewards.segments.queries import Person

InSegments = Callable[[Collection[str]], Sequence[frozenset[str]]]
"""Returns for each of the people to which of the named segments they belong."""
_LIFT = (Path(__file__).parent / "sql" / "lift.sql").read_text()
_read: dict[uuid.UUID, Terms] = {}


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


def campaign_by_code(programme: Programme | uuid.UUID, code: str) -> Campaign:
    """Raises: CampaignNotFound."""
    found = Campaign.objects.select_related("programme__legal_entity__book").filter(programme=programme, code=code).first()
    if found is None:
        raise CampaignNotFound(_("There is no such campaign. Look it up in the list of campaigns."))
    return found


def approved_campaigns(programme: Programme) -> QuerySet[Campaign]:
    """Return the campaigns that were approved at least once."""
    approved = CampaignVersion.objects.approved().filter(campaign=OuterRef("pk"))
    return Campaign.objects.filter(Exists(approved), programme=programme)


def approved_campaign(programme: Programme, code: str) -> Campaign:
    """Raises: CampaignNotFound (also for one that nobody has approved)."""
    found = approved_campaigns(programme).filter(code=code).first()
    if found is None:
        raise CampaignNotFound(_("There is no such campaign. Look it up in the list of campaigns."))
    return found


def terms_of(version: CampaignVersion) -> Terms:
    """Read a version; an approved one never changes, so it is kept."""
    if version.approved_at is None:
        return version.terms()
    return _read.get(version.pk) or _read.setdefault(version.pk, version.terms())


def newest_of(campaign: Campaign) -> CampaignVersion | None:
    """Return the newest approved version."""
    return CampaignVersion.objects.filter(campaign=campaign).newest().first()


def newest_versions(programme: Programme | uuid.UUID) -> QuerySet[CampaignVersion]:
    """Return the newest approved version of each campaign of a programme."""
    return CampaignVersion.objects.filter(campaign__programme=programme).newest()


def standings_among(
    programme: uuid.UUID, codes: Collection[str], people: Sequence[Person], in_segments: InSegments
) -> list[dict[str, Standing]]:
    """Return for each of the people how they stand to these campaigns on their day; one query, and those that its terms ask for."""
    versions = list(newest_versions(programme).filter(campaign__code__in=codes))
    terms = {version.campaign.code: terms_of(version) for version in versions}
    segments = {of.segment for of in terms.values() if of.segment}
    belongs = in_segments(segments) if segments else [frozenset[str]()] * len(people)
    clips = _clips([version.campaign_id for version in versions if terms_of(version).needs_clip], people)
    found: list[dict[str, Standing]] = [dict.fromkeys(codes, Standing.NOT_BEGUN) for _person in people]
    for version in versions:
        campaign, of = version.campaign, terms[version.campaign.code]
        for (member, day), segments_of_member, told in zip(people, belongs, found, strict=True):
            told[campaign.code] = standing_on(
                of,
                State(campaign.state),
                day,
                is_asked=not of.segment or of.segment in segments_of_member,
                is_held_out=is_held_out(bytes(campaign.key), member, of.holdout_percent),
                has_clipped=(campaign.pk, member) in clips,
            )
    return found


def _clips(campaigns: Collection[int], people: Sequence[Person]) -> set[tuple[int, uuid.UUID]]:
    if not campaigns:
        return set()
    rows = CampaignClip.objects.filter(campaign__in=campaigns, member__in={member for member, _day in people})
    return set(rows.values_list("campaign", "member"))


def has_taken(campaign: Campaign, member: Member) -> bool:
    return CampaignClip.objects.filter(campaign=campaign, member=member).exists()


def used_by(campaign: Campaign) -> Used:
    """Return what a campaign has given: from its counter, or, without a budget, from its uses."""
    counter = CampaignBudget.objects.filter(campaign=campaign).first()
    if counter is not None:
        return Used(counter.used_units, counter.used_minor, counter.used_uses)
    return summed_uses(campaign)


def used_by_many(campaigns: Sequence[Campaign]) -> dict[int, Used]:
    """Return what each of the campaigns has given; two queries."""
    counters = CampaignBudget.objects.filter(campaign__in=campaigns)
    used = {of.pk: Used(of.used_units, of.used_minor, of.used_uses) for of in counters}
    rest = [campaign.pk for campaign in campaigns if campaign.pk not in used]
    if rest:
        sums = CampaignUse.objects.filter(campaign__in=rest).values_list("campaign").order_by()
        used |= {pk: Used(*of) for pk, *of in sums.annotate(Sum("units"), Sum("cost_minor"), Sum("uses"))}
    return {campaign.pk: used.get(campaign.pk, Used()) for campaign in campaigns}


def summed_uses(campaign: Campaign) -> Used:
    """Add the uses up."""
    sums = CampaignUse.objects.filter(campaign=campaign).aggregate(units=Sum("units"), cost=Sum("cost_minor"), uses=Sum("uses"))
    return Used(sums["units"] or 0, sums["cost"] or 0, sums["uses"] or 0)


def noted_uses(wallet: uuid.UUID, evidence: Collection[uuid.UUID]) -> dict[int, Used]:
    """Return by campaign what was noted for these purchases and returns; one query."""
    rows = CampaignUse.objects.filter(points_account=wallet, evidence__in=evidence).values_list("campaign").order_by()
    return {pk: Used(*sums) for pk, *sums in rows.annotate(Sum("units"), Sum("cost_minor"), Sum("uses"))}


def waiting_for_audience() -> QuerySet[CampaignVersion]:
    """Return the newest versions of campaigns whose audience is not assigned yet."""
    waiting = CampaignVersion.objects.filter(campaign__audience_done_at__isnull=True).exclude(campaign__state=Campaign.State.ENDED)
    return waiting.newest().select_related("campaign__programme")


def lift_of(campaign: Campaign, terms: Terms) -> Lift:
    """Compare what those asked and the holdout spent in the campaign's days, less what came back; by those who were assigned."""
    return lifts_of(campaign.programme_id, {campaign.pk: terms})[campaign.pk]


def lifts_of(programme: uuid.UUID, campaigns: Mapping[int, Terms]) -> dict[int, Lift]:
    """Return what each of the campaigns brought; one query, which reads the purchases of their days."""
    asked: dict[str, Any] = {
        "programme": programme,
        "campaigns": list(campaigns),
        "firsts": [terms.first_on for terms in campaigns.values()],
        "lasts": [terms.last_on for terms in campaigns.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LIFT, asked)
        groups = {(of, held): Group(count, Decimal(total), Decimal(squares)) for of, held, count, total, squares in cursor.fetchall()}
    nobody = Group(0, Decimal(0), Decimal(0))
    return {of: lift_between(groups.get((of, False), nobody), groups.get((of, True), nobody)) for of in campaigns}


def members_reached(campaign: Campaign) -> int:
    """Return how many members have points of the campaign."""
    rows = CampaignUse.objects.filter(campaign=campaign).values("points_account").annotate(left=Sum("units")).filter(left__gt=0)
    return rows.count()


def given_by_day(campaign: Campaign, *, most: int = 31) -> list[tuple[dt.date, int]]:
    """Return the points given on the last days with any, returns taken off the day of their purchase."""
    rows = CampaignUse.objects.filter(campaign=campaign).values_list("business_on").annotate(Sum("units")).order_by("-business_on")
    return list(rows[:most])[::-1]


def audience_of(campaign: Campaign) -> dict[bool, int]:
    """Return how many are asked (False) and held out (True)."""
    return dict(CampaignAudience.objects.filter(campaign=campaign).values_list("is_holdout").annotate(Count("pk")).order_by())


def offers_on(programme: Programme, day: dt.date) -> list[CampaignVersion]:
    """Return the campaigns whose days have come and not gone, by code; those that ended or are paused are no offers."""
    versions = newest_versions(programme).filter(campaign__state=State.RUNNING.value)
    return sorted(
        (version for version in versions if terms_of(version).first_on <= day <= terms_of(version).last_on),
        key=lambda version: version.campaign.code,
    )
