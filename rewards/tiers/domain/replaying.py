"""A plain ladder counted again from purchases and returns alone, in the order in which they were recorded. Pure."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rewards.tiers.domain.counting import PURCHASES, Tally
from rewards.tiers.domain.years import Amount, Fact, KeepsThrough, Ladder, StandingReason, Turn, YearCount, days_reached, kept_through

_NO_LADDER = Ladder((), KeepsThrough.END_OF_YEAR)
_MILLISECONDS = 80
"""A UUIDv7 begins with its milliseconds; so many bits follow."""


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """What the years come to (spend and purchases), and which facts a plain ladder notes."""

    years: Mapping[int, tuple[int, int]]
    facts: Sequence[Fact]


def replay(tallies: Sequence[Tally], ladder: Ladder | None, since: dt.datetime | None) -> Replay:
    """Count gross spend and purchases by calendar year; tiers are reached by what was recorded `since` the ladder was there."""
    recount = Recount(ladder, since)
    for amount, counts_on in _amounts(tallies):
        recount.add(amount, counts_on)
    return Replay({year: (count.spend_minor, count.purchases) for year, count in recount.counts.items()}, recount.facts)


class Recount:
    """A plain ladder counted amount by amount, in the order in which they were recorded; `facts` are what it has noted so far."""

    def __init__(self, ladder: Ladder | None, since: dt.datetime | None) -> None:
        self.ladder = ladder
        self._since = since.timestamp() * 1_000 if since else None
        self.counts: dict[int, YearCount] = {}
        self.facts: list[Fact] = []
        self._days: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, amount: Amount, counts_on: dt.date) -> None:
        """Count what a purchase or return adds to the year of `counts_on`."""
        year = counts_on.year
        count = self.counts.setdefault(year, YearCount(0, 0, None, {}))
        self._days[year][counts_on] += amount.amount_minor
        if self.ladder is None or self._came_before(amount):
            count.count(amount, _NO_LADDER)
        else:
            self.facts += [_fact(turn, year, self.ladder) for turn in _turns(count, amount, self.ladder, self._days[year])]
        if not amount.is_gain:
            on = min(amount.business_on, dt.date(year, 12, 31))
            count.last_on = max(count.last_on or on, on)
        count.late_by.clear()

    def _came_before(self, amount: Amount) -> bool:
        return self._since is not None and amount.evidence.int >> _MILLISECONDS < self._since


def _turns(count: YearCount, amount: Amount, ladder: Ladder, days: Mapping[dt.date, int]) -> list[Turn]:
    turns = count.count(amount, ladder)
    if not count.late_by:
        return turns
    turns = count.redated(turns, days_reached(days.items(), ladder.steps))
    for turn in turns:
        if turn.reason is StandingReason.REACHED and turn.step.tier in count.held:
            count.held[turn.step.tier] = min(turn.on, count.held[turn.step.tier])
    return turns


def _fact(turn: Turn, year: int, ladder: Ladder) -> Fact:
    to_on = kept_through(year, ladder.keeps_through) if turn.reason is StandingReason.REACHED else None
    return Fact(turn.step.tier, turn.step.rank, year, turn.on, to_on, turn.reason)


def _amounts(tallies: Sequence[Tally]) -> list[tuple[Amount, dt.date]]:
    """Return what each purchase or return counted, in the order in which they were recorded, with the day for which it counts."""
    by_evidence: dict[uuid.UUID, dict[str, Tally]] = defaultdict(dict)
    for tally in tallies:
        if tally.key in (PURCHASES, "gross"):
            by_evidence[tally.evidence][tally.key] = tally
    found = []
    for evidence, of in sorted(by_evidence.items()):
        any_of = next(iter(of.values()))
        minor, purchases = (of[key].amount if key in of else 0 for key in ("gross", PURCHASES))
        amount = Amount(business_on=any_of.known_on, amount_minor=minor, purchases=purchases, evidence=evidence, year=any_of.counts_on.year)
        found.append((amount, any_of.counts_on))
    return found
