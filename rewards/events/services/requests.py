"""Ask for an event to be taken back, and decide: the only code that writes these requests."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import publish
from accounts.users.models import User
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from rewards.adjustments.services import lock_limit
from rewards.events.domain import UNITS_ALONE_A_DAY, UndoReason
from rewards.events.models import Event, EventUndo, EventUndoRequest
from rewards.events.services.undo import undo_event


class EventTakenBack(Refused):
    code = "event_taken_back"


class UndoAskedBefore(Refused):
    """Carries `state`."""

    code = "undo_asked_before"


class UndoDecided(Refused):
    """Carries `state`."""

    code = "undo_decided"


class AnotherPersonMustDecide(Forbidden):
    code = "another_person_must_decide"


@dataclasses.dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a colleague, or a partner by key."""

    staff: User | None = None
    key: uuid.UUID | None = None

    def __post_init__(self) -> None:
        assert (self.staff is None) != (self.key is None), "somebody asks"


@transaction.atomic
def request_undo(*, event: Event, reason: UndoReason, note: str, asker: Asker, at: dt.datetime) -> EventUndoRequest:
    """Ask for an event to be taken back. Within what the asker may take back alone in a day it is done at once, else a second person decides.

    Raises: EventTakenBack, UndoAskedBefore, and when done PointsOnHold.
    """
    member = Member.objects.select_related("programme").get(pk=event.member_id)
    today = business_date(at, member.programme.time_zone)
    left = _left_today(asker, today)
    bank.lock_wallets(points_accounts=[event.points_account_id])
    if EventUndo.objects.filter(points_account=event.points_account_id, event=event.pk).exists():
        raise EventTakenBack(_("This event has been taken back before. There is nothing more to do."))
    if EventUndoRequest.objects.filter(event=event.pk, state=EventUndoRequest.State.WAITING).exists():
        detail = _("Somebody has asked for this before, and a second person decides. Look at the event again later.")
        raise UndoAskedBefore(detail, extra={"state": "waiting"})
    request = EventUndoRequest(
        event=event,
        programme_id=event.programme_id,
        units=event.units,
        reason=reason,
        note=note,
        requested_at=at,
        requested_on=today,
        requested_by=asker.staff,
        partner_key_id=asker.key,
    )
    if event.units <= left:
        _post(request, at)
    request.save(force_insert=True)
    if request.is_waiting:
        _announce("event.undo_requested", request, at)
    return request


@transaction.atomic
def approve_undo(*, request: EventUndoRequest, approver: User, at: dt.datetime) -> EventUndoRequest:
    """Agree and take the event back. Raises: AnotherPersonMustDecide, UndoDecided, PointsOnHold."""
    locked = _lock_waiting(request, approver)
    locked.decided_by = approver
    _post(locked, at)
    locked.save()
    return locked


@transaction.atomic
def refuse_undo(*, request: EventUndoRequest, refuser: User, note: str, at: dt.datetime) -> EventUndoRequest:
    """Leave the event as it is and say why. Raises: AnotherPersonMustDecide, UndoDecided."""
    locked = _lock_waiting(request, refuser)
    locked.state, locked.decided_by, locked.decided_at, locked.decision_note = EventUndoRequest.State.REFUSED, refuser, at, note
    locked.save()
    _announce("event.undo_refused", locked, at)
    return locked


def _left_today(asker: Asker, today: dt.date) -> int:
    """Lock the asker's limit and return the points that they may still take back alone on this day."""
    if asker.key is not None:
        limit = lock_limit(asker.key)
        mine = EventUndoRequest.objects.filter(partner_key=asker.key, requested_on=today)
    else:
        assert asker.staff is not None
        User.objects.select_for_update(no_key=True).get(pk=asker.staff.pk)
        limit, mine = UNITS_ALONE_A_DAY, EventUndoRequest.objects.filter(requested_by=asker.staff, requested_on=today)
    alone = mine.filter(state=EventUndoRequest.State.POSTED, decided_by=None).aggregate(units=Sum("units"))["units"]
    return limit - (alone or 0)


def _lock_waiting(request: EventUndoRequest, person: User) -> EventUndoRequest:
    bank.lock_wallets(points_accounts=[request.event.points_account_id])
    locked = EventUndoRequest.objects.select_for_update(of=("self",)).select_related("event").get(pk=request.pk)
    if not locked.is_waiting:
        raise UndoDecided(_("Somebody has decided on this before. Look at the event again."), extra={"state": locked.state})
    if locked.requested_by_id == person.pk:
        raise AnotherPersonMustDecide(_("You asked for this. Another person must decide on it."))
    return locked


def _post(request: EventUndoRequest, at: dt.datetime) -> None:
    undo_event(event=request.event, reason=request.reason, at=at, evidence=request.pk)
    request.state, request.decided_at = EventUndoRequest.State.POSTED, at


def _announce(topic: str, request: EventUndoRequest, at: dt.datetime) -> None:
    event = request.event
    payload = {"event": str(event.pk), "request": str(request.pk)}
    publish(topic=topic, payload=payload, at=at, programme_id=event.programme_id, member_id=event.member_id)
