"""Open a ladder, and count what members spend."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.rows import checked
from rewards.tiers import domain
from rewards.tiers.domain import Amount, KeepsThrough, Ladder, StandingReason, TierChange, Turn
from rewards.tiers.models import Tier, TierLadder, TierStanding
from rewards.tiers.queries import forget_ladder, ladder_of

MemberInYear = tuple[uuid.UUID, int]
DailySpend = Callable[[Sequence[MemberInYear]], Mapping[MemberInYear, Sequence[tuple[dt.date, int]]]]
"""Answers for members and years what was spent on each day, the purchases being recorded now included."""


class TiersDoNotRise(Malformed):
    code = "tiers_do_not_rise"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spend(Amount):
    """An amount and whose it is. A return counts in the year of its purchase: name that `year`, and the day of the return."""

    member: Member

    @property
    def key(self) -> MemberInYear:
        return (self.member.id, self.counts_in)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """A tier to be opened; `other_names` and `other_benefits` by language."""

    code: str
    name: str
    threshold_minor: int
    benefits: str = ""
    other_names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    other_benefits: Mapping[str, str] = dataclasses.field(default_factory=dict)


@transaction.atomic
def open_ladder(
    *,
    programme: Programme,
    name: str,
    tiers: Sequence[TierTerms],
    keeps_through: KeepsThrough = KeepsThrough.END_OF_NEXT_YEAR,
) -> TierLadder:
    """Give a programme its tiers, lowest first; each threshold is higher than the one before.

    Raises: TiersDoNotRise, InvalidFields, RuleBroken (the programme has a ladder).
    """
    for position, (lower, higher) in enumerate(pairwise(tiers), start=1):
        if higher.threshold_minor <= lower.threshold_minor:
            detail = _("Each tier needs a higher threshold than the one before it.")
            raise TiersDoNotRise(detail, errors=[FieldError(f"/tiers/{position}/threshold_minor", "too_low", detail)])
    ladder = checked(TierLadder(programme=programme, name=name, keeps_through=keeps_through))
    ladder.save(force_insert=True)
    rows = [checked(Tier(ladder=ladder, rank=rank, **dataclasses.asdict(tier))) for rank, tier in enumerate(tiers, start=1)]
    Tier.objects.bulk_create(rows)
    forget_ladder(programme.pk)
    return ladder


@transaction.atomic(savepoint=False)
def record_spend(*, spends: Sequence[Spend], daily_spend: DailySpend | None = None) -> dict[uuid.UUID, TierChange | None]:
    """Count purchases and returns in their members' years; write down the tiers that are reached or lost.

    Answers by member what changed, None for nothing. One SQL statement, and one more if a tier changes. Spends of one member
    count in the order in which they stand. The caller holds the wallet locks of all members, so that nobody else counts for
    them. A tier is reached on the day of the spend, or, when that arrives after spends of later days, on the day up to which
    the year is known; with `daily_spend` it is then dated on the exact day on which the year's sum in order of days met it.
    """
    if not spends:
        return {}
    ladders = {spend.key: ladder_of(spend.member.programme_id) for spend in spends}
    years = {key: domain.YearCount.after(*row) for key, row in _count(spends).items()}
    for spend in spends:
        years[spend.key].back_before(spend)
    turns: dict[MemberInYear, list[Turn]] = {key: [] for key in years}
    for spend in spends:
        if ladder := ladders[spend.key]:
            turns[spend.key] += years[spend.key].count(spend, ladder)
    late = [key for key, year in years.items() if year.late_by]
    if late and daily_spend is not None:
        for key, days in daily_spend(late).items():
            exact = domain.days_reached(days, ladder.steps) if (ladder := ladders[key]) else []
            turns[key] = years[key].redated(turns[key], exact)
    _write(turns, ladders)
    return _changes(turns)


_COUNT = """
    WITH n AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::bigint[], %s::integer[], %s::date[])
            AS n (member_id, year, spend_minor, purchases, last_on)
    ), old AS MATERIALIZED (
        SELECT y.* FROM n JOIN rewards_memberyear y ON y.member_id = n.member_id AND y.year = n.year
    ), changed AS (
        UPDATE rewards_memberyear y
           SET spend_minor = y.spend_minor + n.spend_minor, purchases = y.purchases + n.purchases,
               last_on = greatest(y.last_on, n.last_on)
          FROM n WHERE y.member_id = n.member_id AND y.year = n.year
        RETURNING y.*
    ), added AS (
        INSERT INTO rewards_memberyear (member_id, year, spend_minor, purchases, last_on)
        SELECT n.* FROM n WHERE NOT EXISTS (SELECT 1 FROM old WHERE old.member_id = n.member_id AND old.year = n.year)
        RETURNING *
    )
    SELECT r.member_id, r.year, r.spend_minor, r.purchases, old.last_on, s.tiers, s.days, s.reasons
      FROM (SELECT * FROM changed UNION ALL SELECT * FROM added) r
      LEFT JOIN old ON old.member_id = r.member_id AND old.year = r.year
      LEFT JOIN LATERAL (
        SELECT array_agg(tier_id ORDER BY id) AS tiers, array_agg(from_on ORDER BY id) AS days,
               array_agg(reason ORDER BY id) AS reasons
          FROM rewards_tierstanding t WHERE t.member_id = r.member_id AND t.year = r.year) s ON true
"""


def _count(spends: Sequence[Spend]) -> dict[MemberInYear, tuple[Any, ...]]:
    """Add the spends to their years; return the years as they are then."""
    totals: dict[MemberInYear, tuple[int, int, dt.date]] = {}
    for spend in spends:
        key = spend.key
        day = min(spend.business_on, dt.date(spend.counts_in, 12, 31))
        minor, purchases, last_on = totals.get(key, (0, 0, day))
        totals[key] = (minor + spend.amount_minor, purchases + spend.purchases, max(last_on, day))
    rows = [(*key, *total) for key, total in sorted(totals.items())]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(column) for column in zip(*rows, strict=True)])
        found = {(member, year): tuple(columns) for member, year, *columns in cursor.fetchall()}
    assert found.keys() == totals.keys(), "a year was counted by somebody else: the wallets were not locked"
    return found


def _write(turns: Mapping[MemberInYear, Iterable[Turn]], ladders: Mapping[MemberInYear, Ladder | None]) -> None:
    rows = [
        TierStanding(
            member_id=member,
            tier_id=turn.step.tier,
            year=year,
            from_on=turn.on,
            to_on=domain.kept_through(year, ladder.keeps_through) if turn.reason is StandingReason.REACHED else None,
            reason=turn.reason,
            evidence=turn.evidence,
        )
        for (member, year), of_year in turns.items()
        if (ladder := ladders[member, year])
        for turn in of_year
    ]
    if rows:
        TierStanding.objects.bulk_create(rows)


def _changes(turns: Mapping[MemberInYear, Iterable[Turn]]) -> dict[uuid.UUID, TierChange | None]:
    by_member: dict[uuid.UUID, list[Turn]] = {}
    for (member, _year), of_year in turns.items():
        by_member.setdefault(member, []).extend(of_year)
    return {member: TierChange(tuple(of_member)) if of_member else None for member, of_member in by_member.items()}
