"""Work back-tests out, part by part: each part is worked out whole in one transaction, by whichever process takes it first.

Who is killed loses the part that was under way; somebody takes it again. Nothing but the tables of back-tests is written or locked.
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.money import half_up
from rewards.backtests.around import SEGMENTS, around
from rewards.backtests.domain.figures import Figures, added
from rewards.backtests.measuring import DRAFT, LIVE, Drafted, Frame, measure
from rewards.backtests.models import BackTest, BackTestPart
from rewards.backtests.reading import pasts_of
from rewards.backtests.services.asking import fingerprint, live_versions
from rewards.earning.approved import Approved, compiled
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import CurrencySetting, Setting, setting_of
from rewards.segments.models import Segment

PART_MEMBERS = 100
MOST_ATTEMPTS = 3
MOST_SEGMENTS = 20
TURN_SECONDS = 20.0
"""So long one task works on parts: other work waits behind it no longer."""

logger = logging.getLogger(__name__)
_kept: dict[uuid.UUID, "Rulers"] = {}


def work_on_all(*, at: dt.datetime, seconds: float = TURN_SECONDS) -> int:
    """Work on what is not done, oldest first; return how many parts were. Several processes may do so at once."""
    done, until = 0, time.monotonic() + seconds
    for pk in (
        BackTest.objects.filter(state__in=[BackTest.State.WAITING, BackTest.State.RUNNING]).order_by("pk").values_list("pk", flat=True)
    ):
        plan(pk)
        while time.monotonic() < until and work_on_part(pk, at=at):
            done += 1
    return done


@transaction.atomic
def plan(back_test: uuid.UUID) -> None:
    """Divide the members into parts, once."""
    row = BackTest.objects.select_for_update().get(pk=back_test)
    if row.state != BackTest.State.WAITING:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, n FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_member"
            " WHERE programme_id = %s AND joined_at <= %s) m ORDER BY n",
            [row.programme_id, row.known_at],
        )
        firsts: list[uuid.UUID] = []
        members = 0
        while chunk := cursor.fetchmany(10_000):
            firsts += [pk for pk, n in chunk if (n - 1) % PART_MEMBERS == 0]
            members += len(chunk)
    BackTestPart.objects.bulk_create(
        BackTestPart(
            back_test=row,
            number=number,
            from_member=first,
            before_member=firsts[number] if number < len(firsts) else None,
            members=min(PART_MEMBERS, members - (number - 1) * PART_MEMBERS),
        )
        for number, first in enumerate(firsts, start=1)
    )
    row.state, row.members = BackTest.State.RUNNING, members
    row.save(update_fields=["state", "members"])


def work_on_part(back_test: uuid.UUID, *, at: dt.datetime) -> bool:
    """Work out the next part that nobody is working on; return whether there was one. Without any, the back-test may be done."""
    part = _take(back_test)
    if part is None:
        _finish(back_test, at)
        return False
    with transaction.atomic():
        mine = BackTestPart.objects.select_for_update(skip_locked=True).filter(pk=part, done_at__isnull=True).first()
        if mine is None:  # somebody took it in between: that was no attempt
            BackTestPart.objects.filter(pk=part, done_at__isnull=True).update(attempts=F("attempts") - 1)
            return True
        row = BackTest.objects.select_related("programme__legal_entity__book").get(pk=back_test)
        mine.figures = _figures(row, mine)
        mine.done_at = at
        mine.save(update_fields=["figures", "done_at"])
        BackTest.objects.filter(pk=back_test).update(members_done=F("members_done") + mine.members)
    return True


@transaction.atomic
def _take(back_test: uuid.UUID) -> int | None:
    """Note an attempt at the next part, so that one that always fails ends the back-test instead of being tried for ever."""
    row = BackTest.objects.filter(pk=back_test, state=BackTest.State.RUNNING).first()
    if row is None:
        return None
    left = BackTestPart.objects.filter(back_test=back_test, done_at__isnull=True).order_by("attempts", "number")
    part = left.select_for_update(skip_locked=True).first()
    if part is None:
        return None
    if part.attempts >= MOST_ATTEMPTS:
        logger.error("Part %s of back-test %s failed %s times.", part.number, back_test, part.attempts)
        row.state, row.fault = BackTest.State.FAILED, f"Part {part.number} failed {part.attempts} times; the log says why."
        row.save(update_fields=["state", "fault"])
        return None
    part.attempts += 1
    part.save(update_fields=["attempts"])
    return part.pk


class Rulers:
    """What all parts of a back-test are measured by."""

    def __init__(self, row: BackTest) -> None:
        setting = setting_of(row.programme)
        self.live = Approved(tuple(live_versions(row.programme, row.known_at)))
        drafts = row.drafts.select_related("rule__currency__unit", "rule__programme", "rule__campaign")
        dropped = frozenset(row.dropped.values_list("code", flat=True))
        self.draft = Drafted(self.live, [compiled(version) for version in drafts], dropped, row.first_on)
        self.unit = setting.currencies[setting.main].unit
        segments = tuple(Segment.objects.filter(programme=row.programme).order_by("code").values_list("code", flat=True)[:MOST_SEGMENTS])
        lives = lives_months(setting.currencies[setting.main], row.last_on)
        self.frame = Frame(row.first_on, row.last_on, setting.main, lives, segments)
        rules = [*self.live.compiled.values(), *self.draft.drafts]
        self.needs = frozenset[str]().union(
            *(rule.when.fields() for rule in rules), {SEGMENTS + code for code in segments}, {"member.tier"}
        )


def _figures(row: BackTest, part: BackTestPart) -> Figures:
    rulers = _kept.get(row.pk)
    if rulers is None:
        _kept.clear()
        rulers = _kept[row.pk] = Rulers(row)
    members = _members(row.programme, part)
    past = pasts_of(row.programme, members, unit=rulers.unit, last_on=row.last_on, known_at=row.known_at)
    known = around(row.programme, members, rulers.needs)
    return added(measure(of, live=rulers.live, draft=rulers.draft, around=known, frame=rulers.frame) for of in past)


def _members(programme: Programme, part: BackTestPart) -> Sequence[Member]:
    rows = Member.objects.filter(programme=programme, pk__gte=part.from_member).order_by("pk")
    members = list((rows.filter(pk__lt=part.before_member) if part.before_member else rows)[: part.members])
    for member in members:
        member.programme = programme
    return members


@transaction.atomic
def _finish(back_test: uuid.UUID, at: dt.datetime) -> None:
    """Add the parts up once all are done."""
    row = BackTest.objects.select_for_update(of=("self",)).select_related("programme__legal_entity__book").get(pk=back_test)
    if row.state != BackTest.State.RUNNING or row.parts.filter(done_at__isnull=True).exists():
        return
    setting = setting_of(row.programme)
    figures = added(row.parts.order_by("number").values_list("figures", flat=True).iterator())
    row.figures = figures | {"terms": _terms(setting, row.last_on)}
    row.figures_hash = fingerprint(row.figures)
    row.cost_minor = cost_of(row.figures)
    row.state, row.done_at = BackTest.State.DONE, at
    row.save(update_fields=["figures", "figures_hash", "cost_minor", "state", "done_at"])
    _tell_drafts(row)
    _kept.pop(row.pk, None)


def _tell_drafts(row: BackTest) -> None:
    """A draft's newest back-test with a budget decides whether somebody must accept its cost before it can be approved."""
    if row.budget_minor is not None:
        drafts = EarningRuleVersion.objects.filter(pk__in=row.drafts.values("pk"), approved_at__isnull=True)
        drafts.update(over_budget=row if row.is_over_budget else None, cost_accepted_by=None)


