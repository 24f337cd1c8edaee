"""What purchases and returns count for ladders, day by day. Pure.

A purchase counts on its business day. What comes back counts less on the purchase's day, but is known from the day of the return on: so
nothing that was held before a return is unsaid by it.
"""

import dataclasses
import datetime as dt
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from rewards.earning.domain import Line
from rewards.tiers.domain.scheme import PIECES, Metric, MetricKind

PURCHASES = "purchases"
"""The key of what is always counted: how many purchases did not come back whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """What a member has of a purchase, from a day on: amounts in minor units, points by currency, lines."""

    evidence: uuid.UUID
    known_on: dt.date
    purchases: int
    gross_minor: int
    paid_minor: int
    units: Mapping[str, int]
    lines: tuple[Line, ...] = ()


class Tally(NamedTuple):
    """So much more or less of what is counted under a key."""

    key: str
    counts_on: dt.date
    known_on: dt.date
    amount: int
    evidence: uuid.UUID


def tallies(counts_on: dt.date, stages: Sequence[Kept], metrics: Iterable[Metric]) -> list[Tally]:
    """Return what a purchase and its returns count: `stages` are what was kept after each, the purchase first, in their order."""
    by_key = {metric.key: metric for metric in metrics}
    found: list[Tally] = []
    before = dict.fromkeys([PURCHASES, *by_key], 0)
    for stage in stages:
        now = {PURCHASES: stage.purchases} | {key: _counted(stage, metric) for key, metric in by_key.items()}
        is_first = stage is stages[0]
        found += [
            Tally(key, counts_on, max(counts_on, stage.known_on), amount - before[key], stage.evidence)
            for key, amount in now.items()
            if is_first or amount != before[key]
        ]
        before = now
    return found


def _counted(kept: Kept, metric: Metric) -> int:
    match metric.kind:
        case MetricKind.VISITS:
            return kept.purchases
        case MetricKind.UNITS:
            return kept.units.get(metric.currency, 0)
        case MetricKind.ELEMENTS:
            pieces = sum((line.quantity for line in kept.lines if metric.where.miss(line) is None), Decimal(0))
            return int(pieces * PIECES)
    is_gross = metric.key.startswith("gross")
    if metric.tree is None:
        return kept.gross_minor if is_gross else kept.paid_minor
    return sum(line.price_minor if is_gross else line.paid_minor for line in kept.lines if metric.where.miss(line) is None)


class Days:
    """One member's counts under one key, as known so far; sums over days from sums up to each day."""

    def __init__(self) -> None:
        self.days: list[dt.date] = []
        self.amounts: list[int] = []
        self._sums: list[int] = [0]
        self._visits: list[int] = [0]

    def add(self, day: dt.date, amount: int) -> None:
        place = bisect_left(self.days, day)
        if place == len(self.days) or self.days[place] != day:
            self.days.insert(place, day)
            self.amounts.insert(place, 0)
        self.amounts[place] += amount
        del self._sums[place + 1 :], self._visits[place + 1 :]

    def between(self, first: dt.date, last: dt.date, *, visits: bool = False) -> int:
        """Return the sum from one day through another, or on how many of these days there is something left."""
        self._sum_up()
        sums = self._visits if visits else self._sums
        return sums[bisect_right(self.days, last)] - sums[bisect_left(self.days, first)]

    def _sum_up(self) -> None:
        for place in range(len(self._sums) - 1, len(self.amounts)):
            self._sums.append(self._sums[place] + self.amounts[place])
            self._visits.append(self._visits[place] + (self.amounts[place] > 0))


class Counts:
    """All that is counted of one member, as known so far."""

    def __init__(self) -> None:
        self._by_key: dict[str, Days] = {}

    def add(self, tally: Tally) -> None:
        self._by_key.setdefault(tally.key, Days()).add(tally.counts_on, tally.amount)

    def found(self, metrics: Mapping[str, Metric], first: dt.date, last: dt.date) -> dict[str, int]:
        """Return what each metric comes to, from one day through another."""
        return {name: self._of(metric.key, first, last, visits=metric.of_days) for name, metric in metrics.items()}

    def purchases(self, first: dt.date, last: dt.date) -> int:
        return self._of(PURCHASES, first, last, visits=False)

    def _of(self, key: str, first: dt.date, last: dt.date, *, visits: bool) -> int:
        days = self._by_key.get(key)
        return days.between(first, last, visits=visits) if days and first <= last else 0
