"""A member's cards and challenges as pages show them."""

import dataclasses
import datetime as dt

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.members.models import Member
from rewards.quests.domain import Counts, QuestKind
from rewards.quests.queries import QuestStand, quests_of
from rewards.quests.words import KINDS, PERIODS, count_text, prize_text

MOST_STAMPS = 20
"""A card with more of them is shown as a bar."""


@dataclasses.dataclass(frozen=True, slots=True)
class StepProgress:
    """How far one step is."""

    label: str
    value: int
    maximum: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class QuestCard:
    """What is shown of a quest. `stamps` are filled or empty; without them the steps are bars."""

    title: str
    kind: str
    prize: str
    stamps: list[bool]
    stamps_text: str
    steps: list[StepProgress]
    note: str
    done: str


def quest_cards(member: Member, today: dt.date) -> list[QuestCard]:
    """Return the cards and challenges in force as the member has them; asks nothing where there are none."""
    return [_card(member, one) for one in quests_of(member, today)]


def _card(member: Member, one: QuestStand) -> QuestCard:
    quest, stand = one.quest, one.stand
    stamps, text = _stamps(one)
    steps = [
        StepProgress(
            step.name,
            count,
            step.target,
            _("%(count)s of %(target)s")
            % {
                "count": count_text(step, count, member.programme.currency),
                "target": count_text(step, step.target, member.programme.currency),
            },
        )
        for step, count in zip(quest.steps, stand.counts, strict=True)
    ]
    done = ngettext("Done %(count)s time", "Done %(count)s times", one.awarded) % {"count": one.awarded} if one.awarded else ""
    return QuestCard(
        title=one.version.setup.name_in(get_language() or member.locale),
        kind=str(KINDS[quest.kind]),
        prize=prize_text(member.programme, quest),
        stamps=stamps,
        stamps_text=text,
        steps=[] if stamps and quest.kind is QuestKind.CARD else steps,
        note=_note(one),
        done=done,
    )


def _stamps(one: QuestStand) -> tuple[list[bool], str]:
    quest, stand = one.quest, one.stand
    if quest.kind is QuestKind.STREAK:
        filled, whole = stand.in_a_row, quest.in_a_row
    elif quest.kind is QuestKind.CARD and quest.steps[0].counts is not Counts.AMOUNT:
        filled, whole = stand.counts[0], quest.steps[0].target
    else:
        return [], ""
    if whole > MOST_STAMPS:
        return [], ""
    return [place < filled for place in range(whole)], _("%(count)s of %(target)s") % {"count": filled, "target": whole}


def _note(one: QuestStand) -> str:
    if one.stand.is_over:
        return _("You have done it.") if one.quest.kind is not QuestKind.CHALLENGE else _("You have done it for now.")
    if one.quest.kind is QuestKind.CHALLENGE and one.quest.period == "lifetime":
        return ""
    if one.quest.kind is QuestKind.CARD:
        return ""
    return _("Counts %(period)s.") % {"period": PERIODS[one.quest.period]}
