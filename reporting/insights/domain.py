"""Stretches of time that the overview shows, and what they are held against. Pure."""

import dataclasses
import datetime as dt
import re

from loyalty.kit.clock import add_months, month_end, month_start

_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})", re.ASCII)
_QUARTER = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])", re.ASCII)
_YEAR = re.compile(r"(?P<year>\d{4})", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """`months` calendar months; of one that is not over, the days up to today. `code` is how an address names it."""

    first_on: dt.date
    last_on: dt.date
    months: int
    code: str = ""

    @classmethod
    def of(cls, first_on: dt.date, months: int, today: dt.date, code: str = "") -> "Stretch":
        """Return so many months from their first day on; nothing of the future."""
        last_on = month_end(add_months(first_on, months - 1))
        return cls(first_on, last_on if first_on > today else min(last_on, today), months, code)

    @property
    def last_month(self) -> dt.date:
        return add_months(self.first_on, self.months - 1)

    @property
    def is_over(self) -> bool:
        return self.last_on == month_end(self.last_month)

    @classmethod
    def week(cls, monday: dt.date) -> "Stretch":
        """Return the seven days from a Monday on; it has no months."""
        return cls(monday, monday + dt.timedelta(days=6), 0)

    def earlier(self, months: int) -> "Stretch":
        """Return it so many months earlier; of a stretch that is not over, as much of the earlier one, so that like meets like."""
        first_on = add_months(self.first_on, -months)
        whole = month_end(add_months(first_on, self.months - 1))
        return Stretch(first_on, whole if self.is_over else add_months(self.last_on, -months), self.months)

    def before(self) -> "Stretch":
        return self.earlier(self.months)

    def year_before(self) -> "Stretch":
        return self.earlier(12)


def stretch_of(code: str, today: dt.date) -> Stretch:
    """Read 2026-03, 2026-Q1 or 2026; anything else means the twelve months that end today."""
    if match := _MONTH.fullmatch(code):
        return _named(int(match["year"]), int(match["month"]), 1, today, code)
    if match := _QUARTER.fullmatch(code):
        return _named(int(match["year"]), int(match["quarter"]) * 3 - 2, 3, today, code)
    if match := _YEAR.fullmatch(code):
        return _named(int(match["year"]), 1, 12, today, code)
    return last_twelve_months(today)


def last_twelve_months(today: dt.date) -> Stretch:
    return Stretch.of(add_months(month_start(today), -11), 12, today)


def _named(year: int, month: int, months: int, today: dt.date, code: str) -> Stretch:
    if not (1970 < year < 9000 and 1 <= month <= 12):
        return last_twelve_months(today)
    return Stretch.of(dt.date(year, month, 1), months, today, code)
