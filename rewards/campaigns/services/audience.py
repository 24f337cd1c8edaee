"""Write down who is asked and who is held out when a campaign begins, so that lift can be measured by them."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from accounts.members.models import Member, MemberStatus
from loyalty.kit.clock import business_date
from rewards.campaigns.domain import is_held_out
from rewards.campaigns.models import Campaign, CampaignAudience, CampaignVersion
from rewards.campaigns.queries import terms_of, waiting_for_audience
from rewards.purchases.surroundings import segments_of_members

CHUNK = 1_000


def assign_due_audiences(*, at: dt.datetime) -> int:
    """Assign the audiences of all campaigns whose first day has come; return how many were finished. May be interrupted and run again."""
    done = 0
    for version in waiting_for_audience():
        if terms_of(version).first_on <= business_date(at, version.campaign.programme.time_zone):
            done += assign_audience(version=version, at=at)
    return done


def assign_audience(*, version: CampaignVersion, at: dt.datetime, chunk: int = CHUNK, most_chunks: int | None = None) -> bool:
    """Assign the members of a campaign, chunk by chunk, each in a transaction of its own; return whether all are assigned."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        if not _assign_chunk(version, at, chunk):
            return True
    return False


@transaction.atomic
def _assign_chunk(version: CampaignVersion, at: dt.datetime, chunk: int) -> bool:
    """Look at the next members; return whether there may be more. The campaign's row tells how far it is."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=version.campaign_id)
    if campaign.audience_done_at is not None:
        return False
    members = Member.objects.filter(programme=campaign.programme_id, status=MemberStatus.ACTIVE).select_related("programme").order_by("pk")
    if campaign.audience_through is not None:
        members = members.filter(pk__gt=campaign.audience_through)
    looked_at = list(members[:chunk])
    CampaignAudience.objects.bulk_create(_rows(version, campaign, looked_at, at), ignore_conflicts=True)
    campaign.audience_looked_at += len(looked_at)
    campaign.audience_through = looked_at[-1].pk if looked_at else campaign.audience_through
    campaign.audience_done_at = None if len(looked_at) == chunk else at
    campaign.save(update_fields=["audience_looked_at", "audience_through", "audience_done_at"])
    return campaign.audience_done_at is None


def _rows(version: CampaignVersion, campaign: Campaign, members: Sequence[Member], at: dt.datetime) -> list[CampaignAudience]:
    terms, key = terms_of(version), bytes(campaign.key)
    asked = {member.pk for member in members} if not terms.segment else _in_segment(terms.segment, members, at)
    return [
        CampaignAudience(campaign=campaign, member=member, is_holdout=is_held_out(key, member.pk, terms.holdout_percent), assigned_at=at)
        for member in members
        if member.pk in asked
    ]


def _in_segment(code: str, members: Sequence[Member], at: dt.datetime) -> set[uuid.UUID]:
    belongs = segments_of_members(members, {code}, at=at)
    return {member.pk for member, segments in zip(members, belongs, strict=True) if code in segments}
