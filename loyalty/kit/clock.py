"""The only place that reads the clock. Surfaces, tasks and commands call it; services get the time passed in."""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo


def now() -> dt.datetime:
    """Return this moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def business_date(at: dt.datetime, time_zone: str) -> dt.date:
    """Return the calendar date of `at` where the books are kept."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, clamped to the end of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
