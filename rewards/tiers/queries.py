"""Which tier has a member, since when, and what is missing to the next?"""

import dataclasses
import datetime as dt
import time
import uuid
from collections import defaultdict
from collections.abc import Collection

from accounts.members.models import Member
from rewards.tiers import domain
from rewards.tiers.models import MemberYear, Tier, TierLadder, TierStanding

LADDER_KEPT_SECONDS = 5.0
_ladders: dict[uuid.UUID, tuple[float, domain.Ladder | None]] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """The tier that a member has, by the spend of `year`, both days included."""

    tier: Tier
    since_on: dt.date
    through_on: dt.date
    year: int


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Where a member stands in a calendar year.

    `missing_minor` is what is left to spend for `next_tier`, `keep_missing_minor` to reach the current tier in this year too.
    """

    year: int
    spend_minor: int
    current: Standing | None
    next_tier: Tier | None
    missing_minor: int
    keep_missing_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of a member's history with one tier (or none), and why it began."""

    tier: Tier | None
    from_on: dt.date
    to_on: dt.date | None
    reason: domain.StandingReason


def standing(member: Member, on: dt.date) -> Standing | None:
    """Return the highest tier that the member holds on a day."""
    return standings([member.pk], on).get(member.pk)


def standings(members: Collection[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Standing]:
    """Return the tiers of many members on a day, in one query; members without a tier are left out."""
    rows: dict[uuid.UUID, list[TierStanding]] = defaultdict(list)
    for row in TierStanding.objects.filter(member__in=members, from_on__lte=on).select_related("tier").order_by("id"):
        rows[row.member_id].append(row)
    found = {member: _standing_of(of_member, on) for member, of_member in rows.items()}
    return {member: one for member, one in found.items() if one is not None}


def progress(member: Member, on: dt.date) -> Progress:
    """Return where the member stands in the calendar year of a day."""
    current = standing(member, on)
    year = MemberYear.objects.filter(member=member, year=on.year).first()
    spend_minor = year.spend_minor if year else 0
    rank = current.tier.rank if current else -1
    tiers = Tier.objects.filter(ladder__programme=member.programme_id, rank__gte=max(rank, 0)).order_by("rank")
    next_tier = next((tier for tier in tiers if tier.rank > rank), None)
    return Progress(
        year=on.year,
        spend_minor=spend_minor,
        current=current,
        next_tier=next_tier,
        missing_minor=max(0, next_tier.threshold_minor - spend_minor) if next_tier else 0,
        keep_missing_minor=max(0, current.tier.threshold_minor - spend_minor) if current else 0,
    )


def history(member: Member) -> list[Chapter]:
    """Return the member's tiers one after the other, oldest first; the last chapter may lie in the future."""
    rows = list(TierStanding.objects.filter(member=member).select_related("tier").order_by("id"))
    tiers = {row.tier_id: row.tier for row in rows}
    return [
        Chapter(tiers[stay.tier] if stay.tier is not None else None, stay.from_on, stay.to_on, stay.reason)
        for stay in domain.timeline([row.fact for row in rows])
    ]


def days_reached(members: Collection[uuid.UUID], year: int) -> dict[uuid.UUID, dict[str, dt.date]]:
    """Return for each member the day on which each tier (by code) was reached in a year, and not lost since."""
    rows = TierStanding.objects.filter(member__in=members, year=year).select_related("tier").order_by("id")
    reached: dict[uuid.UUID, dict[str, dt.date]] = defaultdict(dict)
    for row in rows:
        of_member = reached[row.member_id]
        if row.reason == TierStanding.Reason.RETURNED:
            of_member.pop(row.tier.code, None)
        else:
            of_member[row.tier.code] = min(row.from_on, of_member.get(row.tier.code, row.from_on))
    return dict(reached)


def ladder_of(programme_id: uuid.UUID) -> domain.Ladder | None:
    """Return a programme's ladder, as it was at most five seconds ago; None if it has no tiers."""
    kept_at, ladder = _ladders.get(programme_id, (-LADDER_KEPT_SECONDS, None))
    if time.monotonic() - kept_at >= LADDER_KEPT_SECONDS:
        ladder = _read_ladder(programme_id)
        _ladders[programme_id] = (time.monotonic(), ladder)
    return ladder


def forget_ladder(programme_id: uuid.UUID) -> None:
    """Let this process read a programme's ladder anew."""
    _ladders.pop(programme_id, None)


def _standing_of(rows: list[TierStanding], on: dt.date) -> Standing | None:
    best = domain.best_on(domain.periods([row.fact for row in rows]), on)
    if best is None:
        return None
    tier = next(row.tier for row in rows if row.tier_id == best.tier)
    return Standing(tier, best.from_on, best.to_on, best.year)


def _read_ladder(programme_id: uuid.UUID) -> domain.Ladder | None:
    ladder = TierLadder.objects.prefetch_related("tiers").filter(programme=programme_id).first()
    if ladder is None:
        return None
    steps = [domain.Step(tier.pk, tier.code, tier.rank, tier.threshold_minor) for tier in ladder.tiers.all()]
    steps.sort(key=lambda step: step.rank)
    return domain.Ladder(tuple(steps), domain.KeepsThrough(ladder.keeps_through))
