"""Cards, challenges and streaks in words, in the active language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from rewards.catalogue.models import Reward
from rewards.earning.condition_words import condition_text, label_of
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.trigger_words import trigger_text
from rewards.earning.words import writer_of
from rewards.quests.domain import Counts, OnReturn, Quest, QuestKind, Step
from rewards.quests.domain.definition import Period

KINDS = {
    QuestKind.CARD: gettext_lazy("Card"),
    QuestKind.CHALLENGE: gettext_lazy("Challenge"),
    QuestKind.STREAK: gettext_lazy("Streak"),
}
PERIODS = {
    Period.LIFETIME: gettext_lazy("while it lasts"),
    Period.DAY: gettext_lazy("a day"),
    Period.WEEK: gettext_lazy("a week"),
    Period.MONTH: gettext_lazy("a month"),
    Period.YEAR: gettext_lazy("a year"),
}


def is_money(step: Step) -> bool:
    """Whether a step counts money."""
    return step.counts is Counts.AMOUNT and (step.of is None or step.of.kind is Kind.MONEY)


def count_text(step: Step, count: int, currency: str) -> str:
    """Write so much of a step: £12.50 or 3."""
    return money_text(Money(count, currency)) if is_money(step) else points_text(count)


def prize_text(programme: Programme, quest: Quest) -> str:
    """Say what is given: "50 points", or the reward's name."""
    if quest.prize.reward:
        reward = Reward.objects.filter(programme=programme, code=quest.prize.reward).first()
        return reward.local_name if reward else quest.prize.reward
    rows = PointCurrency.objects.filter(programme=programme).select_related("unit")
    currency = rows.get(code=quest.prize.currency) if quest.prize.currency else rows.get(is_default=True)
    return writer_of(currency)(quest.prize.points)


def sentences_of_quest(programme: Programme, quest: Quest) -> list[str]:
    """Say what the quest asks for and gives, for colleagues."""
    money = programme.currency
    said = [_("%(kind)s.") % {"kind": KINDS[quest.kind]}]
    said += [_step_text(step, money) for step in quest.steps]
    if quest.head_start:
        said.append(_("%(count)s of it are given at the start.") % {"count": count_text(quest.steps[0], quest.head_start, money)})
    if quest.kind is QuestKind.STREAK:
        said.append(_("%(count)s times in a row, each within %(period)s.") % {"count": quest.in_a_row, "period": PERIODS[quest.period]})
    elif quest.kind is QuestKind.CHALLENGE and quest.period is not Period.LIFETIME:
        said.append(_("Within %(period)s.") % {"period": PERIODS[quest.period]})
    said.append(_("It gives %(prize)s.") % {"prize": prize_text(programme, quest)})
    if quest.times:
        said.append(ngettext("It can be done %(count)s time.", "It can be done %(count)s times.", quest.times) % {"count": quest.times})
    else:
        said.append(_("It can be done again and again."))
    if quest.on_return is OnReturn.KEEP:
        said.append(_("What was given stays when goods come back."))
    return said


def _step_text(step: Step, currency: str) -> str:
    facts: dict[str, Any] = {
        "name": step.name,
        "count": count_text(step, step.target, currency),
        "what": trigger_text(step.trigger),
        "field": label_of(step.of.name) if step.of else "",
    }
    if step.counts is Counts.AMOUNT:
        text = (_("%(name)s: %(count)s of %(field)s (%(what)s)") if step.of else _("%(name)s: %(count)s paid")) % facts
    elif step.counts is Counts.PIECES:
        text = _("%(name)s: %(count)s pieces") % facts
    elif step.trigger == PURCHASE:
        text = _("%(name)s: %(count)s purchases") % facts
    else:
        text = _("%(name)s: %(count)s times (%(what)s)") % facts
    conditions = [
        condition_text(step.given[key], lambda minor: money_text(Money(minor, currency))) for key in ("where", "when") if key in step.given
    ]
    return f"{text}, {_(' and ').join(conditions)}." if conditions else f"{text}."
