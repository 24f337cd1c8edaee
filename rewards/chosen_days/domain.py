"""Days that members choose: for which period, from when on, and how a rule asks for them. Pure.

Keys of a definition:
    every    week · month · quarter · year: the period for which a member chooses one day
"""

import dataclasses
import datetime as dt
import enum
from typing import Any

from accounts.programmes.domain.reading import Reader
from loyalty.kit.clock import add_months
from loyalty.kit.problems import Malformed

FACT = "chosen_day."
TODAY = "today"
"""What the fact `chosen_day.CODE` is on the day itself; on other days it is the day that was chosen, and nothing without a choice."""


class MalformedChosenDay(Malformed):
    code = "malformed_chosen_day"


class Every(enum.StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


class Refusal(enum.StrEnum):
    """Why a day cannot be chosen."""

    PAST = "past"
    TODAY = "today"
    TOO_FAR = "too_far"
    STANDS = "stands"
    """A day of this period was chosen before: another one can be chosen from the next period on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The days of a period, both included."""

    first_on: dt.date
    through_on: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class ChosenDayTerms:
    """A checked definition."""

    every: Every

    def period_of(self, day: dt.date) -> Span:
        """Return the period that a day lies in; a week begins on Monday."""
        if self.every is Every.WEEK:
            first = day - dt.timedelta(days=day.weekday())
            return Span(first, first + dt.timedelta(days=6))
        months = _MONTHS[self.every]
        first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
        return Span(first, add_months(first, months) - dt.timedelta(days=1))

    def periods_on(self, today: dt.date) -> tuple[Span, Span]:
        """Return the period of today and the one after it: the two in which a day can be chosen."""
        now = self.period_of(today)
        return now, self.period_of(now.through_on + dt.timedelta(days=1))

    def refusal(self, day: dt.date, today: dt.date, *, has_chosen_now: bool) -> Refusal | None:
        """Say why a member cannot choose a day; `has_chosen_now`: one of today's period was chosen before."""
        now, after = self.periods_on(today)
        if day < today:
            return Refusal.PAST
        if day == today:
            return Refusal.TODAY
        if day > after.through_on:
            return Refusal.TOO_FAR
        return Refusal.STANDS if has_chosen_now and day <= now.through_on else None


def parse_chosen_day(given: Any) -> ChosenDayTerms:
    """Check a definition. Raises: MalformedChosenDay, naming each wrong key."""
    reader = Reader(given)
    reader.only({"every"})
    terms = ChosenDayTerms(reader.choice("every", Every, Every.MONTH))
    if reader.errors:
        raise MalformedChosenDay("Correct the marked keys of the day that members choose.", errors=reader.errors)
    return terms


def fact_of(day: dt.date, chosen: dt.date) -> str:
    """Return how a rule sees on `day` the day that was chosen."""
    return TODAY if day == chosen else chosen.isoformat()
