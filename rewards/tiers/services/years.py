"""Open a plain ladder, and count what members spend in calendar years."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.arrays import number_array, uuid_array
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.rows import checked
from rewards.tiers import domain
from rewards.tiers.domain import Amount, KeepsThrough, Ladder, StandingReason, TierChange, Turn
from rewards.tiers.ladders import forget_ladders, ladders_of
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion, TierStanding
from rewards.tiers.services.judgement import note_spends
from rewards.tiers.services.versions import FROM_THE_BEGINNING

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
    definition = plain_definition(tiers, keeps_through)
    domain.compile_ladder(definition, scales={})
    TierLadderVersion.objects.create(ladder=ladder, version=1, valid_from=FROM_THE_BEGINNING, definition=definition, approved_at=Now())
    forget_ladders(programme.pk)
    return ladder


def plain_definition(tiers: Sequence[TierTerms], keeps_through: KeepsThrough) -> dict[str, Any]:
    """Return what a version of a plain ladder says."""
    return {
        "metrics": {"spend": {"kind": "spend", "basis": "gross"}},
        "window": {"kind": "calendar_year"},
        "keeps": {"kind": keeps_through.value},
        "tiers": [_plain_tier(tier) for tier in tiers],
    }


def _plain_tier(tier: TierTerms) -> dict[str, Any]:
    said: dict[str, Any] = {"code": tier.code, "name": tier.name, "reach": {"all": {"spend": tier.threshold_minor}}}
    said |= {"other_names": dict(tier.other_names)} if tier.other_names else {}
    if tier.benefits:
        said["benefits"] = [{"code": "all", "text": tier.benefits, "other_texts": dict(tier.other_benefits)}]
    return said


COUNT = (Path(__file__).parent.parent / "sql" / "count.sql").read_text()
"""How a statement counts spends on its way; `note_turns` then takes what it answered."""

_COUNT = f"""
    WITH spend AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::bigint[], %s::integer[], %s::date[])
            AS n (member_id, year, spend_minor, purchases, last_on)
    ), {COUNT}
    SELECT * FROM counted
"""  # noqa: S608  # our own text


@transaction.atomic(savepoint=False)
def record_spend(*, spends: Sequence[Spend], daily_spend: DailySpend | None = None) -> dict[uuid.UUID, TierChange | None]:
    """Count purchases and returns in their members' years; write down the tiers that are reached or lost.

    Answers by member what changed, None for nothing. One SQL statement, and one more if a tier changes. The caller holds the
    wallet locks of all members, so that nobody else counts for them.
    """
    return note_turns(spends=spends, years=_count(spends), daily_spend=daily_spend) if spends else {}


def note_turns(
    *, spends: Sequence[Spend], years: Mapping[MemberInYear, Sequence[Any]], daily_spend: DailySpend | None = None
) -> dict[uuid.UUID, TierChange | None]:
    """Write down the tiers that are reached or lost by spends which a statement has just counted; `years` is what it answered.

    Spends of one member count in the order in which they stand. A tier is reached on the day of the spend, or, when that
    arrives after spends of later days, on the day up to which the year is known; with `daily_spend` it is then dated on the
    exact day on which the year's sum in order of days met it.
    """
    assert years.keys() == {spend.key for spend in spends}, "a year was counted by somebody else: the wallets were not locked"
    note_spends(spends)
    of_programme = {programme: ladders_of(programme).plain for programme in {spend.member.programme_id for spend in spends}}
    if not any(of_programme.values()):
        return {spend.member.id: None for spend in spends}
    ladders = {spend.key: of_programme[spend.member.programme_id] for spend in spends}
    counts = {key: domain.YearCount.after(*row) for key, row in years.items()}
    for spend in spends:
        counts[spend.key].back_before(spend)
    turns: dict[MemberInYear, list[Turn]] = {key: [] for key in counts}
    for spend in spends:
        if ladder := ladders[spend.key]:
            turns[spend.key] += counts[spend.key].count(spend, ladder)
    late = [key for key, count in counts.items() if count.late_by]
    if late and daily_spend is not None:
        for key, days in daily_spend(late).items():
            exact = domain.days_reached(days, ladder.steps) if (ladder := ladders[key]) else []
            turns[key] = counts[key].redated(turns[key], exact)
    _write(turns, ladders)
    return _changes(turns)


def _count(spends: Sequence[Spend]) -> dict[MemberInYear, Sequence[Any]]:
    """Add the spends to their years; return the years as they are then."""
    totals: dict[MemberInYear, tuple[int, int, dt.date]] = {}
    for spend in spends:
        key = spend.key
        day = min(spend.business_on, dt.date(spend.counts_in, 12, 31))
        minor, purchases, last_on = totals.get(key, (0, 0, day))
        totals[key] = (minor + spend.amount_minor, purchases + spend.purchases, max(last_on, day))
    rows = [(*key, *total) for key, total in sorted(totals.items())]
    with connection.cursor() as cursor:
        members, *columns = zip(*rows, strict=True)
        cursor.execute(_COUNT, [uuid_array(members), *map(number_array, columns)])
        return {(member, year): columns for member, year, *columns in cursor.fetchall()}


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
