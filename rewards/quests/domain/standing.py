"""How a quest stands, reckoned from nothing but what was counted. Pure.

Every purchase and event leaves marks (so much of a step, on its day); what comes back leaves marks that take away on the same day. The
standing is a function of the sums, so that after any returns it is what it would be had only the kept goods been bought.
"""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from rewards.earning.domain.basket import Basket
from rewards.earning.domain.conditions import ALWAYS
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.windows import window_start
from rewards.quests.domain.definition import Counts, Quest, QuestKind, Step


class Mark(NamedTuple):
    """So much of a step, on a day."""

    step: int
    on: dt.date
    amount: int


class Stretch(NamedTuple):
    """One version of a quest with all that was counted under it."""

    quest: Quest
    marks: Sequence[Mark]


@dataclasses.dataclass(frozen=True, slots=True)
class Stand:
    """How often the quest is done, and how far the one under way is: by step, and for a streak in periods."""

    completed: int
    counts: tuple[int, ...]
    in_a_row: int = 0
    is_over: bool = False
    """It cannot be done once more (in this period)."""


def measure(step: Step, basket: Basket) -> int:
    """Return how much of a step a purchase or event makes."""
    if step.when.miss(basket) is not None:
        return 0
    if step.trigger != PURCHASE:
        return _event_amount(step, basket) if step.counts is Counts.AMOUNT else 1
    lines = [line for line in basket.lines if line.quantity and (step.where is ALWAYS or step.where.miss(line) is None)]
    match step.counts:
        case Counts.TIMES:
            return int(bool(lines))
        case Counts.PIECES:
            return int(sum((line.quantity for line in lines), Decimal(0)))
    return sum(max(line.paid_minor, 0) for line in lines)


def stand(stretches: Sequence[Stretch], today: dt.date) -> Stand:
    """Return how a quest stands after its versions, oldest first; the last one is that in force.

    What is left on a card goes on under the next version; challenges and streaks begin anew with it.
    """
    assert stretches, "a quest has a version"
    quest = stretches[-1].quest
    if quest.kind is QuestKind.CARD:
        return _card(stretches)
    earlier = sum(_alone(one, today).completed for one in stretches[:-1])
    now = _alone(stretches[-1], today)
    return dataclasses.replace(now, completed=earlier + now.completed)


def _card(stretches: Sequence[Stretch]) -> Stand:
    completed, rest = 0, stretches[0].quest.head_start
    for quest, marks in stretches:
        rest += sum(mark.amount for mark in marks)
        if quest.kind is not QuestKind.CARD:
            continue
        target = quest.steps[0].target
        done = rest // target if not quest.times else min(rest // target, max(0, quest.times - completed))
        completed, rest = completed + done, rest - done * target
    quest = stretches[-1].quest
    return Stand(completed, (min(rest, quest.steps[0].target),), is_over=bool(quest.times) and completed >= quest.times)


def _alone(stretch: Stretch, today: dt.date) -> Stand:
    """How one version of a challenge or streak stands by itself."""
    if stretch.quest.kind is QuestKind.CARD:
        return _card([stretch])
    counts = _by_period(stretch)
    return _streak(stretch.quest, counts, today) if stretch.quest.kind is QuestKind.STREAK else _challenge(stretch.quest, counts, today)


_Counts = dict[dt.date, list[int]]


def _by_period(stretch: Stretch) -> _Counts:
    counts: _Counts = defaultdict(lambda: [0] * len(stretch.quest.steps))
    for mark in stretch.marks:
        counts[window_start(stretch.quest.period, mark.on)][mark.step] += mark.amount
    return counts


def _times(quest: Quest, counts: Iterable[int]) -> int:
    """How often all steps are done with these counts."""
    return min(count // step.target for count, step in zip(counts, quest.steps, strict=True))


def _challenge(quest: Quest, counts: _Counts, today: dt.date) -> Stand:
    done = {start: _limited(_times(quest, of), quest.times) for start, of in counts.items()}
    start = window_start(quest.period, today)
    now, mine = counts.get(start, [0] * len(quest.steps)), done.get(start, 0)
    is_over = bool(quest.times) and mine >= quest.times
    left = [min(step.target, count - (mine - is_over) * step.target) for count, step in zip(now, quest.steps, strict=True)]
    return Stand(sum(done.values()), tuple(left), is_over=is_over)


def _streak(quest: Quest, counts: _Counts, today: dt.date) -> Stand:
    hits = {start for start, of in counts.items() if _times(quest, of)}
    runs = _runs(quest, hits)
    completed = _limited(sum(length // quest.in_a_row for length in runs.values()), quest.times)
    start = window_start(quest.period, today)
    length = runs.get(start) or runs.get(_before(quest, start), 0)
    is_over = bool(quest.times) and completed >= quest.times
    now = tuple(min(step.target, count) for count, step in zip(counts.get(start, [0] * len(quest.steps)), quest.steps, strict=True))
    whole = length % quest.in_a_row or (quest.in_a_row if length and start in hits else 0)
    return Stand(completed, now, in_a_row=whole, is_over=is_over)


def _runs(quest: Quest, hits: set[dt.date]) -> dict[dt.date, int]:
    """Return the length of each run of periods by its last period."""
    runs: dict[dt.date, int] = {}
    for start in sorted(hits):
        runs[start] = runs.pop(_before(quest, start), 0) + 1
    return runs


def _before(quest: Quest, start: dt.date) -> dt.date:
    return window_start(quest.period, start - dt.timedelta(days=1))


def _limited(times: int, most: int) -> int:
    return min(times, most) if most else times


def _event_amount(step: Step, basket: Basket) -> int:
    """Money in minor units, numbers in whole ones."""
    value = basket.value(step.of.name) if step.of else None
    if step.of is None or not isinstance(value, int | Decimal):
        return 0
    assert step.of.kind in (Kind.MONEY, Kind.NUMBER), step.of
    return max(0, int(value))
