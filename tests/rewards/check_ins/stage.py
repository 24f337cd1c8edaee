"""Places to check in for tests."""

import datetime as dt
from typing import Any

from accounts.programmes.models import Programme
from rewards.check_ins.domain import CodeKind, Hours, Limit
from rewards.check_ins.models import CheckInPoint
from rewards.check_ins.services import PointFacts, make_point
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, UserFactory
from tests.rewards.setups.stage import rule_for, set_up

STOP_BY = {"schema": {"properties": {"hall": {"type": "string", "enum": ["a", "b"]}}}}
"""An event type that asks for nothing and may be told the hall."""


def point_at(programme: Programme, *, at: dt.datetime = AT, **facts: Any) -> CheckInPoint:
    """A point that is open from 09:00 to 18:00 on the day of `at` and the two after it."""
    open_type(programme)
    day = at.date()
    hours = Hours(day, day + dt.timedelta(days=2), dt.time(9), dt.time(18))
    whole: dict[str, Any] = {
        "title": "Open day",
        "event_type": "stop-by",
        "limit": Limit.DAY,
        "code_kind": CodeKind.PRINTED,
        "hours": hours,
    }
    return make_point(programme=programme, facts=PointFacts(**whole | facts), author=UserFactory.create(), at=at)


def open_type(programme: Programme) -> None:
    if not programme.setups.filter(code="stop-by").exists():
        set_up(programme, SetupKind.EVENT_TYPE, "stop-by", STOP_BY)


def pay_for_visits(programme: Programme, points: int = 25, **more: Any) -> None:
    """A rule that gives points for each check-in."""
    open_type(programme)
    rule_for(programme, "visits", trigger="event:stop-by", kind="fixed", points=points, **more)
