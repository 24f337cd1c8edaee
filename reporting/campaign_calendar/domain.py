"""Where the bars of a calendar go. Pure geometry: text with one decimal, so that no locale rewrites it."""

import dataclasses
import datetime as dt
from fractions import Fraction

from loyalty.kit.clock import add_months

WIDTH, ROW = 1_200, 40


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """The days of `months` calendar months."""

    first_on: dt.date
    months: int

    @property
    def last_on(self) -> dt.date:
        return add_months(self.first_on, self.months) - dt.timedelta(days=1)

    def place(self, day: dt.date) -> Fraction:
        """Return where a day begins; days outside lie on the edges."""
        days = (self.last_on - self.first_on).days + 1
        return Fraction(WIDTH * min(max((day - self.first_on).days, 0), days), days)

    def starts(self) -> list[dt.date]:
        return [add_months(self.first_on, number) for number in range(self.months)]

    def shows(self, first_on: dt.date, last_on: dt.date) -> bool:
        return first_on <= self.last_on and last_on >= self.first_on


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str


def bar_of(window: Window, first_on: dt.date, last_on: dt.date) -> Bar:
    """Return the bar from the first day through the last one, at least wide enough to be seen."""
    begin, end = window.place(first_on), window.place(last_on + dt.timedelta(days=1))
    return Bar(written(begin), written(max(end - begin, Fraction(4))))


def written(value: Fraction) -> str:
    tenths = round(value * 10)
    return f"{tenths // 10}.{tenths % 10}"
