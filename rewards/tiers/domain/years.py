"""When a tier is reached, lost, and how long it lasts. Pure.

A member's level in a calendar year is the gross spend of that year, or None before the first purchase: a tier with threshold 0
is reached by the first purchase, even one of no value.
"""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

FOREVER = dt.date(9999, 12, 30)
"""The last day of a tier that has none."""


class KeepsThrough(enum.StrEnum):
    """How long a tier that was reached in a year is kept."""

    END_OF_YEAR = "end_of_year"
    END_OF_NEXT_YEAR = "end_of_next_year"


class StandingReason(enum.StrEnum):
    """Why a standing begins. `new_year` is never recorded: it is seen when a kept tier ends with its year."""

    REACHED = "reached"
    RETURNED = "returned"
    NEW_YEAR = "new_year"
    KEPT = "kept"
    """What was counted while the tier was held keeps it longer."""
    LOWERED = "lowered"
    """Nothing kept the tier above."""
    GRACE = "grace"
    """Nothing keeps the tier; it stands for some days more."""
    GIVEN = "given"
    """By hand."""
    ENDED = "ended"
    """Not a standing: from this day on something else was judged, and other rows say what."""


class Rung(Protocol):
    """The part of a tier that decides whether it is reached; the model row has this shape."""

    @property
    def rank(self) -> int: ...
    @property
    def threshold_minor(self) -> int: ...


AnyRung = TypeVar("AnyRung", bound=Rung)


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One tier of a ladder."""

    tier: int
    code: str
    rank: int
    threshold_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers of a programme, lowest first, and how long each is kept."""

    steps: tuple[Step, ...]
    keeps_through: KeepsThrough


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What a purchase (+) or a return (-) counts.

    `purchases` is +1 for a purchase, -1 for the return of a whole one, 0 for the return of a part. `year` is the calendar year
    in which the amount counts: that of `business_on` unless a return takes back spend of an earlier year.
    """

    business_on: dt.date
    amount_minor: int
    purchases: int
    evidence: uuid.UUID
    year: int | None = None

    def __post_init__(self) -> None:
        assert self.purchases in (-1, 0, 1), self.purchases
        assert self.amount_minor >= 0 or self.purchases <= 0, "a purchase does not lower the spend"

    @property
    def counts_in(self) -> int:
        return self.year or self.business_on.year

    @property
    def is_gain(self) -> bool:
        return self.amount_minor > 0 or self.purchases > 0


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """A tier reached or lost, on a day, by the evidence of a purchase or return."""

    step: Step
    on: dt.date
    evidence: uuid.UUID
    reason: StandingReason


@dataclasses.dataclass(frozen=True, slots=True)
class TierChange:
    """What one or more spends did to a member's tiers, in order."""

    turns: tuple[Turn, ...]

    @property
    def reached(self) -> tuple[Step, ...]:
        return tuple(turn.step for turn in self.turns if turn.reason is StandingReason.REACHED)

    @property
    def lost(self) -> tuple[Step, ...]:
        return tuple(turn.step for turn in self.turns if turn.reason is StandingReason.RETURNED)


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """A tier that a member holds by the spend of `year`, both days included."""

    tier: int
    rank: int
    year: int
    from_on: dt.date
    to_on: dt.date
    reason: StandingReason = StandingReason.REACHED


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """A recorded row: a tier reached, from one day through another, or lost from `from_on` on."""

    tier: int
    rank: int
    year: int
    from_on: dt.date
    to_on: dt.date | None
    reason: StandingReason


@dataclasses.dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of days with one standing; `tier` None is no tier."""

    tier: int | None
    from_on: dt.date
    to_on: dt.date | None
    reason: StandingReason


def level(spend_minor: int, purchases: int) -> int | None:
    """Return a year's level: its spend, or None before the first purchase."""
    return spend_minor if purchases > 0 else None


def stands_at(level_minor: int | None, tiers: Iterable[AnyRung]) -> list[AnyRung]:
    """Return the tiers whose threshold the level meets, lowest first."""
    if level_minor is None:
        return []
    return sorted((tier for tier in tiers if tier.threshold_minor <= level_minor), key=lambda tier: tier.rank)


def crossings(before_minor: int | None, after_minor: int | None, tiers: Sequence[AnyRung]) -> list[AnyRung]:
    """Return the tiers reached by going from one level to another, lowest first."""
    before = stands_at(before_minor, tiers)
    return [tier for tier in stands_at(after_minor, tiers) if tier not in before]


def losses(before_minor: int | None, after_minor: int | None, tiers: Sequence[AnyRung]) -> list[AnyRung]:
    """Return the tiers no longer met after going from one level to another, highest first."""
    return crossings(after_minor, before_minor, tiers)[::-1]


def kept_through(year: int, keeps: KeepsThrough) -> dt.date:
    """Return the last day of a tier that was reached in `year`."""
    return dt.date(year + (keeps is KeepsThrough.END_OF_NEXT_YEAR), 12, 31)


def days_reached(days: Iterable[tuple[dt.date, int]], tiers: Sequence[AnyRung]) -> list[tuple[AnyRung, dt.date]]:
    """Return on which day the running sum of a year first met each tier; `days` are (day, spend) in any order, one year's."""
    found: list[tuple[AnyRung, dt.date]] = []
    total = 0
    for day, spend_minor in sorted(days):
        total += spend_minor
        known = [tier for tier, _ in found]
        found += [(tier, day) for tier in stands_at(total, tiers) if tier not in known]
    return found


