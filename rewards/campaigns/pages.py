"""Campaigns in words: what each says, how it stands, what it brought."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loyalty.kit.figures import money_text, number_text
from loyalty.kit.money import Money, half_up
from rewards.campaigns.domain import Budget, Goal, Metric, State, Terms, Used, is_used_up
from rewards.campaigns.lift import LEAST_GROUP, Interval, Lift
from rewards.campaigns.models import Campaign

CHIPS = {"draft": "draft", "ahead": "pending", "running": "active", "paused": "pending", "over": "closed"}


def stage_of(campaign: Campaign, terms: Terms | None, today: dt.date) -> tuple[str, str]:
    """Return the code and the word of how a campaign stands today."""
    if terms is None:
        return "draft", _("waits for approval")
    if campaign.state == State.ENDED or today > terms.last_on:
        return "over", _("has ended")
    if campaign.state == State.PAUSED:
        return "paused", pgettext("a campaign", "paused")
    if today < terms.first_on:
        return "ahead", _("begins on %(day)s") % {"day": day_text(terms.first_on)}
    return "running", pgettext("a campaign", "running")


def day_text(day: dt.date) -> str:
    return date_format(day, "j F Y")


def sentences_of(terms: Terms, money: str) -> list[str]:
    """Say what a version says, sentence by sentence, so that two can be compared."""
    said = [_("From %(first)s to %(last)s.") % {"first": day_text(terms.first_on), "last": day_text(terms.last_on)}]
    if terms.blackout:
        days = pgettext("between the words of a list", ", ").join(day_text(day) for day in sorted(terms.blackout))
        said.append(_("Not on %(days)s.") % {"days": days})
    said.append(_("For the segment %(code)s.") % {"code": terms.segment} if terms.segment else _("For everybody."))
    if terms.needs_clip:
        said.append(_("Members take the offer before it counts."))
    if terms.holdout_percent:
        said.append(_("%(share)s percent are held out.") % {"share": number_format(terms.holdout_percent.normalize())})
    else:
        said.append(_("Nobody is held out, so its effect cannot be measured."))
    said += [_("At most %(most)s.") % {"most": text} for text in budget_texts(terms.budget, money)]
    if terms.goal:
        said.append(_("Goal: %(goal)s.") % {"goal": goal_text(terms.goal, money)})
    return said


def budget_texts(budget: Budget, money: str) -> list[str]:
    figures: list[tuple[int | None, Callable[[int], str]]] = [
        (budget.units, _points),
        (budget.cost_minor, lambda minor: _("%(amount)s expected cost") % {"amount": money_text(Money(minor, money))}),
        (budget.uses, lambda uses: _("%(count)s purchases") % {"count": number_text(uses, 0)}),
    ]
    return [write(figure) for figure, write in figures if figure is not None]


def _points(units: int) -> str:
    return _("%(units)s points") % {"units": number_text(units, 0)}


def goal_text(goal: Goal, money: str) -> str:
    write: dict[Metric, Callable[[], str]] = {
        Metric.MEMBERS: lambda: _("%(figure)s members reached") % {"figure": number_text(goal.figure, 0)},
        Metric.USES: lambda: _("%(figure)s purchases") % {"figure": number_text(goal.figure, 0)},
        Metric.INCREMENTAL_SPEND: lambda: _("%(figure)s incremental spend") % {"figure": money_text(Money(goal.figure, money))},
    }
    text = write[goal.metric]()
    return f"{text} ({goal.words})" if goal.words else text


def budget_bars(budget: Budget, used: Used, money: str) -> list[dict[str, Any]]:
    """Return a bar for each limit: what is used of it."""
    figures: list[tuple[str, int, int | None, Callable[[int], str]]] = [
        (_("Points"), used.units, budget.units, lambda figure: number_text(figure, 0)),
        (_("Expected cost"), used.cost_minor, budget.cost_minor, lambda figure: money_text(Money(figure, money))),
        (_("Purchases"), used.uses, budget.uses, lambda figure: number_text(figure, 0)),
    ]
    return [
        {
            "label": label,
            "value": min(gone, most),
            "maximum": most,
            "text": _("%(used)s of %(most)s") % {"used": write(gone), "most": write(most)},
            "kind": "warning" if gone >= most else "",
        }
        for label, gone, most, write in figures
        if most is not None
    ]


def is_spent(budget: Budget, used: Used) -> bool:
    return bool(budget) and is_used_up(budget, used)


def lift_words(lift: Lift, money: str) -> str:
    """Say in one line what each member asked spent more, with its interval."""
    if lift.for_each is None:
        return _("too few members to say")
    return _("%(interval)s for each member asked") % {"interval": _interval(lift.for_each, money)}


def lift_page(lift: Lift, money: str) -> dict[str, Any]:
    """Say what the groups spent, and what follows from it or does not."""
    groups = [(_("Asked"), lift.asked), (_("Held out"), lift.holdout)]
    rows = [[name, number_text(group.members, 0), _money(group.mean, money), _money(group.total, money)] for name, group in groups]
    return {
        "columns": [
            {"label": _("Group")},
            {"label": _("Members"), "number": True},
            {"label": _("Spend for each"), "number": True},
            {"label": _("Spend altogether"), "number": True},
        ],
        "rows": rows,
        "sentences": _said(lift, money),
    }


def _said(lift: Lift, money: str) -> list[str]:
    if lift.for_each is None or lift.altogether is None:
        least = {"least": LEAST_GROUP}
        return [_("The groups are too small to say anything: each needs at least %(least)s members.") % least]
    said = [
        _("Each member asked spent %(interval)s more than the holdout.") % {"interval": _interval(lift.for_each, money)},
        _("Incremental spend altogether: %(interval)s.") % {"interval": _interval(lift.altogether, money)},
    ]
    if lift.for_each.holds_zero:
        said.append(_("The interval holds nothing at all: this may be chance, and no effect is shown."))
    elif lift.for_each.high < 0:
        said.append(_("Those asked spent less than the holdout."))
    return said


def _interval(of: Interval, money: str) -> str:
    facts = {"figure": _money(of.figure, money), "low": _money(of.low, money), "high": _money(of.high, money)}
    return _("%(figure)s (95 %% between %(low)s and %(high)s)") % facts


def _money(minor: Decimal, money: str) -> str:
    return money_text(Money(half_up(minor), money))
