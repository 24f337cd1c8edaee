"""When points lapse: a day that is fixed when they are earned, one that moves with what the member does, or the earlier of both. Pure.

A definition, as it is stored for tiers and written in files:
    kind      none · days · months · end_of_month · end_of_quarter · end_of_year (all but none: number) · fixed_day (month, day, number)
              · fixed_date (date) · member_year (number): on the member's next anniversary of joining, and so many years on
    unless    {activity: earn | redeem | any, kind, number}: all points end so long after the last such activity (sliding)
    tiers     {tier's code: a definition without tiers}: who has this tier of the main ladder
Days are the first ones without the points.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from loyalty.kit.clock import add_months

MOST_NOTICES = 5
LONGEST_NOTICE_DAYS = 365


class ExpiryKind(enum.StrEnum):
    """What decides the day on which points lapse."""

    NONE = "none"
    DAYS = "days"
    MONTHS = "months"
    END_OF_MONTH = "end_of_month"
    END_OF_QUARTER = "end_of_quarter"
    END_OF_YEAR = "end_of_year"
    FIXED_DAY = "fixed_day"
    FIXED_DATE = "fixed_date"
    MEMBER_YEAR = "member_year"


SLIDING_KINDS = (ExpiryKind.DAYS, ExpiryKind.MONTHS, ExpiryKind.END_OF_MONTH, ExpiryKind.END_OF_QUARTER, ExpiryKind.END_OF_YEAR)
PERIODS = {ExpiryKind.END_OF_MONTH: 1, ExpiryKind.END_OF_QUARTER: 3, ExpiryKind.END_OF_YEAR: 12}
"""The months of each calendar period at whose end points may lapse."""
_LEAST = {kind: 1 if kind in {ExpiryKind.DAYS, ExpiryKind.MONTHS} else 0 for kind in ExpiryKind}
_MOST = {
    ExpiryKind.NONE: 0,
    ExpiryKind.DAYS: 36_500,
    ExpiryKind.END_OF_QUARTER: 400,
    ExpiryKind.END_OF_YEAR: 100,
    ExpiryKind.FIXED_DAY: 100,
    ExpiryKind.FIXED_DATE: 0,
    ExpiryKind.MEMBER_YEAR: 100,
}


class Activity(enum.StrEnum):
    """What keeps a member's points alive."""

    EARN = "earn"
    REDEEM = "redeem"
    ANY = "any"


class ExpiryTerms(Protocol):
    """The part of a currency's terms that decides expiry; the model row has this shape."""

    @property
    def expiry_kind(self) -> str: ...
    @property
    def expiry_number(self) -> int: ...
    @property
    def expiry_month(self) -> int | None: ...
    @property
    def expiry_day(self) -> int | None: ...
    @property
    def expiry_date(self) -> dt.date | None: ...
    @property
    def slide_kind(self) -> str: ...
    @property
    def slide_number(self) -> int: ...
    @property
    def slide_by(self) -> str: ...
    @property
    def tier_expiry(self) -> Mapping[str, Any]: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """One way to get from a day to the first day without the points."""

    kind: ExpiryKind = ExpiryKind.NONE
    number: int = 0
    month: int | None = None
    day: int | None = None
    date: dt.date | None = None

    def after(self, day: dt.date, joined_on: dt.date | None = None) -> dt.date | None:
        """Return the date at whose first moment the points are dead, or None if they live for ever; `joined_on` is asked for by member_year.

        - days: `number` days later; months: so many calendar months later, clamped to a shorter month's end.
        - end_of_month, _quarter, _year: points live through the end of the `number`-th such period after the one of `day` (0: that one).
        - fixed_day: the next `month`/`day` after the day, and `number` years on.
        - fixed_date: that date; whoever earns later has until the same day of a later year, so that nothing is born dead.
        - member_year: the next anniversary of joining after the day, and `number` years on; who joined on 29 February has it on 28 February in
          other years. Where no member is known, a whole year.
        """
        match self.kind:
            case ExpiryKind.NONE:
                return None
            case ExpiryKind.DAYS:
                return day + dt.timedelta(days=self.number)
            case ExpiryKind.MONTHS:
                return add_months(day, self.number)
            case ExpiryKind.FIXED_DAY | ExpiryKind.FIXED_DATE | ExpiryKind.MEMBER_YEAR:
                return self._in_a_year_after(day, joined_on)
            case period:
                months = PERIODS[period]
                first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
                return add_months(first, months * (self.number + 1))

    def _in_a_year_after(self, day: dt.date, joined_on: dt.date | None) -> dt.date:
        """The end by a day that comes once in each year."""
        match self.kind:
            case ExpiryKind.FIXED_DAY:
                assert self.month is not None and self.day is not None, "a fixed day needs month and day"
                this_year = dt.date(day.year, self.month, self.day)
                return this_year.replace(year=day.year + self.number + (this_year <= day))
            case ExpiryKind.FIXED_DATE:
                assert self.date is not None, "a fixed date needs its date"
                later = max(0, day.year - self.date.year)
                return next(end for years in (later, later + 1) if (end := add_months(self.date, 12 * years)) > day)
        return _anniversary_after(day, joined_on or day, self.number)


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """How points end: `fixed` counts from the day of earning, `slide` (if any) from the last activity; the earlier day wins."""

    fixed: Ending
    slide: Ending | None = None
    by: Activity = Activity.ANY

    def end(self, earned_on: dt.date, active_on: dt.date | None = None, joined_on: dt.date | None = None) -> dt.date | None:
        """Return the first day without points that were earned on a day by a member last active on `active_on`."""
        return earliest(self.fixed.after(earned_on, joined_on), self.sliding_end(earned_on, active_on))

    def sliding_end(self, earned_on: dt.date, active_on: dt.date | None = None) -> dt.date | None:
        return self.slide.after(max(earned_on, active_on or earned_on)) if self.slide else None

    def judged(self, *, earned_on: dt.date, active_on: dt.date | None, since_on: dt.date | None, current: dt.date | None) -> dt.date | None:
        """Return when points end by now, that so far end on `current`; never sooner, but for a tier that began on `since_on`.

        Points that a better tier had kept longer live at least as long as if they had been earned on the day on which it was lost.
        """
        floor = current if since_on is None else earliest(current, self.end(max(earned_on, since_on), active_on))
        return latest(self.end(earned_on, active_on), floor)


