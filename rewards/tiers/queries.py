"""Which tier has a member on the main ladder and on others, since when, and what happened before?"""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q

from accounts.members.models import Member
from rewards.tiers import domain
from rewards.tiers.models import MemberYear, Tier, TierLadder, TierStanding


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """The tier that a member has, both days included; `through_on` None has no end. `year` is the one whose spend counted, or 0."""

    tier: Tier
    since_on: dt.date
    through_on: dt.date | None
    year: int
    reason: domain.StandingReason = domain.StandingReason.REACHED


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
    """Return the highest tier of the main ladder that the member holds on a day."""
    return standings([member.pk], on).get(member.pk)


def standings(members: Collection[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Standing]:
    """Return the tiers of many members on a day, in one query; members without a tier are left out."""
    found = {member: _main(of) for member, of in standings_on_ladders(members, on, main_only=True).items()}
    return {member: one for member, one in found.items() if one is not None}


def standings_on_ladders(
    members: Collection[uuid.UUID], on: dt.date, *, main_only: bool = False
) -> dict[uuid.UUID, dict[TierLadder, Standing]]:
    """Return the tiers of many members on each ladder of their programme, in one query."""
    rows = TierStanding.objects.filter(Q(from_on__lte=on) | Q(year=0), member__in=members).select_related("tier__ladder").order_by("id")
    by_ladder: dict[tuple[uuid.UUID, TierLadder], list[TierStanding]] = defaultdict(list)
    for row in rows.filter(tier__ladder__is_main=True) if main_only else rows:
        by_ladder[row.member_id, row.tier.ladder].append(row)
    found: dict[uuid.UUID, dict[TierLadder, Standing]] = defaultdict(dict)
    for (member, ladder), of in by_ladder.items():
        if one := standing_of(of, on):
            found[member][ladder] = one
    return found


def standing_of(rows: Sequence[TierStanding], on: dt.date) -> Standing | None:
    """Return the standing of one member on one ladder, from all its rows, oldest first."""
    standing = domain.periods([row.fact for row in rows])
    best = domain.best_on(standing, on)
    if best is None:
        return None
    tier = next(row.tier for row in rows if row.tier_id == best.tier)
    since_on, through_on = (best.from_on, best.to_on) if best.year else _stretch(standing, best)
    return Standing(tier, since_on, through_on if through_on < domain.FOREVER else None, best.year, best.reason)


def progress(member: Member, on: dt.date) -> Progress:
    """Return where the member stands in the calendar year of a day, on a plain ladder."""
    current = standing(member, on)
    tiers = Tier.objects.filter(ladder__programme=member.programme_id, ladder__is_main=True).order_by("rank")
    return progress_in_year(member, on, current, tiers)


def progress_in_year(member: Member, on: dt.date, current: Standing | None, tiers: Iterable[Tier]) -> Progress:
    """Return the progress of somebody who stands there on a plain ladder of these tiers, lowest first; one query."""
    year = MemberYear.objects.filter(member=member, year=on.year).first()
    spend_minor = year.spend_minor if year else 0
    rank = current.tier.rank if current else -1
    next_tier = next((tier for tier in tiers if tier.rank > rank), None)
    return Progress(
        year=on.year,
        spend_minor=spend_minor,
        current=current,
        next_tier=next_tier,
        missing_minor=max(0, (next_tier.threshold_minor or 0) - spend_minor) if next_tier else 0,
        keep_missing_minor=max(0, (current.tier.threshold_minor or 0) - spend_minor) if current else 0,
    )


def history(member: Member) -> list[Chapter]:
    """Return the member's tiers of the main ladder one after the other, oldest first; the last chapter may lie in the future."""
    return histories([member.pk]).get(member.pk, [])


def histories(members: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Chapter]]:
    """Return the histories of many members, in one query; members who never had a tier are left out."""
    rows: dict[uuid.UUID, list[TierStanding]] = defaultdict(list)
    for row in TierStanding.objects.filter(member__in=members, tier__ladder__is_main=True).select_related("tier").order_by("id"):
        rows[row.member_id].append(row)
    return {member: _chapters(of_member) for member, of_member in rows.items()}


def _chapters(rows: list[TierStanding]) -> list[Chapter]:
    tiers = {row.tier_id: row.tier for row in rows}
    return [
        Chapter(tiers[stay.tier] if stay.tier is not None else None, stay.from_on, stay.to_on, stay.reason)
        for stay in domain.timeline([row.fact for row in rows])
    ]


def days_reached(members: Collection[uuid.UUID], year: int) -> dict[uuid.UUID, dict[str, dt.date]]:
    """Return for each member the day on which each tier (by code) was reached in a year, and not lost since."""
    rows = TierStanding.objects.filter(member__in=members, year=year, tier__ladder__is_main=True).select_related("tier").order_by("id")
    reached: dict[uuid.UUID, dict[str, dt.date]] = defaultdict(dict)
    for row in rows:
        of_member = reached[row.member_id]
        if row.reason == TierStanding.Reason.RETURNED:
            of_member.pop(row.tier.code, None)
        else:
            of_member[row.tier.code] = min(row.from_on, of_member.get(row.tier.code, row.from_on))
    return dict(reached)


def _main(of: Mapping[TierLadder, Standing]) -> Standing | None:
    return next((standing for ladder, standing in of.items() if ladder.is_main), None)


def _stretch(standing: Sequence[domain.Period], best: domain.Period) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the whole time, days of grace apart, that a tier is held without a gap."""
    first, last = best.from_on, best.to_on
    grace = domain.StandingReason.GRACE
    same = [one for one in standing if one.tier == best.tier and one.year == 0 and (one.reason is grace) == (best.reason is grace)]
    for one in sorted(same, key=lambda period: period.from_on):
        if one.from_on <= last + dt.timedelta(days=1) and one.from_on > first:
            last = max(last, one.to_on)
    for one in sorted(same, key=lambda period: period.to_on, reverse=True):
        if one.to_on >= first - dt.timedelta(days=1) and one.to_on < last:
            first = min(first, one.from_on)
    return first, last
