"""Ask for points to be given or taken by hand, and decide: the only code that writes adjustments."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member, MemberStatus
from accounts.outbox.services import publish
from accounts.users.models import User
from ledger.points import services as points
from ledger.points.domain import Grant, Outcome, Source, Taking
from loyalty.kit.clock import business_date
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from rewards.adjustments.domain import AdjustmentReason, Direction, bank_reason
from rewards.adjustments.models import Adjustment, AdjustmentLimit
from rewards.earning.queries import CurrencySetting, setting_of


class ReasonDoesNotFit(Malformed):
    code = "reason_does_not_fit"


class UnknownCurrency(Malformed):
    code = "unknown_currency"


class MembershipEnded(Refused):
    code = "member_is_closed"


class AdjustmentDecided(Refused):
    """Carries `state`."""

    code = "adjustment_decided"


class AnotherPersonMustDecide(Forbidden):
    code = "another_person_must_decide"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for; `currency` None is the programme's main one."""

    direction: Direction
    units: int
    reason: AdjustmentReason
    note: str
    currency: str | None = None

    def __post_init__(self) -> None:
        assert 0 < self.units <= MOST_POINTS, self.units


@transaction.atomic
def request_adjustment(
    *, member: Member, wish: Wish, at: dt.datetime, partner_key: uuid.UUID | None = None, staff: User | None = None
) -> Adjustment:
    """Ask for an adjustment, with a partner's key or as staff. Within the key's limit of the day it is posted at once.

    What lies above the limit, and everything that staff ask for, waits for a second person.
    Raises: ReasonDoesNotFit, UnknownCurrency, MembershipEnded, NoTermsInForce, and when posted NotEnoughPoints.
    """
    assert (partner_key is None) != (staff is None), "somebody asks"
    if bank_reason(wish.direction, wish.reason) is None:
        detail = _("Points are taken away only to correct a mistake. Choose the reason correction.")
        raise ReasonDoesNotFit(detail, errors=[FieldError("/reason", "unknown_value", detail)])
    if member.status == MemberStatus.CLOSED:
        raise MembershipEnded(_("This membership has ended; its points do not change any more."))
    today = business_date(at, member.programme.time_zone)
    adjustment = Adjustment(
        member=member,
        currency=_currency(member, wish.currency).currency,
        direction=wish.direction,
        units=wish.units,
        reason=wish.reason,
        note=wish.note,
        requested_at=at,
        requested_on=today,
        requested_by=staff,
        partner_key_id=partner_key,
    )
    if partner_key is not None and _left_today(partner_key, today) >= wish.units:
        _post(adjustment, at)
    adjustment.save(force_insert=True)
    _announce("adjustment.requested" if adjustment.is_waiting else "adjustment.posted", adjustment, at)
    return adjustment


@transaction.atomic
def approve_adjustment(*, adjustment: Adjustment, approver: User, at: dt.datetime) -> Adjustment:
    """Agree to a waiting adjustment and post it. Raises: AnotherPersonMustDecide, AdjustmentDecided, NotEnoughPoints."""
    locked = _lock_waiting(adjustment, approver)
    locked.decided_by = approver
    _post(locked, at)
    locked.save()
    _announce("adjustment.posted", locked, at)
    return locked


@transaction.atomic
def refuse_adjustment(*, adjustment: Adjustment, refuser: User, note: str, at: dt.datetime) -> Adjustment:
    """Refuse a waiting adjustment and say why. Raises: AnotherPersonMustDecide, AdjustmentDecided."""
    locked = _lock_waiting(adjustment, refuser)
    locked.state, locked.decided_by, locked.decided_at, locked.decision_note = Adjustment.State.REFUSED, refuser, at, note
    locked.save()
    _announce("adjustment.refused", locked, at)
    return locked


def set_limit(*, partner_key: uuid.UUID, units_a_day: int) -> None:
    """Say how many points a key may give and take in a day without a second person."""
    AdjustmentLimit.objects.update_or_create(partner_key_id=partner_key, defaults={"units_a_day": units_a_day})


