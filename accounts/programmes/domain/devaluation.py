"""When new terms let points that are there already buy less, and from which day on they may. Pure."""

import dataclasses
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


def is_longer(one: int | None, other: int | None) -> bool:
    """Tell whether one notice is longer than another; None, the promise that points never come to buy less, is longer than any."""
    return one != other and (one is None or (other is not None and one > other))


@dataclasses.dataclass(frozen=True, slots=True)
class FormerNotice:
    """The notice that a shorter one follows: it counts until a day, not included."""

    days: int | None
    until: dt.date


def former_after(days: int | None, former: FormerNotice | None, today: dt.date) -> FormerNotice:
    """Return what goes on counting when a notice is made shorter today: that notice until it has passed, with what still counts of one before.

    The promise that points never come to buy less ends after the longest notice that there is.
    """
    until = today + dt.timedelta(days=MOST_NOTICE_DAYS if days is None else days)
    if former is None or former.until <= today:
        return FormerNotice(days, until)
    return FormerNotice(former.days if is_longer(former.days, days) else days, max(until, former.until))


def notice_on(today: dt.date, days: int | None, former: FormerNotice | None) -> int | None:
    """Return the notice that counts on a day: the present one, or the one before while it has not passed."""
    if former is not None and today < former.until and is_longer(former.days, days):
        return former.days
    return days
