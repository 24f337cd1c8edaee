"""Work out everybody's tiers again from purchases and returns alone, and note where what is stored differs.

Nothing here reads a counter but to compare it. Plain ladders are replayed in the order in which purchases and returns were recorded;
the others are judged at once.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.db import transaction

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.services import lock_wallets
from rewards.tiers import domain
from rewards.tiers.domain.counting import PURCHASES, Tally
from rewards.tiers.domain.differences import NOWHERE, Stand, first_difference, stands
from rewards.tiers.domain.judging import judge
from rewards.tiers.domain.replaying import Replay, replay
from rewards.tiers.domain.scheme import Metric, MetricKind
from rewards.tiers.domain.years import StandingReason, periods
from rewards.tiers.evidence import tallies_of_members
from rewards.tiers.ladders import Judged, Ladders, forget_ladders, ladders_of
from rewards.tiers.models import MemberYear, TierCheck, TierFinding, TierLadder, TierLadderVersion, TierStanding
from rewards.tiers.services.judgement import case_of, counts_of, metrics_of, read

BATCH = 200
_GROSS = Metric("spend", MetricKind.SPEND, "gross")


def reperform(*, programme: Programme, day: dt.date, at: dt.datetime, tell: Callable[[TierCheck], None] = lambda _check: None) -> TierCheck:
    """Check all members of a programme in batches, or go on with a check that was interrupted; `tell` hears after each batch."""
    check = TierCheck.objects.filter(programme=programme, ended_at=None).order_by("-id").first()
    if check is None:
        check = TierCheck.objects.create(
            programme=programme, day=day, members=Member.objects.filter(programme=programme).count(), began_at=at
        )
    while check.ended_at is None:
        check = _check_batch(check, at)
        tell(check)
    return check


@transaction.atomic
def _check_batch(check: TierCheck, at: dt.datetime) -> TierCheck:
    locked = TierCheck.objects.select_for_update(of=["self"]).select_related("programme").get(pk=check.pk)
    rows = Member.objects.filter(programme=locked.programme_id).select_related("programme").order_by("pk")
    members = list((rows.filter(pk__gt=locked.after) if locked.after else rows)[:BATCH])
    if not members:
        locked.ended_at = locked.ended_at or at
        locked.save()
        return locked
    lock_wallets(points_accounts=[member.points_account_id for member in members])
    found = _findings(locked.programme, members)
    for finding in found:
        finding.check_run = locked
    TierFinding.objects.bulk_create(found)
    locked.after, locked.looked_at, locked.findings = members[-1].pk, locked.looked_at + len(members), locked.findings + len(found)
    locked.save()
    return locked


def _findings(programme: Programme, members: Sequence[Member]) -> list[TierFinding]:
    forget_ladders(programme.pk)
    ladders = ladders_of(programme.pk)
    metrics = list({metric.key: metric for metric in [_GROSS, *metrics_of(ladders.judged)]}.values())
    evidence = tallies_of_members([member.pk for member in members], metrics)
    return [*_of_years(programme, ladders, members, evidence), *_of_judged(ladders.judged, members, evidence)]


def _of_years(
    programme: Programme, ladders: Ladders, members: Sequence[Member], evidence: Mapping[uuid.UUID, Sequence[Tally]]
) -> list[TierFinding]:
    """The years of all members, and the standings of a plain ladder."""
    ids = [member.pk for member in members]
    years: dict[uuid.UUID, dict[int, tuple[int, int]]] = defaultdict(dict)
    for member, year, minor, purchases in MemberYear.objects.filter(member__in=ids).values_list(
        "member", "year", "spend_minor", "purchases"
    ):
        years[member][year] = (minor, purchases)
    row = TierLadder.objects.filter(programme=programme, is_plain=True).first() if ladders.plain else None
    since = TierLadderVersion.objects.approved().filter(ladder=row).values_list("approved_at", flat=True).first() if row else None
    stored: dict[uuid.UUID, list[domain.Fact]] = defaultdict(list)
    for standing in TierStanding.objects.filter(member__in=ids, tier__ladder=row).exclude(year=0).select_related("tier").order_by("id"):
        stored[standing.member_id].append(standing.fact)
    found: list[TierFinding] = []
    for member in ids:
        again = replay(evidence.get(member, ()), ladders.plain, since)
        found += _of_counts(member, again, years[member])
        if row is not None:
            was, now = ([(stay.from_on, (stay.tier, False)) for stay in domain.timeline(facts)] for facts in (stored[member], again.facts))
            found += _differs(member, row, was, now, _names(row))
    return found


def _of_counts(member: uuid.UUID, again: Replay, stored: Mapping[int, tuple[int, int]]) -> list[TierFinding]:
    return [
        TierFinding(
            member_id=member,
            kind=TierFinding.Kind.COUNT,
            subject=str(year),
            stored="{} / {}".format(*stored.get(year, (0, 0))),
            expected="{} / {}".format(*again.years.get(year, (0, 0))),
        )
        for year in sorted({*stored, *again.years})
        if stored.get(year, (0, 0)) != again.years.get(year, (0, 0))
    ]


def _of_judged(ladders: Sequence[Judged], members: Sequence[Member], evidence: Mapping[uuid.UUID, Sequence[Tally]]) -> list[TierFinding]:
    if not ladders:
        return []
    ids = [member.pk for member in members]
    keys = {PURCHASES, *(metric.key for metric in metrics_of(ladders))}
    stored = counts_of(ids, keys)
    wanted = {member: [tally for tally in of if tally.key in keys] for member, of in evidence.items()}
    known = read(ladders, ids, wanted)
    found: list[TierFinding] = []
    for member in members:
        found += _of_tallies(member.pk, stored.get(member.pk, ()), wanted.get(member.pk, ()))
        for ladder in ladders:
            ids_of = {code: tier.pk for code, tier in ladder.tiers.items()}
            marks = judge(case_of(ladder, member, known))
            now = [(mark.on, (ids_of[mark.tier] if mark.tier else None, mark.reason is StandingReason.GRACE)) for mark in marks]
            was = stands(periods(known.facts.get((member.pk, ladder.ladder.pk), ())))
            found += _differs(member.pk, ladder.ladder, was, now, {tier.pk: code for code, tier in ladder.tiers.items()})
    return found


def _of_tallies(member: uuid.UUID, stored: Sequence[Tally], wanted: Sequence[Tally]) -> list[TierFinding]:
    was, now = _sums(stored), _sums(wanted)
    return [
        TierFinding(
            member_id=member,
            kind=TierFinding.Kind.COUNT,
            subject=f"{key}, {counts_on}, {known_on}",
            stored=str(was[key, counts_on, known_on]),
            expected=str(now[key, counts_on, known_on]),
        )
        for key, counts_on, known_on in sorted({*was, *now})
        if was[key, counts_on, known_on] != now[key, counts_on, known_on]
    ]


def _sums(tallies: Sequence[Tally]) -> Counter[tuple[str, dt.date, dt.date]]:
    sums: Counter[tuple[str, dt.date, dt.date]] = Counter()
    for tally in tallies:
        sums[tally.key, tally.counts_on, tally.known_on] += tally.amount
    return sums


def _differs(
    member: uuid.UUID,
    ladder: TierLadder,
    was: Sequence[tuple[dt.date, Stand]],
    now: Sequence[tuple[dt.date, Stand]],
    names: Mapping[int, str],
) -> list[TierFinding]:
    day = first_difference(was, now)
    if day is None:
        return []
    stored, expected = (_name(account, day, names) for account in (was, now))
    kind = TierFinding.Kind.STANDING
    return [TierFinding(member_id=member, ladder=ladder, kind=kind, subject=str(day), stored=stored, expected=expected)]


def _name(account: Sequence[tuple[dt.date, Stand]], day: dt.date, names: Mapping[int, str]) -> str:
    tier, is_grace = next((stand for since, stand in reversed(account) if since <= day), NOWHERE)
    return "-" if tier is None else names[tier] + (" (grace)" if is_grace else "")


def _names(ladder: TierLadder) -> dict[int, str]:
    return dict(ladder.tiers.values_list("pk", "code"))