def _lock_waiting(adjustment: Adjustment, person: User) -> Adjustment:
    rows = Adjustment.objects.select_for_update(of=("self",)).select_related("member__programme__legal_entity__book", "currency__unit")
    locked = rows.get(pk=adjustment.pk)
    if not locked.is_waiting:
        raise AdjustmentDecided(_("Somebody has decided on this adjustment before."), extra={"state": locked.state})
    if locked.requested_by_id == person.pk:
        raise AnotherPersonMustDecide(_("You asked for this adjustment. Another person must decide on it."))
    return locked


def lock_limit(partner_key: uuid.UUID) -> int:
    """Lock a key's limit and return how many points it may give and take in a day without a second person."""
    AdjustmentLimit.objects.get_or_create(partner_key_id=partner_key)
    return AdjustmentLimit.objects.select_for_update().get(partner_key_id=partner_key).units_a_day


def _left_today(partner_key: uuid.UUID, today: dt.date) -> int:
    """Lock the key's limit and return what it may still adjust alone on this day."""
    limit = lock_limit(partner_key)
    alone = Adjustment.objects.filter(partner_key=partner_key, requested_on=today, state=Adjustment.State.POSTED, decided_by=None)
    return limit - (alone.aggregate(units=Sum("units"))["units"] or 0)


def _post(adjustment: Adjustment, at: dt.datetime) -> None:
    """Move the points and note it on the row."""
    outcome = _give(adjustment, at) if adjustment.direction == Direction.ADD else _take(adjustment, at)
    adjustment.state, adjustment.decided_at, adjustment.movement = Adjustment.State.POSTED, at, outcome.movement


def _give(adjustment: Adjustment, at: dt.datetime) -> Outcome:
    today = business_date(at, adjustment.member.programme.time_zone)
    currency = _currency(adjustment.member, adjustment.currency.code)
    terms = currency.terms_on(today)
    reason = bank_reason(Direction.ADD, AdjustmentReason(adjustment.reason))
    assert reason is not None, adjustment.reason
    grant = Grant(
        points_account=adjustment.member.points_account_id,
        unit=currency.unit.pk,
        source=Source.ADJUSTMENT,
        key=f"adjust:{adjustment.pk}",
        units=adjustment.units,
        reason=reason,
        occurred_at=at,
        business_on=today,
        expires_on=currency.expires_on(today, joined_at=adjustment.member.joined_at),
        portfolio=terms.portfolio,
        terms=terms.pk,
    )
    return points.grant(grant=grant)


def _take(adjustment: Adjustment, at: dt.datetime) -> Outcome:
    unit = _currency(adjustment.member, adjustment.currency.code).unit
    reason = bank_reason(Direction.REMOVE, AdjustmentReason(adjustment.reason))
    assert reason is not None, adjustment.reason
    taking = Taking(
        points_account=adjustment.member.points_account_id,
        unit=unit.pk,
        source=Source.ADJUSTMENT,
        key=f"adjust:{adjustment.pk}",
        units=adjustment.units,
        reason=reason,
        occurred_at=at,
        business_on=business_date(at, adjustment.member.programme.time_zone),
    )
    return points.adjust_down(taking=taking, order=unit.consumption_order)


def _currency(member: Member, code: str | None) -> CurrencySetting:
    setting = setting_of(member.programme)
    if code is not None and code not in setting.currencies:
        detail = _("The programme has no such point currency.")
        raise UnknownCurrency(detail, errors=[FieldError("/currency", "unknown_value", detail)])
    return setting.currencies[code or setting.main]


def _announce(topic: str, adjustment: Adjustment, at: dt.datetime) -> None:
    member = adjustment.member
    payload = {"adjustment": str(adjustment.pk), "direction": str(adjustment.direction), "units": adjustment.units}
    publish(topic=topic, payload=payload, at=at, programme_id=member.programme_id, member_id=member.pk)
