"""Events as the API shows them."""

import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from ledger.seals.representations import ReceiptAnswer
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.events.models import Event, EventUndo, EventUndoRequest
from rewards.events.services import EventRecord
from rewards.purchases.representations import EarnedAnswer, OutcomeAnswer, ReversedAnswer, earned_answer, moment_text, outcome_answer


class EventBody(BaseModel):
    """What happened, what it earned, and why. `trigger` is event:CODE for a type of the programme's own."""

    id: uuid.UUID | None
    external_id: str
    trigger: str
    member: uuid.UUID
    occurred_at: str
    business_on: str
    payload: dict[str, Any]
    earned: list[EarnedAnswer]
    evaluation: list[OutcomeAnswer]


class UndoneAnswer(BaseModel):
    """Why an event was taken back, and what that did to the points."""

    reason: str
    undone_at: str
    reversed: list[ReversedAnswer]


class EventListed(EventBody):
    """An event, and how it was taken back, if it was."""

    undone: UndoneAnswer | None = None


class EventAnswer(EventBody):
    """A recorded event with the member's points after it."""

    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


class EventUndoAnswer(BaseModel):
    """A wish to take an event back (waiting, posted or refused), and what it did to the points."""

    id: uuid.UUID | None
    event: uuid.UUID
    state: str
    reason: str
    note: str
    undone: UndoneAnswer | None
    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


class EventsAnswer(BaseModel):
    """A page of events, newest first."""

    results: list[EventListed]
    next: str | None
    previous: str | None


def event_answer(record: EventRecord, setting: Setting) -> dict[str, Any]:
    """Shown as EventAnswer."""
    return _event(record.event, setting) | {"balances": balances_answer(record.holdings, setting)}


def event_listed(event: Event, undo: EventUndo | None, setting: Setting) -> dict[str, Any]:
    """Shown as EventListed."""
    return _event(event, setting) | {"undone": _undone(undo)}


def undo_answer(request: EventUndoRequest, undo: EventUndo | None, holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as EventUndoAnswer."""
    return {
        "id": str(request.pk),
        "event": str(request.event_id),
        "state": str(request.state),
        "reason": str(request.reason),
        "note": request.note,
        "undone": _undone(undo),
        "balances": balances_answer(holdings, setting),
    }


def _undone(undo: EventUndo | None) -> dict[str, Any] | None:
    if undo is None:
        return None
    parts = ("currency", "units", "taken", "owed", "forgiven")
    return {
        "reason": undo.reason,
        "undone_at": moment_text(undo.recorded_at),
        "reversed": [{name: of[name] for name in parts} for of in undo.reversed],
    }


def _event(event: Event, setting: Setting) -> dict[str, Any]:
    occurred_at = moment_text(event.occurred_at)
    return {
        "id": str(event.pk),
        "external_id": event.external_id,
        "trigger": event.trigger,
        "member": str(event.member_id),
        "occurred_at": occurred_at,
        "business_on": event.business_on.isoformat(),
        "payload": event.payload,
        "earned": [earned_answer(of, occurred_at, setting) for of in event.earned],
        "evaluation": [outcome_answer(of, setting.programme.currency) for of in event.evaluation],
    }
