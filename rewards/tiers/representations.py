"""Standings and progress as the API answers them."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from rewards.tiers.domain import FOREVER
from rewards.tiers.domain.scheme import PIECES, MetricKind
from rewards.tiers.models import TierLadder, TierStanding
from rewards.tiers.progress import Gap, LadderProgress, Way
from rewards.tiers.queries import Standing


class TierAnswer(BaseModel):
    """The tier that a member has; one that is held for good ends on 9999-12-30."""

    code: str
    name: str
    since_on: str
    through_on: str


class LadderTierAnswer(TierAnswer):
    """The tier that a member has on one of the programme's ladders."""

    ladder: str
    is_main: bool


class StandingAnswer(BaseModel):
    """A recorded standing: from a day on, why, and by what. Without a last day it ends what was recorded before."""

    id: uuid.UUID
    ladder: str
    tier: str
    reason: str
    from_on: str
    through_on: str | None
    evidence: uuid.UUID


class StandingsAnswer(BaseModel):
    """A page of standings, the newest first."""

    results: list[StandingAnswer]
    next: str | None
    previous: str | None


class GapAnswer(BaseModel):
    """What is asked of one metric: amounts in minor units, points in the currency's smallest unit, visits, pieces."""

    metric: str
    kind: str
    found: str
    needed: str
    missing: str


class WayAnswer(BaseModel):
    """What is asked; all of it, or any one."""

    needs: str
    gaps: list[GapAnswer]


class BenefitAnswer(BaseModel):
    """What the tier entitles to."""

    code: str
    text: str


class ProgressAnswer(BaseModel):
    """How far a member is on a ladder: what leads to the next tier, and what keeps the present one."""

    ladder: str
    name: str
    is_main: bool
    tier: TierAnswer | None
    next_tier: str | None
    to_next: WayAnswer | None
    to_keep: WayAnswer | None
    counts_through: str | None
    benefits: list[BenefitAnswer]


class ProgressesAnswer(BaseModel):
    """A member's progress on each ladder, the main one first."""

    ladders: list[ProgressAnswer]


def tier_answer(standing: Standing) -> dict[str, Any]:
    return {
        "code": standing.tier.code,
        "name": standing.tier.name,
        "since_on": standing.since_on.isoformat(),
        "through_on": (standing.through_on or FOREVER).isoformat(),
    }


def tiers_answer(held: Mapping[TierLadder, Standing]) -> list[dict[str, Any]]:
    """Shown as a list of LadderTierAnswer."""
    order = sorted(held.items(), key=lambda of: (not of[0].is_main, of[0].code))
    return [tier_answer(standing) | {"ladder": ladder.code, "is_main": ladder.is_main} for ladder, standing in order]


def standing_answer(row: TierStanding) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "ladder": row.tier.ladder.code,
        "tier": row.tier.code,
        "reason": row.reason,
        "from_on": row.from_on.isoformat(),
        "through_on": row.to_on.isoformat() if row.to_on and not row.is_for_good else None,
        "evidence": str(row.evidence),
    }


def progress_answer(progress: LadderProgress, locale: str) -> dict[str, Any]:
    return {
        "ladder": progress.ladder.code,
        "name": progress.ladder.name_in(locale),
        "is_main": progress.ladder.is_main,
        "tier": tier_answer(progress.current) if progress.current else None,
        "next_tier": progress.next_tier.code if progress.next_tier else None,
        "to_next": _way(progress.to_next) if progress.to_next else None,
        "to_keep": _way(progress.to_keep) if progress.to_keep else None,
        "counts_through": progress.last_on.isoformat() if progress.last_on else None,
        "benefits": [{"code": benefit.code, "text": benefit.text_in(locale)} for benefit in progress.benefits],
    }


def _way(way: Way) -> dict[str, Any]:
    return {"needs": "all" if way.needs_all else "any", "gaps": [_gap(gap) for gap in way.gaps]}


def _gap(gap: Gap) -> dict[str, Any]:
    metric = gap.metric
    found, needed, missing = (_amount(metric.kind, amount) for amount in (gap.found, gap.needed, gap.missing))
    return {"metric": metric.name, "kind": metric.kind.value, "found": found, "needed": needed, "missing": missing}


def _amount(kind: MetricKind, amount: int) -> str:
    return f"{(Decimal(amount) / PIECES).normalize():f}" if kind is MetricKind.ELEMENTS else str(amount)
