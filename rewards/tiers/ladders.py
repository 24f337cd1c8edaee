"""The ladders of a programme with their approved versions, read once and kept for a few seconds per process."""

import dataclasses
import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Mapping

from accounts.programmes.models import PointCurrency
from loyalty.kit.kept import Kept
from rewards.tiers import domain
from rewards.tiers.domain.judging import Force
from rewards.tiers.domain.scheme import Metric, Scheme
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A ladder that is judged day by day: any but a plain one. `tiers` by code."""

    ladder: TierLadder
    tiers: Mapping[str, Tier]
    versions: tuple[Force, ...]

    def on(self, day: dt.date) -> Force | None:
        """The version in force on a day."""
        place = bisect_right([version.valid_from for version in self.versions], day)
        return self.versions[place - 1] if place else None

    @property
    def metrics(self) -> dict[str, Metric]:
        """What any version counts, by key."""
        return {metric.key: metric for version in self.versions for metric in version.scheme.metrics.values()}

    @property
    def ranks(self) -> dict[str, int]:
        return {code: tier.rank for code, tier in self.tiers.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Ladders:
    """A programme's ladders: the plain one, which the statement of a purchase counts, and those that are judged."""

    plain: domain.Ladder | None
    judged: tuple[Judged, ...]

    @property
    def main(self) -> Judged | None:
        return next((one for one in self.judged if one.ladder.is_main), None)


_ladders: Kept[uuid.UUID, Ladders] = Kept()


def ladders_of(programme_id: uuid.UUID) -> Ladders:
    """Return a programme's ladders, as they were at most a few seconds ago."""
    return _ladders.get(programme_id, lambda: _read(programme_id))


def forget_ladders(programme_id: uuid.UUID) -> None:
    """Let this process read a programme's ladders anew."""
    _ladders.forget(programme_id)


def compiled(version: TierLadderVersion, scales: Mapping[str, int]) -> Scheme:
    """Make a version runnable; `scales` as `scales_of` gives them."""
    return domain.compile_ladder(version.definition, scales=scales)


def scales_of(programme_id: uuid.UUID) -> dict[str, int]:
    """Return the decimals of a programme's currencies by code."""
    return dict(PointCurrency.objects.filter(programme=programme_id).values_list("code", "unit__scale"))


def _read(programme_id: uuid.UUID) -> Ladders:
    """Two queries for a programme that has a plain ladder or none."""
    rows = list(TierLadder.objects.prefetch_related("tiers").filter(programme=programme_id).order_by("-is_main", "code"))
    plain = next((_plain(ladder) for ladder in rows if ladder.is_plain), None)
    others = [ladder for ladder in rows if not ladder.is_plain]
    return Ladders(plain, _judged(programme_id, others) if others else ())


def _plain(ladder: TierLadder) -> domain.Ladder:
    steps = [domain.Step(tier.pk, tier.code, tier.rank, tier.threshold_minor or 0) for tier in ladder.tiers.all()]
    return domain.Ladder(tuple(sorted(steps, key=lambda step: step.rank)), domain.KeepsThrough(ladder.keeps_through))


def _judged(programme_id: uuid.UUID, rows: list[TierLadder]) -> tuple[Judged, ...]:
    scales = scales_of(programme_id)
    versions: dict[int, list[Force]] = {}
    approved = TierLadderVersion.objects.approved().filter(ladder__in=rows)
    for version in approved.order_by("ladder_id", "valid_from", "version"):
        of = versions.setdefault(version.ladder_id, [])
        if of and of[-1].valid_from == version.valid_from:
            of.pop()
        of.append(Force(version.valid_from, version.pk, compiled(version, scales)))
    return tuple(
        Judged(ladder, {tier.code: tier for tier in ladder.tiers.all()}, tuple(versions[ladder.pk]))
        for ladder in rows
        if ladder.pk in versions
    )
