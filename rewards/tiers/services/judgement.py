"""Count what ladders that are not plain count, and write down who stands where.

The caller holds the wallet locks of all members. Nothing here runs for a programme whose only ladder is a plain one.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import connection

from accounts.members.models import Member
from loyalty.kit.arrays import number_array, uuid_array
from loyalty.kit.clock import business_date
from rewards.tiers import turned
from rewards.tiers.domain.counting import PURCHASES, Tally
from rewards.tiers.domain.differences import rows_to_add
from rewards.tiers.domain.judging import Case, Hand, judge
from rewards.tiers.domain.scheme import Metric
from rewards.tiers.domain.years import Fact
from rewards.tiers.evidence import tallies_of_evidence, tallies_of_members
from rewards.tiers.ladders import Judged, ladders_of
from rewards.tiers.models import TierAward, TierCount, TierStanding
from rewards.tiers.turned import Turned

_ADD = (Path(__file__).parent.parent / "sql" / "add_counts.sql").read_text()


class Spent(Protocol):
    @property
    def member(self) -> Member: ...
    @property
    def evidence(self) -> uuid.UUID: ...


class Known(NamedTuple):
    """All that judging a batch of members needs beside the ladders."""

    counts: Mapping[uuid.UUID, Sequence[Tally]]
    hands: Mapping[tuple[uuid.UUID, int], Sequence[Hand]]
    facts: Mapping[tuple[uuid.UUID, int], Sequence[Fact]]


def note_spends(spends: Sequence[Spent]) -> None:
    """Count purchases and returns that have just been written, and judge their members."""
    by_programme: dict[uuid.UUID, list[Spent]] = defaultdict(list)
    for spend in spends:
        by_programme[spend.member.programme_id].append(spend)
    for programme, of in by_programme.items():
        if ladders := ladders_of(programme).judged:
            members = list({spend.member.pk: spend.member for spend in of}.values())
            judge_members(ladders, members, evidence={spend.evidence for spend in of})


def judge_members(ladders: Sequence[Judged], members: Sequence[Member], *, evidence: Collection[uuid.UUID] = ()) -> list[Turned]:
    """Bring counts and standings of a programme's members up to what is known; return what turned. Doing it again changes nothing.

    `evidence` are purchases and returns that have been written since the members were counted.
    """
    known = read(ladders, [member.pk for member in members], count_up(ladders, members, evidence))
    rows: list[TierStanding] = []
    turns: list[Turned] = []
    for member in members:
        for ladder in ladders:
            of = _rows(ladder, member, known)
            rows += of
            if of:
                turns.append(_turn(ladder, member, of))
    TierStanding.objects.bulk_create(rows)
    turned.tell(turns)
    return turns


def metrics_of(ladders: Iterable[Judged]) -> list[Metric]:
    """Return what these ladders count, each key once."""
    return list({key: metric for ladder in ladders for key, metric in ladder.metrics.items()}.values())


def read(ladders: Sequence[Judged], members: Collection[uuid.UUID], counts: Mapping[uuid.UUID, Sequence[Tally]]) -> Known:
    """Read what was given by hand and what was judged before; two queries."""
    ids = [ladder.ladder.pk for ladder in ladders]
    hands: dict[tuple[uuid.UUID, int], list[Hand]] = defaultdict(list)
    granted = TierAward.objects.filter(member__in=members, tier__ladder__in=ids, state=TierAward.State.GRANTED).select_related("tier")
    for award in granted.order_by("id"):
        assert award.from_on is not None, "granted"
        hands[award.member_id, award.tier.ladder_id].append(Hand(award.tier.code, award.from_on, award.to_on, award.pk))
    facts: dict[tuple[uuid.UUID, int], list[Fact]] = defaultdict(list)
    for row in TierStanding.objects.filter(member__in=members, tier__ladder__in=ids).select_related("tier").order_by("id"):
        facts[row.member_id, row.tier.ladder_id].append(row.fact)
    return Known(counts, hands, facts)


def case_of(ladder: Judged, member: Member, known: Known) -> Case:
    """Return what decides a member's standings on a ladder; needs the member's programme."""
    joined_on = business_date(member.joined_at, member.programme.time_zone)
    return Case(
        joined_on, ladder.versions, known.counts.get(member.pk, ()), known.hands.get((member.pk, ladder.ladder.pk), ()), ladder.ranks
    )


def count_up(ladders: Sequence[Judged], members: Sequence[Member], evidence: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Tally]]:
    """Add what is new to the counts and return them; who was never counted under a key is counted from the beginning."""
    ids = [member.pk for member in members]
    metrics = metrics_of(ladders)
    counts = counts_of(ids, [PURCHASES, *(metric.key for metric in metrics)])
    counted = {member: {tally.key for tally in of} for member, of in counts.items()}
    wanted = {PURCHASES, *(metric.key for metric in metrics)}
    uncounted = [member for member in ids if counted.get(member, set()) != wanted]
    fresh: dict[uuid.UUID, list[Tally]] = defaultdict(list)
    for member, of in tallies_of_members(uncounted, metrics).items():
        fresh[member] += [tally for tally in of if tally.key not in counted.get(member, set())]
    for member, of in tallies_of_evidence(evidence, metrics).items() if evidence else ():
        fresh[member] += [tally for tally in of if tally.key in counted.get(member, set())]
    _add(fresh)
    for member, of in fresh.items():
        counts.setdefault(member, []).extend(of)
    return counts


def counts_of(members: Collection[uuid.UUID], keys: Collection[str]) -> dict[uuid.UUID, list[Tally]]:
    """Return what has been counted; one query."""
    found: dict[uuid.UUID, list[Tally]] = defaultdict(list)
    rows = TierCount.objects.filter(member__in=members, key__in=keys).order_by("member", "key", "counts_on", "known_on")
    for member, key, counts_on, known_on, amount, evidence in rows.values_list(
        "member", "key", "counts_on", "known_on", "amount", "evidence"
    ):
        found[member].append(Tally(key, counts_on, known_on, amount, evidence))
    return found


def _add(fresh: Mapping[uuid.UUID, Sequence[Tally]]) -> None:
    sums: dict[tuple[uuid.UUID, str, str, str], tuple[int, uuid.UUID]] = {}
    for member, of in fresh.items():
        for tally in of:
            key = (member, tally.key, tally.counts_on.isoformat(), tally.known_on.isoformat())
            amount, evidence = sums.get(key, (0, tally.evidence))
            sums[key] = (amount + tally.amount, max(evidence, tally.evidence))
    if not sums:
        return
    rows = [(*key, *of) for key, of in sums.items()]
    members, keys, counts_on, known_on, amounts, proofs = zip(*rows, strict=True)
    columns: list[Any] = [uuid_array(members), list(keys), list(counts_on), list(known_on), number_array(amounts), uuid_array(proofs)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, columns)


def _rows(ladder: Judged, member: Member, known: Known) -> list[TierStanding]:
    marks = judge(case_of(ladder, member, known))
    ids = {code: tier.pk for code, tier in ladder.tiers.items()}
    facts = known.facts.get((member.pk, ladder.ladder.pk), ())
    return [
        TierStanding(
            member_id=member.pk,
            tier_id=fact.tier,
            year=fact.year,
            from_on=fact.from_on,
            to_on=fact.to_on,
            reason=fact.reason,
            evidence=evidence,
        )
        for fact, evidence in rows_to_add(facts, marks, ids, otherwise=ladder.versions[-1].version)
    ]


def _turn(ladder: Judged, member: Member, rows: Sequence[TierStanding]) -> Turned:
    """The first day from which something else is said, and what."""
    on = min(row.from_on for row in rows)
    began = [row.tier_id for row in rows if row.from_on == on and row.to_on is not None]
    tier = next((code for code, tier in ladder.tiers.items() if tier.pk in began), None)
    return Turned(member.pk, member.programme_id, ladder.ladder.code, ladder.ladder.is_main, tier, on)
