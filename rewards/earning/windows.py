"""The days that caps and histories look at. Pure."""

import datetime as dt
from collections.abc import Sequence

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def window_start(window: str, day: dt.date) -> dt.date:
    """Return the first day of the window that ends with `day`: day, week (from Monday), month, quarter, year, lifetime, or 30d for 30 days."""
    match window:
        case "day":
            return day
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month" | "quarter" | "year":
            return day.replace(month=day.month - (day.month - 1) % _MONTHS[window], day=1)
        case "lifetime":
            return dt.date.min
    return day - dt.timedelta(days=_days(window) - 1)


def used_in(window: str, day: dt.date, uses: Sequence[tuple[dt.date, int]]) -> int:
    """Return how much was used in the window that `day` falls into, before and after it; of windows of days, in the fullest."""
    if not window[0].isdigit():
        start = window_start(window, day)
        return sum(amount for on, amount in uses if window_start(window, on) == start)
    length = dt.timedelta(days=_days(window))
    lasts = {day} | {on for on, _amount in uses if day < on < day + length}
    return max(sum(amount for on, amount in uses if last - length < on <= last) for last in lasts)


def _days(window: str) -> int:
    return int(window.removesuffix("d"))
