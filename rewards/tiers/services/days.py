"""The judgement of a day: everybody after a version began, else who turns on this day. Resumable; doing it again changes nothing."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q

from accounts.members.models import Member, MemberStatus
from accounts.programmes.models import Programme
from ledger.points.services import lock_wallets
from rewards.tiers import turned
from rewards.tiers.ladders import forget_ladders, ladders_of
from rewards.tiers.models import TierLadder, TierLadderVersion, TierRun, TierStanding
from rewards.tiers.queries import standings_on_ladders
from rewards.tiers.services.judgement import judge_members
from rewards.tiers.turned import Turned

BATCH = 200
_ONE_DAY = dt.timedelta(days=1)


def judge_day(*, programme: Programme, day: dt.date, at: dt.datetime, tell: Callable[[TierRun], None] = lambda _run: None) -> TierRun:
    """Judge a programme's day, or what is left of it, in batches; `tell` hears after each. A day that is done is left alone."""
    run = _begin(programme, day, at)
    while run.ended_at is None:
        run = _judge_batch(run, at)
        tell(run)
    return run


def programmes_with_ladders() -> Sequence[Programme]:
    ladders = TierLadder.objects.filter(Q(is_plain=True) | Q(versions__approved_at__isnull=False))
    return list(Programme.objects.filter(pk__in=ladders.values("programme")).order_by("pk"))


@transaction.atomic
def _begin(programme: Programme, day: dt.date, at: dt.datetime) -> TierRun:
    versions = TierLadderVersion.objects.approved().filter(ladder__programme=programme, ladder__is_plain=False, valid_from__lte=day).count()
    before = TierRun.objects.filter(programme=programme, day__lt=day, ended_at__isnull=False).order_by("-day").first()
    everybody = versions > (before.versions if before else 0)
    facts = {"versions": versions, "everybody": everybody, "began_at": at}
    return TierRun.objects.get_or_create(programme=programme, day=day, defaults=facts)[0]


@transaction.atomic
def _judge_batch(run: TierRun, at: dt.datetime) -> TierRun:
    locked = TierRun.objects.select_for_update(of=["self"]).select_related("programme").get(pk=run.pk)
    if locked.ended_at is not None:
        return locked
    forget_ladders(locked.programme_id)
    ladders = ladders_of(locked.programme_id).judged
    members = _due(locked)
    if members:
        lock_wallets(points_accounts=[member.points_account_id for member in members])
        if ladders:
            judge_members(ladders, members)
        turns = _turned(members, locked.day)
        turned.tell(turns)
        locked.after, locked.judged, locked.turned = members[-1].pk, locked.judged + len(members), locked.turned + len(turns)
    else:
        locked.ended_at = at
    locked.save()
    return locked


def _due(run: TierRun) -> list[Member]:
    """Return the next members: all who are not gone, or those for whom something begins or has ended."""
    rows = Member.objects.filter(programme=run.programme_id).exclude(status=MemberStatus.CLOSED).select_related("programme")
    if not run.everybody:
        of = TierStanding.objects.filter(tier__ladder__programme=run.programme_id)
        begins, ended = of.filter(year=0, from_on=run.day), of.filter(to_on=run.day - _ONE_DAY)
        rows = rows.filter(Q(pk__in=begins.values("member")) | Q(pk__in=ended.values("member")))
    return list((rows.filter(pk__gt=run.after) if run.after else rows).order_by("pk")[:BATCH])


def _turned(members: Sequence[Member], day: dt.date) -> list[Turned]:
    """Return whose tier is another one than the day before."""
    ids = [member.pk for member in members]
    before, now = standings_on_ladders(ids, day - _ONE_DAY), standings_on_ladders(ids, day)
    found: list[Turned] = []
    for member in members:
        was, is_now = before.get(member.pk, {}), now.get(member.pk, {})
        for ladder in sorted({*was, *is_now}, key=lambda one: one.pk):
            old, new = was.get(ladder), is_now.get(ladder)
            if (old.tier if old else None) != (new.tier if new else None):
                found.append(_turn(member.pk, ladder, new.tier.code if new else None, day))
    return found


def _turn(member: uuid.UUID, ladder: TierLadder, tier: str | None, day: dt.date) -> Turned:
    return Turned(member, ladder.programme_id, ladder.code, ladder.is_main, tier, day)
