"""Plan a campaign: name it, draft and approve what it says, pause, resume and end it, take an offer."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from rewards.campaigns.domain import State, Terms, read_campaign
from rewards.campaigns.models import Campaign, CampaignBudget, CampaignClip, CampaignTurn, CampaignVersion
from rewards.campaigns.queries import newest_of
from rewards.earning.domain import Standing
from rewards.segments.queries import segment_by_code
from rewards.segments.services import check_code


class CampaignExists(Refused):
    code = "campaign_exists"


class CampaignAlreadyApproved(Refused):
    code = "campaign_already_approved"


class AnotherPersonMustApproveCampaign(Forbidden):
    code = "another_person_must_approve"


class CampaignHasBegun(Refused):
    code = "campaign_has_begun"


class CampaignIsOver(Refused):
    code = "campaign_is_over"


class OfferNotForMember(Refused):
    code = "offer_not_for_member"


@transaction.atomic
def open_campaign(*, programme: Programme, code: str, name: str, other_names: Mapping[str, str] | None = None) -> Campaign:
    """Name a campaign and give it its secret key; nothing counts before a version is approved. Raises: MalformedCode, CampaignExists."""
    check_code(code)
    if Campaign.objects.filter(programme=programme, code=code).exists():
        raise CampaignExists(_("Another campaign of this programme has this code. Choose another code."))
    return Campaign.objects.create(
        programme=programme, code=code, name=name, other_names=dict(other_names or {}), key=secrets.token_bytes(32)
    )


@transaction.atomic
def draft_campaign(*, campaign: Campaign, definition: Mapping[str, Any], author: User | None) -> CampaignVersion:
    """Write the next version of what a campaign says. Raises: MalformedCampaign, SegmentNotFound, CampaignIsOver."""
    terms = read_campaign(definition)
    locked = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if locked.state == State.ENDED:
        raise CampaignIsOver(_("This campaign has ended. Open a new one."))
    if terms.segment:
        segment_by_code(locked.programme_id, terms.segment)
    version = locked.versions.count() + 1
    return CampaignVersion.objects.create(campaign=locked, version=version, definition=dict(definition), author=author)


@transaction.atomic
def approve_campaign(*, version: CampaignVersion, approver: User, at: dt.datetime) -> CampaignVersion:
    """Let a drafted version count from now on.

    Raises: CampaignAlreadyApproved, AnotherPersonMustApproveCampaign, CampaignIsOver, CampaignHasBegun (it would change who is asked or
    held out, or the first day, or bring a budget where none was counted).
    """
    campaign = Campaign.objects.select_for_update(no_key=True).select_related("programme").get(pk=version.campaign_id)
    locked = CampaignVersion.objects.select_for_update().get(pk=version.pk)
    if locked.approved_at is not None:
        raise CampaignAlreadyApproved(_("This version has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveCampaign(_("You wrote this campaign. Another person must approve it."))
    terms, before, today = locked.terms(), newest_of(campaign), business_date(at, campaign.programme.time_zone)
    _check_change(campaign, terms, before.terms() if before else None, today)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    if terms.budget:
        CampaignBudget.objects.get_or_create(campaign=campaign)
        CampaignBudget.objects.filter(campaign=campaign).update(told_at=None)
    return locked


def _check_change(campaign: Campaign, terms: Terms, before: Terms | None, today: dt.date) -> None:
    """What decides who is asked stands from the first day on: members were assigned by it."""
    if campaign.state == State.ENDED or terms.last_on < today:
        raise CampaignIsOver(_("The last day of this version has passed. Draft it again with a later one."))
    if before is None or before.first_on > today:
        if terms.first_on <= today:
            raise CampaignHasBegun(_("A campaign begins tomorrow or later. Draft it again with a later first day."))
        return
    named = ((terms.first_on, before.first_on), (terms.segment, before.segment), (terms.holdout_percent, before.holdout_percent))
    if any(new != old for new, old in named):
        raise CampaignHasBegun(_("The campaign has begun: its first day, its segment and its holdout stay. Draft the version with them."))
    if terms.budget and not before.budget:
        raise CampaignHasBegun(_("The campaign began without a budget, so none can be counted now. End it and open a new one."))


@transaction.atomic
def write_first_campaign(
    *,
    programme: Programme,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    at: dt.datetime,
    author: User | None = None,
    other_names: Mapping[str, str] | None = None,
) -> Campaign:
    """Write a campaign of a programme that is not live yet, whatever its days: its first version needs no second person.

    Raises: CampaignHasBegun when the programme is live; CampaignExists, MalformedCode, MalformedCampaign, SegmentNotFound.
    """
    if programme.is_live:
        raise CampaignHasBegun(_("The programme is live. Draft the campaign and let another person approve it."))
    campaign = open_campaign(programme=programme, code=code, name=name, other_names=other_names)
    version = draft_campaign(campaign=campaign, definition=definition, author=author)
    version.approved_at = at
    version.save(update_fields=["approved_at"])
    if version.terms().budget:
        CampaignBudget.objects.create(campaign=campaign)
    return campaign


@transaction.atomic
def turn_campaign(*, campaign: Campaign, state: State, reason: str, by: User | None, at: dt.datetime) -> Campaign:
    """Pause, resume or end a campaign; it counts at once, for everything that is recorded from now on. The same once more changes nothing.

    Raises: CampaignIsOver (what has ended stays so).
    """
    locked = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if locked.state == state:
        return locked
    if locked.state == State.ENDED:
        raise CampaignIsOver(_("This campaign has ended. Open a new one."))
    locked.state = state.value
    locked.save(update_fields=["state"])
    CampaignTurn.objects.create(campaign=locked, state=state.value, reason=reason, turned_by=by, turned_at=at)
    return locked


@transaction.atomic
def clip_offer(*, campaign: Campaign, member: Member, standing: Standing, at: dt.datetime) -> CampaignClip:
    """Take an offer that must be taken before it counts; the same once more answers like the first time.

    `standing` is how the member stands to it now. Raises: OfferNotForMember.
    """
    earlier = CampaignClip.objects.filter(campaign=campaign, member=member).first()
    if earlier is not None:
        return earlier
    if standing is not Standing.NOT_CLIPPED:
        raise OfferNotForMember(_("This offer cannot be taken. Look at the list of offers."))
    return CampaignClip.objects.get_or_create(campaign=campaign, member=member, defaults={"clipped_at": at})[0]