def earliest(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """Return the earlier end; None is no end."""
    return min(filter(None, (one, other)), default=None)


def latest(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """Return the later end; None is no end, and later than any."""
    return None if one is None or other is None else max(one, other)


def policy_of(terms: ExpiryTerms, tier: str | None = None) -> Policy:
    """Return how points given under these terms end for a member of a tier (None: of no tier)."""
    if tier is not None and tier in terms.tier_expiry:
        return stored_policy(terms.tier_expiry[tier])
    fixed = Ending(ExpiryKind(terms.expiry_kind), terms.expiry_number, terms.expiry_month, terms.expiry_day, terms.expiry_date)
    if not terms.slide_kind:
        return Policy(fixed)
    return Policy(fixed, Ending(ExpiryKind(terms.slide_kind), terms.slide_number), Activity(terms.slide_by))


def stored_policy(stored: Mapping[str, Any]) -> Policy:
    """Return the policy of a checked definition (`parse_expiry` made it)."""
    date = stored.get("date")
    kind = ExpiryKind(stored["kind"])
    fixed = Ending(kind, stored.get("number", 0), stored.get("month"), stored.get("day"), dt.date.fromisoformat(date) if date else None)
    unless = stored.get("unless")
    if not unless:
        return Policy(fixed)
    return Policy(fixed, Ending(ExpiryKind(unless["kind"]), unless["number"]), Activity(unless["activity"]))


def expires_on(terms: ExpiryTerms, earned_on: dt.date, tier: str | None = None, joined_on: dt.date | None = None) -> dt.date | None:
    """Return the first day without points that a member of `tier`, who joined on `joined_on`, earns on a day; earning is an activity."""
    return policy_of(terms, tier).end(earned_on, joined_on=joined_on)


def counts_from_joining(terms: ExpiryTerms) -> bool:
    """Whether the end of points depends on the day on which their member joined."""
    return terms.expiry_kind == ExpiryKind.MEMBER_YEAR


def moves(terms: ExpiryTerms) -> bool:
    """Whether the end of points may change after they were given."""
    return bool(terms.slide_kind or terms.tier_expiry)


def expiry_class(terms: ExpiryTerms) -> tuple[object, ...]:
    """Return what two versions share when their points lapse alike and may be valued in one portfolio (IFRS 15.4)."""
    tiers = tuple(sorted((tier, stored_policy(policy)) for tier, policy in terms.tier_expiry.items()))
    fixed = (terms.expiry_kind, terms.expiry_number, terms.expiry_month, terms.expiry_day, terms.expiry_date)
    return (*fixed, terms.slide_kind, terms.slide_number, terms.slide_by, tiers)


def expiry_fault(terms: ExpiryTerms) -> str | None:
    """Name the field that does not fit the kind of expiry, or None if the terms make sense."""
    kind = ExpiryKind(terms.expiry_kind)
    date = terms.expiry_date
    fault = ending_fault(Ending(kind, terms.expiry_number, terms.expiry_month, terms.expiry_day, date))
    if fault is not None:
        return f"expiry_{fault}"
    if counts_from_joining(terms) and moves(terms):
        return "expiry_kind"
    if not terms.slide_kind:
        return "slide_number" if terms.slide_number else "slide_by" if terms.slide_by else None
    return sliding_fault(terms.slide_kind, terms.slide_number, terms.slide_by)


def ending_fault(ending: Ending) -> str | None:
    """Name the part of an ending that does not fit its kind."""
    if not _LEAST[ending.kind] <= ending.number <= _MOST.get(ending.kind, 1_200):
        return "number"
    if (ending.date is not None) != (ending.kind is ExpiryKind.FIXED_DATE):
        return "date"
    if ending.kind is not ExpiryKind.FIXED_DAY:
        return "day" if (ending.month, ending.day) != (None, None) else None
    return None if _is_yearly_day(ending.month, ending.day) else "day"


def sliding_fault(kind: str, number: int, by: str) -> str | None:
    """Name the column of sliding terms that makes no sense."""
    if kind not in SLIDING_KINDS:
        return "slide_kind"
    if ending_fault(Ending(ExpiryKind(kind), number)) is not None:
        return "slide_number"
    return None if by in set(Activity) else "slide_by"


def are_notice_days(days: Collection[int]) -> bool:
    """Tell whether members can be told so many days before points end: a few different numbers, none longer than a year."""
    return len(days) <= MOST_NOTICES and len(set(days)) == len(days) and all(1 <= day <= LONGEST_NOTICE_DAYS for day in days)


def _anniversary_after(day: dt.date, joined_on: dt.date, years: int) -> dt.date:
    """Return the anniversary after a day, or after the joining of who earned before it, and so many years on."""
    start = max(day, joined_on)
    passed = start.year - joined_on.year
    number = next(count for count in (passed, passed + 1) if add_months(joined_on, 12 * count) > start)
    return add_months(joined_on, 12 * (number + years))


def _is_yearly_day(month: int | None, day: int | None) -> bool:
    """Tell whether the day exists in every year; 29 February does not."""
    try:
        dt.date(2023, month or 0, day or 0)
    except ValueError:
        return False
    return True
