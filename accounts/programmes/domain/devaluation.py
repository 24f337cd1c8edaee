"""When new terms let points that are there already buy less, and from which day on they may. Pure."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

USUAL_NOTICE_DAYS = 30
MOST_NOTICE_DAYS = 365


class Paying(Protocol):
    """What points pay: the value of one in minor units, and of how many a payment must be a multiple."""

    @property
    def point_value_minor(self) -> Decimal: ...
    @property
    def tender_step_units(self) -> int: ...


def pays_less(old: Paying, new: Paying) -> bool:
    """Tell whether some points pay less under the new terms than under the old: each is worth less, or some amounts cannot be paid."""
    return new.point_value_minor < old.point_value_minor or Fraction(old.tender_step_units, new.tender_step_units).denominator != 1


def first_day_with_notice(today: dt.date, notice_days: int) -> dt.date:
    """Return the first day on which what is announced today can count."""
    return today + dt.timedelta(days=notice_days)
