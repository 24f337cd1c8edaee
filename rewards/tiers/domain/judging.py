"""Who stands where on a ladder, from the first day to the last that can be known. Pure: the same counts always give the same standings.

A walk goes through the days on which something may turn: purchases and returns become known, a version begins, a tier by hand begins or
ends, a tier's time is over. On each, what is known by then is judged by the version of the day. When something comes back that counted on
an earlier day, the walk is made again up to that day with what is left, as if the rest had never been bought; what was said of the days
before stays said. After the last day known the walk goes on as if nothing more were bought, so that every later day is answered too.
"""

import dataclasses
import datetime as dt
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from loyalty.kit.clock import add_months
from rewards.tiers.domain.counting import Counts, Tally
from rewards.tiers.domain.scheme import Base, DowngradeKind, KeepsKind, Level, Scheme, Threshold, WindowKind
from rewards.tiers.domain.years import FOREVER, StandingReason

_ONE_DAY = dt.timedelta(days=1)
_MOST_TURNS = 5_000


@dataclasses.dataclass(frozen=True, slots=True)
class Force:
    """A version and its first day."""

    valid_from: dt.date
    version: uuid.UUID
    scheme: Scheme


@dataclasses.dataclass(frozen=True, slots=True)
class Hand:
    """A tier given by hand, both days included."""

    tier: str
    from_on: dt.date
    to_on: dt.date
    evidence: uuid.UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """All that decides a member's standings on a ladder. `forces` and `tallies` in any order; `ranks` of all its tiers by code."""

    joined_on: dt.date
    forces: Sequence[Force]
    tallies: Sequence[Tally]
    hands: Sequence[Hand]
    ranks: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """From this day on the member stands here (None: nowhere), and why; until the next mark."""

    on: dt.date
    tier: str | None
    reason: StandingReason
    evidence: uuid.UUID

    @property
    def stand(self) -> tuple[str | None, bool]:
        """What makes a difference to people: the tier, and whether it is only lent by grace."""
        return self.tier, self.reason is StandingReason.GRACE


@dataclasses.dataclass(frozen=True, slots=True)
class Sight:
    """How far a member is on a day: the version, its window, and what counts in it."""

    scheme: Scheme
    first_on: dt.date
    last_on: dt.date
    found: Mapping[str, int]
    purchases: int


def judge(case: Case) -> list[Mark]:
    """Return the marks in the order of their days; the first one is never a tier that was not had."""
    return _Judgement(case).marks()


def sight(case: Case, on: dt.date) -> Sight | None:
    """Return how far the member is on a day, or None while no version is in force."""
    judgement = _Judgement(case)
    judgement.marks(until=on)
    return judgement.walk.sight(on)


@dataclasses.dataclass(slots=True)
class _Held:
    """The tier that what was counted gives, through which day, and how it is held."""

    tier: str
    to_on: dt.date
    reason: StandingReason


class _Judgement:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.known: dict[dt.date, list[Tally]] = defaultdict(list)
        for tally in case.tallies:
            self.known[tally.known_on].append(tally)
        days = {force.valid_from for force in case.forces} | set(self.known) | {case.joined_on}
        days |= {day for hand in case.hands for day in (hand.from_on, hand.to_on + _ONE_DAY)}
        self.days = sorted(days)
        self.walk = _Walk(case, Counts(), self.days[-1])

    def marks(self, until: dt.date = FOREVER) -> list[Mark]:
        said: list[Mark] = []
        place = 0
        for _turn in range(_MOST_TURNS + len(self.days)):
            fixed = self.days[place] if place < len(self.days) else None
            day = min((one for one in (fixed, self.walk.due) if one is not None), default=None)
            if day is None or day > until:
                break
            _say_kept(said, self.walk.kept_before(day))
            if day == fixed:
                place += 1
                self._learn(day, place)
            mark = self.walk.turn(day, self._evidence(day))
            if mark.stand != (said[-1].stand if said else (None, False)):
                falls = mark.reason is StandingReason.REACHED and said and self.walk.rank(mark.tier) < self.walk.rank(said[-1].tier)
                said.append(dataclasses.replace(mark, reason=StandingReason.LOWERED) if falls else mark)
        else:
            raise AssertionError("a judgement does not end")
        _say_kept(said, self.walk.kept_before(FOREVER) if until == FOREVER else [])
        return said

    def _learn(self, day: dt.date, place: int) -> None:
        """Take in what becomes known on a day; walk again what it makes different."""
        tallies = self.known.get(day, ())
        for tally in tallies:
            self.walk.counts.add(tally)
        if any(tally.counts_on < day for tally in tallies):
            walk = _Walk(self.case, self.walk.counts, self.days[-1])
            walk.go_through(self.days[: place - 1], day, self._evidence)
            self.walk = walk

    def _evidence(self, day: dt.date) -> uuid.UUID | None:
        return max((tally.evidence for tally in self.known.get(day, ())), default=None)


