"""Draft a campaign whole: segment, campaign, rule and back-test at once, or nothing. Nothing of it counts before another person approves it."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.backtests.models import BackTest
from rewards.backtests.services import request_back_test
from rewards.campaigns.models import Campaign, CampaignVersion
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import approve_rule, draft_rule
from rewards.playbooks.audiences import audience
from rewards.playbooks.domain import MOST_CAMPAIGN_DAYS, MOST_DAYS, RECIPES, Inputs, Playbook, Recipe, campaign_definition
from rewards.playbooks.models import PlaybookRun
from rewards.playbooks.queries import drafts_of, first_purchase_on
from rewards.segments.domain import SegmentKind
from rewards.segments.models import Segment
from rewards.segments.services import approve_segment, draft_segment, fill_list, open_segment

MOST_PAST_DAYS = 730
_ONE_DAY = dt.timedelta(days=1)


class MalformedPlaybook(Malformed):
    """Its days, its window or its name cannot be meant."""

    code = "malformed_playbook"


class NobodyReached(Refused):
    code = "nobody_reached"


class NothingToApprove(Refused):
    code = "nothing_to_approve"


@transaction.atomic
def make_draft(
    *,
    programme: Programme,
    playbook: Playbook,
    given: Inputs,
    name: str,
    past_days: int,
    token: uuid.UUID,
    author: User | None,
    at: dt.datetime,
    affected: Collection[uuid.UUID] = (),
) -> PlaybookRun:
    """Draft the segment (a list is filled at once), the campaign and its rule, and start the back-test over the past days.

    The same answers in the same form once more give what was drafted the first time. Raises: MalformedPlaybook, TierCannotBeNear,
    NobodyReached (a list without anybody), MalformedRule, MalformedCampaign, MalformedSegment.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    said = _answers(playbook, given, name, past_days, affected)
    known = PlaybookRun.objects.filter(programme=programme, token=token, fingerprint=_fingerprint(said)).first()
    if known is not None:
        return known
    today = business_date(at, programme.time_zone)
    _check(given, name, past_days, today)
    members = audience(programme, playbook, given, today, affected=affected)
    reached = members.count()
    recipe, code = RECIPES[playbook], _free_code(programme, playbook, given.first_on)
    if not recipe.is_list:
        segment = open_segment(programme=programme, code=code, name=name, kind=SegmentKind.RULE)
        draft_segment(segment=segment, definition=recipe.segment(given), valid_from=given.first_on, author=author)
    elif reached:
        segment = open_segment(programme=programme, code=code, name=name, kind=SegmentKind.STATIC)
        fill_list(segment=segment, members=members, at=at)
    else:
        raise NobodyReached(_("Nobody is reached today, so there is no list to make. Change what you chose."))
    campaign, version = _campaign_with_rule(programme, code, name, given, recipe=recipe, author=author)
    return PlaybookRun.objects.create(
        programme=programme,
        playbook=playbook.value,
        token=token,
        fingerprint=_fingerprint(said),
        inputs=said | {"affected": len(affected)},
        segment=segment,
        campaign=campaign,
        rule=version.rule,
        back_test=_tried(version, name, today - past_days * _ONE_DAY, today - _ONE_DAY, author, at),
        audience=reached,
        author=author,
        made_at=at,
    )


@transaction.atomic
def approve_drafts(*, run: PlaybookRun, approver: User, at: dt.datetime) -> None:
    """Approve all that a playbook drafted and nobody has approved yet: its segment, its campaign, its rule, each as by itself.

    Raises: NothingToApprove, and as `approve_segment`, `approve_campaign` and `approve_rule` do; then nothing is approved.
    """
    drafts = drafts_of(run)
    if not drafts:
        raise NothingToApprove(_("All of it has been approved before."))
    for draft in drafts:
        if isinstance(draft, CampaignVersion):
            approve_campaign(version=draft, approver=approver, at=at)
        elif isinstance(draft, EarningRuleVersion):
            approve_rule(version=draft, approver=approver, at=at)
        else:
            approve_segment(version=draft, approver=approver, at=at)


def _campaign_with_rule(
    programme: Programme, code: str, name: str, given: Inputs, *, recipe: Recipe, author: User | None
) -> tuple[Campaign, EarningRuleVersion]:
    """Draft the campaign for the segment of the same code, and its rule."""
    campaign = open_campaign(programme=programme, code=code, name=name)
    draft_campaign(campaign=campaign, definition=campaign_definition(given, code), author=author)
    version = draft_rule(
        programme=programme,
        code=code,
        name=name,
        currency=currency_of(programme),
        definition=recipe.rule(given),
        valid_from=given.first_on,
        author=author,
        campaign=campaign,
    )
    return campaign, version


def _answers(playbook: Playbook, given: Inputs, name: str, past_days: int, affected: Collection[uuid.UUID]) -> dict[str, Any]:
    said = {"playbook": playbook.value, "name": name, "past_days": past_days, **given.as_json()}
    return said | {"affected": hashlib.sha256(b"".join(sorted(pk.bytes for pk in affected))).hexdigest()}


def _fingerprint(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _check(given: Inputs, name: str, past_days: int, today: dt.date) -> None:
    """Raises: MalformedPlaybook, naming each wrong answer."""
    most = {"most": MOST_CAMPAIGN_DAYS}
    wrong = [
        (not name.strip() or len(name) > 100, "/name", _("Write a name of at most 100 characters.")),
        (given.first_on <= today, "/first_on", _("Choose tomorrow or a later day: another person approves it before.")),
        (given.last_on < given.first_on, "/last_on", _("A campaign cannot end before it begins.")),
        (given.campaign_days > MOST_CAMPAIGN_DAYS, "/last_on", _("A campaign of a playbook has at most %(most)s days.") % most),
        (not 0 <= given.days <= MOST_DAYS, "/days", _("Write a number of days up to %(most)s.") % {"most": MOST_DAYS}),
        (not 1 <= past_days <= MOST_PAST_DAYS, "/past_days", _("Write a number of days up to %(most)s.") % {"most": MOST_PAST_DAYS}),
        (given.bought_on is not None and given.bought_on > today, "/bought_on", _("Choose today or a day before.")),
    ]
    errors = [FieldError(pointer, "out_of_range", detail) for is_wrong, pointer, detail in wrong if is_wrong]
    if errors:
        raise MalformedPlaybook(_("Correct the marked answers."), errors=errors)


def _free_code(programme: Programme, playbook: Playbook, first_on: dt.date) -> str:
    """Return a code that no segment, campaign or rule of the programme has."""
    stem = f"{playbook.value}-{first_on:%Y%m%d}"
    taken: set[str] = set()
    for model in (Segment, Campaign, EarningRule):
        taken |= set(model.objects.filter(programme=programme, code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


def _tried(
    version: EarningRuleVersion, name: str, first_on: dt.date, last_on: dt.date, author: User | None, at: dt.datetime
) -> BackTest | None:
    """Start the back-test over those of the days that had purchases; none where there was nothing before today."""
    programme = version.rule.programme
    began = first_purchase_on(programme)
    if began is None or began > last_on:
        return None
    return request_back_test(
        programme=programme, name=name, first_on=max(first_on, began), last_on=last_on, author=author, at=at, drafts=[version]
    )
