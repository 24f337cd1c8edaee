"""A programme in which every third meeting makes a tree."""

import datetime as dt
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.causes.queries import Cause, cause_by_code
from rewards.events.services import EventFacts, record_event
from rewards.setups.domain import SetupKind
from tests.api.conftest import open_club
from tests.rewards.setups.stage import set_up

MEETING = {"schema": {"properties": {"meetings": {"type": "integer", "minimum": 1, "maximum": 1_000_000}}}, "late_days": 365}
FOREST: dict[str, Any] = {
    "event": "meeting",
    "of": "meetings",
    "every": 3,
    "singular": "tree",
    "plural": "trees",
    "other_words": {"tr": ["ağaç", "ağaç"]},
    "cost_minor": 250,
    "pledge": 1_000_000,
}
BEGINS = dt.date(2025, 2, 1)


def forest_in(programme: Programme, **more: Any) -> Programme:
    set_up(programme, SetupKind.EVENT_TYPE, "meeting", MEETING)
    set_up(programme, SetupKind.CAUSE, "forest", FOREST | more, valid_from=BEGINS)
    return programme


def forest_club(**more: Any) -> Programme:
    return forest_in(open_club(), **more)


def forest(programme: Programme) -> Cause:
    return cause_by_code(programme, "forest")


def noon(month: int, day: int, year: int = 2025) -> dt.datetime:
    return dt.datetime(year, month, day, 10, 0, tzinfo=dt.UTC)


def met(member: Member, at: dt.datetime, number: str, meetings: int | None = None, told_at: dt.datetime | None = None):
    """A meeting, or so many at once."""
    payload = {} if meetings is None else {"meetings": meetings}
    facts = EventFacts(source="rooms", external_id=number, type="meeting", occurred_at=at, member=member.pk, payload=payload)
    return record_event(programme=member.programme, facts=facts, at=told_at or at).event