class _Walk:
    """What a member has on the day up to which the walk has come."""

    def __init__(self, case: Case, counts: Counts, last_known: dt.date) -> None:
        self.case = case
        self.counts = counts
        self.last_known = last_known
        self.forces = sorted(case.forces, key=lambda force: force.valid_from)
        self._starts = [force.valid_from for force in self.forces]
        self.year_from = case.joined_on
        self.held: _Held | None = None
        self.kept: dict[str, dt.date] = {}
        self._ahead: list[Mark] = []

    @property
    def due(self) -> dt.date | None:
        """The day on which the tier's time is over."""
        return self.held.to_on + _ONE_DAY if self.held and self.held.to_on < FOREVER else None

    def go_through(self, days: Sequence[dt.date], until: dt.date, evidence: Callable[[dt.date], uuid.UUID | None]) -> None:
        """Walk silently up to a day, that day left out."""
        place = 0
        while True:
            fixed = days[place] if place < len(days) else None
            day = min((one for one in (fixed, self.due) if one is not None and one < until), default=None)
            if day is None:
                return
            place += day == fixed
            self.turn(day, evidence(day))

    def force(self, day: dt.date) -> Force | None:
        place = bisect_right(self._starts, day)
        return self.forces[place - 1] if place else None

    def rank(self, tier: str | None) -> int:
        return self.case.ranks[tier] if tier is not None else -1

    def turn(self, day: dt.date, evidence: uuid.UUID | None) -> Mark:
        """Judge a day; return where the member stands from it on."""
        force = self.force(day)
        if force is None:
            return self._mark(day, uuid.UUID(int=0), evidence)
        before = self.held
        self._qualify(day, force)
        best = max((tier for tier, to_on in self.kept.items() if to_on >= day), key=self.rank, default=None)
        held = self.held
        if best is not None and (held is None or self.rank(best) >= self.rank(held.tier)):
            self._hold(best, self.kept[best], day, evidence or force.version)
        elif held is not None and held.to_on < day:
            self.held = self._after(held, best, day, force.scheme)
        if self.held is None or before is None or self.held.tier != before.tier:
            self._ahead = [mark for mark in self._ahead if self.held and mark.tier == self.held.tier]
        return self._mark(day, force.version, evidence)

    def sight(self, day: dt.date) -> Sight | None:
        force = self.force(day)
        if force is None:
            return None
        first, last = self._window(day, force.scheme)
        found = self.counts.found(force.scheme.metrics, first, day)
        return Sight(force.scheme, first, last, found, self.counts.purchases(first, day))

    def kept_before(self, day: dt.date) -> list[Mark]:
        """Return, once, the marks of tiers kept from days before this one on."""
        ready = [mark for mark in self._ahead if mark.on < day]
        self._ahead = [mark for mark in self._ahead if mark.on >= day]
        return ready

    def _hold(self, tier: str, to_on: dt.date, day: dt.date, evidence: uuid.UUID) -> None:
        held = self.held
        if held is None or held.tier != tier or held.reason is StandingReason.GRACE:
            is_rise = held is None or self.rank(tier) > self.rank(held.tier)
            self.held = _Held(tier, to_on, StandingReason.REACHED if is_rise else StandingReason.KEPT)
        elif to_on > held.to_on:
            ahead = [mark for mark in self._ahead if mark.on > day]
            on = ahead[0].on if ahead else held.to_on + _ONE_DAY
            self._ahead = [mark for mark in self._ahead if mark.on <= day] + [Mark(on, tier, StandingReason.KEPT, evidence)]
            self.held = _Held(tier, to_on, StandingReason.KEPT)

    def _mark(self, day: dt.date, version: uuid.UUID, evidence: uuid.UUID | None) -> Mark:
        given = max((hand for hand in self.case.hands if hand.from_on <= day <= hand.to_on), key=lambda h: self.rank(h.tier), default=None)
        held = self.held
        if given is not None and self.rank(given.tier) > self.rank(held.tier if held else None):
            return Mark(day, given.tier, StandingReason.GIVEN, given.evidence)
        if held is None:
            return Mark(day, None, StandingReason.LOWERED, evidence or version)
        return Mark(day, held.tier, held.reason, evidence or version)

    def _standing_rank(self, day: dt.date) -> int:
        """The rank that the member has on a day before it is judged, by hand or not; a tier whose time ended the day before still counts."""
        ranks = [self.rank(hand.tier) for hand in self.case.hands if hand.from_on <= day <= hand.to_on + _ONE_DAY]
        if self.held is not None and self.held.to_on >= day - _ONE_DAY:
            ranks.append(self.rank(self.held.tier))
        return max(ranks, default=-1)

    def _qualify(self, day: dt.date, force: Force) -> None:
        """Note which tiers are kept through which day by what counts on this one."""
        scheme, rank = force.scheme, self._standing_rank(day)
        first, _last = self._window(day, scheme)
        found, purchases = self.counts.found(scheme.metrics, first, day), self.counts.purchases(first, day)
        met: list[tuple[Level, Threshold]] = []
        for level in scheme.levels:
            asked = level.keep if self.rank(level.code) <= rank else level.reach
            if asked is not None and asked.is_met(found) and (not asked.asks_nothing or self._is_based(day, purchases, scheme)):
                met.append((level, asked))
        if not met:
            return
        top, asked_of_top = met[-1]
        if scheme.window.kind is WindowKind.MEMBERSHIP_YEAR and self.rank(top.code) >= rank and not asked_of_top.asks_nothing:
            self.year_from = day + _ONE_DAY
        for level, asked in met:
            to_on = FOREVER if self._is_for_ever(asked, day, scheme) else self._kept_to(day, scheme)
            self.kept[level.code] = max(to_on, self.kept.get(level.code, dt.date.min))

    def _is_based(self, day: dt.date, purchases: int, scheme: Scheme) -> bool:
        """Whether a tier that asks nothing is held."""
        return day >= self.case.joined_on if scheme.base is Base.JOINING else purchases > 0

    def _is_for_ever(self, asked: Threshold, day: dt.date, scheme: Scheme) -> bool:
        """A tier for life, one that is never taken, or one that asks nothing when nothing more is known."""
        if scheme.window.kind is WindowKind.LIFETIME or scheme.downgrade.kind is DowngradeKind.NONE:
            return True
        return scheme.base is Base.JOINING and asked.asks_nothing and day >= self.last_known

    def _after(self, held: _Held, best: str | None, day: dt.date, scheme: Scheme) -> _Held | None:
        """What follows when nothing keeps a tier any longer: grace, one step down, or what is kept."""
        if held.reason is not StandingReason.GRACE and scheme.downgrade.grace_days:
            return _Held(held.tier, day + dt.timedelta(days=scheme.downgrade.grace_days - 1), StandingReason.GRACE)
        kind = scheme.downgrade.kind
        is_again = kind is DowngradeKind.ONE_STEP and held.reason is StandingReason.LOWERED
        below = [level.code for level in scheme.levels if self.rank(best) < self.rank(level.code) < self.rank(held.tier)]
        if kind in (DowngradeKind.ONE_STEP, DowngradeKind.SOFT_LANDING) and below and not is_again:
            return _Held(below[-1], self._one_period(day, scheme), StandingReason.LOWERED)
        return _Held(best, self.kept[best], StandingReason.LOWERED) if best is not None else None

    def _window(self, day: dt.date, scheme: Scheme) -> tuple[dt.date, dt.date]:
        """The first and last day of what counts together with a day."""
        window = scheme.window
        match window.kind:
            case WindowKind.CALENDAR_YEAR:
                return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
            case WindowKind.ROLLING:
                first = day - dt.timedelta(days=window.days - 1) if window.days else add_months(day, -window.months) + _ONE_DAY
                return first, day
            case WindowKind.ANNIVERSARY:
                return _year_of(self.case.joined_on, day)
            case WindowKind.MEMBERSHIP_YEAR:
                return _year_of(self.year_from, day) if day >= self.year_from else (self.year_from, self.year_from)
        return dt.date.min, FOREVER

    def _period_end(self, day: dt.date, scheme: Scheme) -> dt.date:
        """The end of the year that a day belongs to; a membership year that begins after this day is meant by it."""
        if scheme.window.kind is WindowKind.ANNIVERSARY:
            return _year_of(self.case.joined_on, day)[1]
        if scheme.window.kind is WindowKind.MEMBERSHIP_YEAR:
            return _year_of(self.year_from, max(day, self.year_from))[1]
        return dt.date(day.year, 12, 31)

    def _kept_to(self, day: dt.date, scheme: Scheme) -> dt.date:
        if scheme.keeps.kind is KeepsKind.MONTHS:
            return add_months(day, scheme.keeps.months) - _ONE_DAY
        end = self._period_end(day, scheme)
        return end if scheme.keeps.kind is KeepsKind.END_OF_YEAR else self._period_end(end + _ONE_DAY, scheme)

    def _one_period(self, day: dt.date, scheme: Scheme) -> dt.date:
        if scheme.keeps.kind is KeepsKind.MONTHS:
            return add_months(day, scheme.keeps.months) - _ONE_DAY
        return self._period_end(day, scheme)


def _year_of(start: dt.date, day: dt.date) -> tuple[dt.date, dt.date]:
    """The year of a day when years begin on the day and month of `start`; who began on 29 February begins on 28 February in other years."""
    number = max(0, day.year - start.year)
    if add_months(start, 12 * number) > day:
        number = max(0, number - 1)
    return add_months(start, 12 * number), add_months(start, 12 * (number + 1)) - _ONE_DAY


def _say_kept(said: list[Mark], marks: Iterable[Mark]) -> None:
    """Note from which day on a tier is held by what kept it, unless the member stands elsewhere by then."""
    said += [mark for mark in marks if said and said[-1].stand == mark.stand and said[-1].on < mark.on]


def following(marks: Sequence[Mark]) -> Iterable[tuple[Mark, dt.date]]:
    """Return each mark with its last day."""
    for place, mark in enumerate(marks):
        yield mark, marks[place + 1].on - _ONE_DAY if place + 1 < len(marks) else FOREVER
