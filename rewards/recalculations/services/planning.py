"""Ask for a recalculation, approve or refuse it."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.days import check_past_days
from loyalty.kit.problems import Forbidden, Refused
from rewards.campaigns.models import Campaign
from rewards.earning.approved import compiled
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRule, EarningRuleVersion, UndoneDays
from rewards.earning.queries import forget_rules
from rewards.recalculations.domain import asked_too_late
from rewards.recalculations.models import Recalculation
from rewards.versions.costs import check_cost


class RecalculationDecided(Refused):
    code = "recalculation_decided"


class RecalculationNotReady(Refused):
    code = "recalculation_not_ready"


class AnotherPersonMustApproveRecalculation(Forbidden):
    code = "another_person_must_approve"


class RuleIsNoneOfThePast(Refused):
    code = "rule_is_none_of_the_past"


class NotKnownAfterwards(Refused):
    """Carries `fields`."""

    code = "not_known_afterwards"


@transaction.atomic
def request_undo(
    *,
    programme: Programme,
    first_on: dt.date,
    last_on: dt.date,
    reason: str,
    author: User,
    at: dt.datetime,
    rule: EarningRule | None = None,
    campaign: Campaign | None = None,
    store: Store | None = None,
) -> Recalculation:
    """Ask to strike a rule, the rules of a campaign, or all rules from the purchases of these days. Raises: DaysOutOfOrder, DaysAhead."""
    assert rule is None or campaign is None
    check_past_days(first_on, last_on, business_date(at, programme.time_zone))
    return Recalculation.objects.create(
        programme=programme,
        kind=Recalculation.Kind.UNDO,
        rule=rule,
        campaign=campaign,
        store=store,
        first_on=first_on,
        last_on=last_on,
        reason=reason,
        author=author,
        requested_at=at,
    )


@transaction.atomic
def request_retroactive(
    *, version: EarningRuleVersion, reason: str, author: User, at: dt.datetime, store: Store | None = None
) -> Recalculation:
    """Ask to let a drafted rule count for the days that it names, all of which have passed.

    Raises: RuleIsNoneOfThePast (it has another version, no last day, or one that has not passed, or it is approved; or it runs on
    events, or over a period),
    NotKnownAfterwards (it asks for what is not stored with purchases).
    """
    rule = version.rule
    today = business_date(at, rule.programme.time_zone)
    if version.approved_at is not None or rule.versions.exclude(pk=version.pk).exists():
        raise RuleIsNoneOfThePast(_("Draft a new rule for it: one that counts already cannot count for the past too."))
    if version.valid_to is None or version.valid_to >= today:
        raise RuleIsNoneOfThePast(_("The last day of the rule lies ahead. Draft it with a last day that has passed."))
    ready = compiled(version)
    if ready.trigger != PURCHASE:
        raise RuleIsNoneOfThePast(_("The rule runs on events. Only rules of purchases can count for the past."))
    if ready.period:
        raise RuleIsNoneOfThePast(_("The rule counts all that is bought in a period, so it cannot begin within one that has passed."))
    if fields := asked_too_late(ready):
        detail = _("The rule asks for %(fields)s, which is not stored with purchases. Draft it without.")
        raise NotKnownAfterwards(detail % {"fields": ", ".join(fields)}, extra={"fields": fields})
    return Recalculation.objects.create(
        programme=rule.programme,
        kind=Recalculation.Kind.RETROACTIVE,
        version=version,
        store=store,
        first_on=version.valid_from,
        last_on=version.valid_to,
        reason=reason,
        author=author,
        requested_at=at,
    )


@transaction.atomic
def approve_recalculation(*, recalculation: uuid.UUID, approver: User, at: dt.datetime) -> Recalculation:
    """Let a previewed recalculation be posted; a rule for the past is approved by it, and counts for late purchases of its days too.

    Raises: RecalculationDecided, RecalculationNotReady, AnotherPersonMustApproveRecalculation, RuleIsNoneOfThePast.
    """
    row = _lock_waiting(recalculation, approver)
    if row.version_id is not None:
        _approve_version(row, approver, at)
    else:
        _strike_days(row, at)
    row.state = Recalculation.State.RUNNING
    row.decided_by, row.decided_at = approver, at
    row.swept_on, row.swept_id, row.is_swept = None, None, False
    row.save(update_fields=["state", "decided_by", "decided_at", "swept_on", "swept_id", "is_swept"])
    return row


@transaction.atomic
def refuse_recalculation(*, recalculation: uuid.UUID, refuser: User, note: str, at: dt.datetime) -> Recalculation:
    """Say no; nothing is posted. Raises: RecalculationDecided, RecalculationNotReady, AnotherPersonMustApproveRecalculation."""
    row = _lock_waiting(recalculation, refuser)
    row.state = Recalculation.State.REFUSED
    row.decided_by, row.decided_at, row.decision_note = refuser, at, note
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    return row


def _lock_waiting(recalculation: uuid.UUID, person: User) -> Recalculation:
    row = Recalculation.objects.select_for_update(of=("self",)).select_related("programme", "version").get(pk=recalculation)
    if row.state == Recalculation.State.PREVIEWING:
        raise RecalculationNotReady(_("The preview is being worked out. Wait until it is there."))
    if not row.is_waiting:
        raise RecalculationDecided(_("Somebody has decided on this recalculation before."), extra={"state": row.state})
    if row.author_id == person.pk:
        raise AnotherPersonMustApproveRecalculation(_("You asked for this recalculation. Another person must decide on it."))
    return row


def _strike_days(row: Recalculation, at: dt.datetime) -> None:
    """Purchases of the undone days that are recorded from now on are evaluated without these rules."""
    UndoneDays.objects.create(
        programme_id=row.programme_id,
        rule_id=row.rule_id,
        campaign_id=row.campaign_id,
        store_id=row.store_id,
        first_on=row.first_on,
        last_on=row.last_on,
        decided_at=at,
        cause=row.pk,
    )
    forget_rules(row.programme_id)


def _approve_version(row: Recalculation, approver: User, at: dt.datetime) -> None:
    assert row.version_id is not None
    version = (
        EarningRuleVersion.objects.select_for_update(of=("self",))
        .select_related("rule__programme", "over_budget__programme")
        .get(pk=row.version_id)
    )
    if version.author_id == approver.pk:
        raise AnotherPersonMustApproveRecalculation(_("You wrote this rule. Another person must approve it."))
    if version.approved_at is not None or EarningRuleVersion.objects.filter(rule=version.rule_id).exclude(pk=version.pk).exists():
        raise RuleIsNoneOfThePast(_("Draft a new rule for it: one that counts already cannot count for the past too."))
    check_cost(version, approver)
    version.approver, version.approved_at = approver, at
    version.save(update_fields=["approver", "approved_at"])
    forget_rules(row.programme_id)