def periods(facts: Iterable[Fact]) -> list[Period]:
    """Return the periods that recorded facts, oldest first, leave standing: a loss ends those of its tier and year."""
    standing: list[Period] = []
    for fact in facts:
        if fact.to_on is not None:
            standing.append(Period(fact.tier, fact.rank, fact.year, fact.from_on, fact.to_on, fact.reason))
        else:
            standing = [_ended(period, fact) for period in standing]
    return [period for period in standing if period.from_on <= period.to_on]


def best_on(standing: Iterable[Period], day: dt.date) -> Period | None:
    """Return the period of the highest tier on a day; of two, the one that lasts longer."""
    held = [period for period in standing if period.from_on <= day <= period.to_on]
    return max(held, key=lambda period: (period.rank, period.to_on, -period.from_on.toordinal()), default=None)


def timeline(facts: Sequence[Fact]) -> list[Stay]:
    """Return the standings that followed each other, oldest first, without gaps; the last one without tier has no end."""
    standing = periods(facts)
    one_day = dt.timedelta(days=1)
    changes = sorted({p.from_on for p in standing} | {p.to_on + one_day for p in standing if p.to_on < FOREVER})
    stays: list[Stay] = []
    for day, following in zip(changes, [*changes[1:], None], strict=False):
        best = best_on(standing, day)
        tier = best.tier if best else None
        ends = following - one_day if following else None
        if stays and stays[-1].tier == tier:
            stays[-1] = dataclasses.replace(stays[-1], to_on=ends)
        else:
            stays.append(Stay(tier, day, ends, _reason_on(day, tier, facts)))
    return stays


@dataclasses.dataclass(slots=True)
class YearCount:
    """A member's year while spends are counted: first as the database has it after all of them, then put back and replayed."""

    spend_minor: int
    purchases: int
    last_on: dt.date | None
    held: dict[int, dt.date]
    late_by: list[Amount] = dataclasses.field(default_factory=list)

    @classmethod
    def after(
        cls,
        spend_minor: int,
        purchases: int,
        last_on: dt.date | None,
        tiers: list[int] | None,
        days: list[dt.date] | None,
        reasons: list[str] | None,
    ) -> "YearCount":
        held: dict[int, dt.date] = {}
        for tier, day, reason in zip(tiers or (), days or (), reasons or (), strict=True):
            if reason == StandingReason.RETURNED:
                held.pop(tier, None)
            else:
                held[tier] = min(day, held.get(tier, day))
        return cls(spend_minor, purchases, last_on, held)

    def back_before(self, spend: Amount) -> None:
        self.spend_minor -= spend.amount_minor
        self.purchases -= spend.purchases

    def count(self, spend: Amount, ladder: Ladder) -> list[Turn]:
        """Go on by one spend; return the tiers that it reaches or loses."""
        before = level(self.spend_minor, self.purchases)
        self.spend_minor += spend.amount_minor
        self.purchases += spend.purchases
        after = level(self.spend_minor, self.purchases)
        if spend.is_gain:
            return self._reach(spend, stands_at(after, ladder.steps))
        return self._lose(spend, losses(before, after, ladder.steps))

    def _reach(self, spend: Amount, steps: Iterable[Step]) -> list[Turn]:
        """Also reach what the level met before but no row says: the ladder may be younger than the spend."""
        on = max(spend.business_on, self.last_on or spend.business_on)
        if on > spend.business_on:
            self.late_by.append(spend)
        self.last_on = on
        fresh = [step for step in steps if step.tier not in self.held]
        self.held |= {step.tier: on for step in fresh}
        return [Turn(step, on, spend.evidence, StandingReason.REACHED) for step in fresh]

    def _lose(self, spend: Amount, steps: Iterable[Step]) -> list[Turn]:
        gone = [step for step in steps if step.tier in self.held]
        for step in gone:
            del self.held[step.tier]
        return [Turn(step, spend.business_on, spend.evidence, StandingReason.RETURNED) for step in gone]

    def redated(self, turns: list[Turn], exact: Iterable[tuple[Step, dt.date]]) -> list[Turn]:
        """Move what is held to the exact days: a row of this call is corrected, an older one gets an earlier row beside it."""
        turns = list(turns)
        for step, day in exact:
            if day >= self.held.get(step.tier, day):
                continue
            fresh = [i for i, turn in enumerate(turns) if turn.step == step and turn.reason is StandingReason.REACHED]
            if fresh:
                turns[fresh[-1]] = dataclasses.replace(turns[fresh[-1]], on=day)
            else:
                turns.append(Turn(step, day, self.late_by[-1].evidence, StandingReason.REACHED))
        return turns


def _ended(period: Period, loss: Fact) -> Period:
    if (period.tier, period.year) != (loss.tier, loss.year) or period.to_on < loss.from_on:
        return period
    return dataclasses.replace(period, to_on=loss.from_on - dt.timedelta(days=1))


def _reason_on(day: dt.date, tier: int | None, facts: Iterable[Fact]) -> StandingReason:
    today = [fact for fact in facts if fact.from_on == day]
    begun = [fact.reason for fact in today if fact.tier == tier and fact.to_on is not None]
    if begun:
        return StandingReason.REACHED if StandingReason.REACHED in begun else begun[-1]
    if any(fact.reason is StandingReason.RETURNED for fact in today):
        return StandingReason.RETURNED
    return StandingReason.NEW_YEAR
