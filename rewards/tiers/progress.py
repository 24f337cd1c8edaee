"""How far is a member on each ladder: what leads to the next tier, and what keeps the present one?"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby

from accounts.members.models import Member
from rewards.tiers.domain.counting import PURCHASES
from rewards.tiers.domain.judging import Case, sight
from rewards.tiers.domain.scheme import Benefit, Metric, MetricKind, Scheme, Threshold
from rewards.tiers.evidence import tallies_of_members
from rewards.tiers.ladders import Judged, ladders_of
from rewards.tiers.models import Tier, TierLadder
from rewards.tiers.queries import Standing, progress_in_year, standings_on_ladders
from rewards.tiers.services.judgement import case_of, counts_of, metrics_of, read

_GROSS = Metric("spend", MetricKind.SPEND, "gross")


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """What a threshold asks of one metric, and how much of it there is, in counted units."""

    metric: Metric
    found: int
    needed: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.found)


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """All gaps of a threshold: all of them must be closed, or any one."""

    needs_all: bool
    gaps: tuple[Gap, ...]

    @property
    def open(self) -> list[Gap]:
        return [gap for gap in self.gaps if gap.missing]

    @property
    def is_met(self) -> bool:
        return not self.open if self.needs_all else len(self.open) < len(self.gaps)


@dataclasses.dataclass(frozen=True, slots=True)
class LadderProgress:
    """Where a member stands on a ladder; `last_on` is the last day of what counts together with today, None where there is none."""

    ladder: TierLadder
    current: Standing | None
    next_tier: Tier | None
    to_next: Way | None
    to_keep: Way | None
    last_on: dt.date | None
    benefits: tuple[Benefit, ...] = ()
    spend_minor: int | None = None
    """What was spent in the calendar year, where a plain ladder counts it."""

    @property
    def figures(self) -> tuple[int, int]:
        """How much there is of how much, for a ring."""
        gaps = self.to_next.open or self.to_next.gaps if self.to_next else ()
        return (min(gaps[0].found, gaps[0].needed), gaps[0].needed) if gaps and gaps[0].needed else (1, 1)


def progress_on_ladders(member: Member, on: dt.date) -> list[LadderProgress]:
    """Return the member's progress on each ladder, the main one first; three queries for a programme with a plain ladder or none."""
    held = standings_on_ladders([member.pk], on).get(member.pk, {})
    rows = Tier.objects.filter(ladder__programme=member.programme_id).select_related("ladder")
    found: list[LadderProgress] = []
    for ladder, tiers in groupby(rows.order_by("-ladder__is_main", "ladder__code", "rank"), key=lambda tier: tier.ladder):
        current = held.get(ladder)
        one = _plain(member, on, ladder, current, list(tiers)) if ladder.is_plain else _judged(member, on, ladder, current)
        found += [one] if one else []
    return found


def _plain(member: Member, on: dt.date, ladder: TierLadder, current: Standing | None, tiers: Sequence[Tier]) -> LadderProgress:
    stand = progress_in_year(member, on, current, tiers)
    to_next = _way_of_year(stand.spend_minor, stand.next_tier)
    to_keep = _way_of_year(stand.spend_minor, current.tier) if current and current.year else None
    return LadderProgress(ladder, current, stand.next_tier, to_next, to_keep, dt.date(on.year, 12, 31), spend_minor=stand.spend_minor)


def _way_of_year(spend_minor: int, tier: Tier | None) -> Way | None:
    return Way(True, (Gap(_GROSS, spend_minor, tier.threshold_minor or 0),)) if tier else None


def _judged(member: Member, on: dt.date, ladder: TierLadder, current: Standing | None) -> LadderProgress | None:
    judged = next((one for one in ladders_of(member.programme_id).judged if one.ladder == ladder), None)
    if judged is None:
        return None
    seen = sight(_case(member, judged), on)
    if seen is None:
        return LadderProgress(ladder, current, None, None, None, None)
    rank = current.tier.rank if current else -1
    above = [level for level in seen.scheme.levels if judged.tiers[level.code].rank > rank and level.reach is not None]
    level = next((one for one in seen.scheme.levels if current and one.code == current.tier.code), None)
    return LadderProgress(
        ladder,
        current,
        judged.tiers[above[0].code] if above else None,
        _way(seen.scheme, above[0].reach, seen.found) if above else None,
        _way(seen.scheme, level.keep, seen.found) if level and current and current.through_on else None,
        seen.last_on if seen.last_on.year < dt.MAXYEAR else None,
        level.benefits if level else (),
    )


def _case(member: Member, judged: Judged) -> Case:
    metrics = metrics_of([judged])
    counts = counts_of([member.pk], [PURCHASES, *(metric.key for metric in metrics)]) or tallies_of_members([member.pk], metrics)
    return case_of(judged, member, read([judged], [member.pk], counts))


def _way(scheme: Scheme, asked: Threshold | None, found: Mapping[str, int]) -> Way | None:
    if asked is None:
        return None
    return Way(asked.needs_all, tuple(Gap(scheme.metrics[name], found[name], least) for name, least in asked.least))
