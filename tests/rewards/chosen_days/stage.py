"""A programme in which members choose a day."""

import datetime as dt

from accounts.programmes.models import Programme
from rewards.setups.domain import SetupKind
from tests.api.conftest import open_club
from tests.rewards.setups.stage import rule_for, set_up


def choosing_club(every: str = "month") -> Programme:
    """1 point for every full 1.00, and twice as many on the chosen day `double`."""
    programme = open_club()
    set_up(programme, SetupKind.CHOSEN_DAY, "double", {"every": every})
    rule_for(programme, "twice", kind="multiplier", factor="2", when={"field": "chosen_day.double", "op": "eq", "value": "today"})
    return programme


def noon(month: int, day: int, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, 10, 0, tzinfo=dt.UTC)
