"""Days that members choose: for which period, from when on, and how a rule asks for them. Pure.

Keys of a definition:
    every    week · month · quarter · year: the period for which a member chooses one day
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection
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

    def __contains__(self, day: dt.date) -> bool:
        return self.first_on <= day <= self.through_on


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

    def span_of(self, day: dt.date, taken: Collection[Span]) -> Span:
        """Return the days for which a choice of this day would count; `taken`: spans for which a day was chosen before.

        That is the period, without what an older choice counts for when periods had another length: so no day ever has two choices.
        """
        holder = next((span for span in taken if day in span), None)
        if holder is not None:
            return holder
        period, one = self.period_of(day), dt.timedelta(days=1)
        first = max([period.first_on, *(span.through_on + one for span in taken if span.through_on < day)])
        through = min([period.through_on, *(span.first_on - one for span in taken if span.first_on > day)])
        assert first <= day <= through, (first, day, through)
        return Span(first, through)

    def spans_on(self, today: dt.date, taken: Collection[Span] = ()) -> tuple[Span, Span]:
        """Return the span of today and the one after it: the two in which a day can be chosen."""
        now = self.span_of(today, taken)
        return now, self.span_of(now.through_on + dt.timedelta(days=1), taken)

    def refusal(self, day: dt.date, today: dt.date, *, taken: Collection[Span]) -> Refusal | None:
        """Say why a member cannot choose a day, when some was chosen for the spans `taken` before."""
        now, after = self.spans_on(today, taken)
        if day < today:
            return Refusal.PAST
        if day == today:
            return Refusal.TODAY
        if day > after.through_on:
            return Refusal.TOO_FAR
        return Refusal.STANDS if now in taken and day in now else None


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
