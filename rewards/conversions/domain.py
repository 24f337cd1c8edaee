"""How an accrual becomes something to spend: what a definition says, which period is due, and how many units a balance makes. Pure.

Keys of a definition:
    from, to          the codes of two currencies: an accrual, and one that members spend
    kind              steps (step_units, gives_units: so many make so many; the rest stays and waits for the next time)
                      · rate (what a unit gives is decided, and approved by a second person, when the period is over)
    every             day · month · quarter · year: the period whose units are converted together
    after_days        days that pass between the end of the period and the conversion (0: on its first day)
    valid_days        what is converted ends so many days later; absent: as the terms of `to` say
"""

import dataclasses
import datetime as dt
import enum
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.programmes.domain.reading import Reader
from loyalty.kit.clock import add_months
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Malformed

RATE_PLACES = 6
MOST_RATE = 1_000
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


class MalformedConversion(Malformed):
    code = "malformed_conversion"


class ConversionKind(enum.StrEnum):
    STEPS = "steps"
    RATE = "rate"


class Every(enum.StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """The months of a period, where it has any."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[self]


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """Days whose accrual is converted together, both included."""

    first_on: dt.date
    through_on: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class ConversionTerms:
    """A checked definition. `step_units` and `gives_units` are 0 where the rate is decided later."""

    from_code: str
    to_code: str
    kind: ConversionKind
    every: Every
    step_units: int
    gives_units: int
    after_days: int
    valid_days: int | None

    def converts_on(self, period: Period) -> dt.date:
        """Return the first day on which a period can be converted."""
        return period.through_on + dt.timedelta(days=1 + self.after_days)

    def period_of(self, day: dt.date) -> Period:
        """Return the period that a day lies in."""
        if self.every is Every.DAY:
            return Period(day, day)
        months = self.every.months
        first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
        return Period(first, add_months(first, months) - dt.timedelta(days=1))

    def next_period(self, today: dt.date) -> Period:
        """Return the oldest period that cannot be converted on a day yet."""
        return self.period_of(self.last_period(today).through_on + dt.timedelta(days=1))

    def last_period(self, today: dt.date) -> Period:
        """Return the newest period that can be converted on a day."""
        latest = self.period_of(today - dt.timedelta(days=self.after_days))
        return self.period_of(latest.first_on - dt.timedelta(days=1))

    def converted(self, units: int, rate: Fraction | None = None) -> tuple[int, int]:
        """Return how many of `units` are taken and what they become; whatever is taken becomes at least one unit.

        Steps leave the rest. A rate takes all and rounds down, unless the whole balance is worth less than one unit: then it stays.
        """
        if self.kind is ConversionKind.STEPS:
            steps = min(units // self.step_units, MOST_POINTS // max(self.step_units, self.gives_units))
            return steps * self.step_units, steps * self.gives_units
        assert rate is not None, "a rate is decided before anything is converted"
        given = int(units * rate)
        return (units, given) if given else (0, 0)


def gives_less(old: ConversionTerms, new: ConversionTerms) -> bool:
    """Tell whether what gathered would become less, as far as both definitions say how much it becomes."""
    if not old.kind == new.kind == ConversionKind.STEPS:
        return False
    return Fraction(new.gives_units, new.step_units) < Fraction(old.gives_units, old.step_units)


def parse_conversion(given: Any) -> ConversionTerms:
    """Check a definition. Raises: MalformedConversion, naming each wrong key."""
    reader = Reader(given)
    kind = reader.choice("kind", ConversionKind, ConversionKind.STEPS)
    is_steps = kind is ConversionKind.STEPS
    reader.only({"from", "to", "kind", "every", "after_days", "valid_days", *(["step_units", "gives_units"] if is_steps else [])})
    step = reader.whole("step_units", 1, MOST_POINTS) if is_steps else 0
    terms = ConversionTerms(
        from_code=reader.name("from", _CODE),
        to_code=reader.name("to", _CODE),
        kind=kind,
        every=reader.choice("every", Every, Every.MONTH),
        step_units=step,
        gives_units=reader.whole("gives_units", 1, MOST_POINTS, step) if is_steps else 0,
        after_days=reader.whole("after_days", 0, 366, 0),
        valid_days=reader.whole_or_none("valid_days", 1, 36_500),
    )
    if terms.from_code and terms.from_code == terms.to_code:
        reader.wrong("to", "same_currency", "Convert into another currency.")
    if reader.errors:
        raise MalformedConversion("Correct the marked keys of the conversion.", errors=reader.errors)
    return terms


def definition_of(terms: ConversionTerms) -> dict[str, Any]:
    """Write terms as the definition that `parse_conversion` reads back to the same."""
    names = {"from": terms.from_code, "to": terms.to_code, "kind": terms.kind.value, "every": terms.every.value}
    steps = {"step_units": terms.step_units, "gives_units": terms.gives_units} if terms.kind is ConversionKind.STEPS else {}
    valid = {} if terms.valid_days is None else {"valid_days": terms.valid_days}
    return {**names, **steps, "after_days": terms.after_days, **valid}


def parse_rate(text: Any) -> Decimal:
    """Read what one unit becomes, for example 0.10. Raises: MalformedConversion."""
    reader = Reader({"rate": text})
    rate = reader.number("rate", RATE_PLACES, most=MOST_RATE)
    if not rate and not reader.errors:
        reader.wrong("rate", "out_of_range", "Write a number above 0.")
    if reader.errors:
        raise MalformedConversion("Correct the rate.", errors=reader.errors)
    return rate
