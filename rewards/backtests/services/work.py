"""Work back-tests out, part by part: each part is worked out whole in one transaction, by whichever process takes it first.

Who is killed loses the part that was under way; somebody takes it again. Nothing but the tables of back-tests is written or locked.
"""

import contextlib
import datetime as dt
import gc
import logging
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from loyalty.kit.money import half_up
from rewards.backtests.around import SEGMENTS
from rewards.backtests.domain.figures import Figures, added
from rewards.backtests.measuring import DRAFT, LIVE, Drafted, Frame, Side, measure
from rewards.backtests.models import BackTest, BackTestPart
from rewards.backtests.services.asking import fingerprint, live_versions
from rewards.backtests.sources import source_of
from rewards.backtests.trial import Trial, rules_of
from rewards.earning.approved import Approved
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import setting_of
from rewards.programme_files.models import ProgrammeDraft
from rewards.segments.models import Segment
from rewards.tiers.models import TierLadderVersion

PART_MEMBERS = 50
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
    row = BackTest.objects.select_for_update(of=("self",)).select_related("programme", "trade").get(pk=back_test)
    if row.state != BackTest.State.WAITING:
        return
    firsts: list[uuid.UUID] = []
    members = 0
    for members, pk in enumerate(source_of(row).ids(), start=1):
        if (members - 1) % PART_MEMBERS == 0:
            firsts.append(pk)
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
        row = BackTest.objects.select_related("programme__legal_entity__book", "trade").get(pk=back_test)
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
        setting, trial, terms = setting_of(row.programme), Trial.of_inputs(row.inputs), row.inputs["terms"]
        approved = Approved(tuple(live_versions(row.programme, row.known_at)))
        self.source = source_of(row)
        self.live = self.source.live_rules(approved)
        self.draft = Drafted(self.live, rules_of(trial, row.programme), frozenset(trial.dropped), row.first_on)
        self.tried = self.source.tried(trial)
        self.unit = setting.currencies[setting.main].unit
        segments = tuple(Segment.objects.filter(programme=row.programme).order_by("code").values_list("code", flat=True)[:MOST_SEGMENTS])
        lives = {LIVE: terms["lives_months"], DRAFT: terms["draft"]["lives_months"]}
        self.frame = Frame(row.first_on, row.last_on, setting.main, lives, segments)
        rules = [*approved.compiled.values(), *self.draft.drafts]
        self.needs = frozenset[str]().union(
            *(rule.when.fields() for rule in rules), {SEGMENTS + code for code in segments}, {"member.tier"}, self.tried.needs
        )


def _figures(row: BackTest, part: BackTestPart) -> Figures:
    rulers = _kept.get(row.pk)
    if rulers is None:
        _kept.clear()
        rulers = _kept[row.pk] = Rulers(row)
    with _without_looking_for_cycles():
        return _lived(rulers, part)


def _lived(rulers: Rulers, part: BackTestPart) -> Figures:
    members = rulers.source.members(part)
    past = rulers.source.pasts(members, rulers.unit)
    known = rulers.source.live_around(members, rulers.needs)
    live, draft = Side(rulers.live, known), Side(rulers.draft, rulers.tried.around(known, members))
    return added(measure(of, live=live, draft=draft, frame=rulers.frame) for of in past)


@contextlib.contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """A part makes half a million small objects and no cycles of them: looking for some, again and again, took a fifth of its time.

    What is done under it is a function of its own, so that the objects are gone when Python begins to look again.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@transaction.atomic
def _finish(back_test: uuid.UUID, at: dt.datetime) -> None:
    """Add the parts up once all are done."""
    row = BackTest.objects.select_for_update(of=("self",)).select_related("programme__legal_entity__book").get(pk=back_test)
    if row.state != BackTest.State.RUNNING or row.parts.filter(done_at__isnull=True).exists():
        return
    figures = added(row.parts.order_by("number").values_list("figures", flat=True).iterator())
    row.figures = figures | {"terms": row.inputs["terms"]}
    row.figures_hash = fingerprint(row.figures)
    row.cost_minor = cost_of(row.figures)
    row.state, row.done_at = BackTest.State.DONE, at
    row.save(update_fields=["figures", "figures_hash", "cost_minor", "state", "done_at"])
    _tell_drafts(row)
    _kept.pop(row.pk, None)


def _tell_drafts(row: BackTest) -> None:
    """A draft's newest back-test with a budget decides whether somebody must accept its cost before it can be approved."""
    if row.budget_minor is None:
        return
    for drafts in (
        EarningRuleVersion.objects.filter(pk__in=row.drafts.values("pk")),
        TierLadderVersion.objects.filter(pk__in=row.ladders.values("pk")),
        ProgrammeDraft.objects.filter(back_tests=row),
    ):
        drafts.filter(approved_at__isnull=True).update(over_budget=row if row.is_over_budget else None, cost_accepted_by=None)


def cost_of(figures: Figures) -> int:
    """Return what the draft is expected to cost more than the live rules, in minor units: points x value x expected redemption."""
    terms = figures["terms"]
    months, currency = figures.get("months", {}).values(), terms["currency"]
    live, draft = (sum(month.get(side, {}).get(currency, 0) for month in months) for side in (LIVE, DRAFT))
    worth = draft * Decimal(terms["draft"]["point_value_minor"]) - live * Decimal(terms["point_value_minor"])
    return half_up(worth * Decimal(terms["redemption"]))