def _terms(setting: Setting, day: dt.date) -> dict[str, Any]:
    """What a point of the main currency was worth on the last day, and which share of points is expected to be redeemed."""
    of = setting.currencies[setting.main]
    value = of.terms_on(day).point_value_minor
    ssp, estimate = setting.ssp_on(setting.main, day)
    return {
        "currency": setting.main,
        "scale": of.unit.scale,
        "point_value_minor": str(value),
        "redemption": str(ssp / value if value and estimate is not None else Decimal(1)),
        "is_estimated": estimate is not None,
    }


def cost_of(figures: Figures) -> int:
    """Return what the draft is expected to cost more than the live rules, in minor units: points x value x expected redemption."""
    terms = figures["terms"]
    units = sum(
        month.get(DRAFT, {}).get(terms["currency"], 0) - month.get(LIVE, {}).get(terms["currency"], 0)
        for month in figures.get("months", {}).values()
    )
    return half_up(units * Decimal(terms["point_value_minor"]) * Decimal(terms["redemption"]))


def lives_months(currency: CurrencySetting, day: dt.date) -> int | None:
    """Return in how many months after the one in which they are earned points end; None where they do not."""
    first = day.replace(day=1)
    ends = currency.expires_on(first)
    return (ends.year - first.year) * 12 + ends.month - first.month if ends else None
