"""Why a purchase earned what it earned, in words: for the member, for the clerk who is asked, and for the API. Pure."""

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.earning.condition_words import MoneyText, condition_text, decimal_text, label_of, listed, miss_text
from rewards.earning.domain import Basis, Cap, GroupMode, Phase, Rounding, Rule, RuleKind, Scope, Why
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.trigger_words import trigger_text


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule did: its name, the points it gave (none: it missed), why, and what it counts."""

    name: str
    units: int
    amount: str
    why: str
    terms: str

    @property
    def gave(self) -> bool:
        return self.units > 0


def explain(outcome: Mapping[str, Any], rule: Rule, *, name: str, currency: str, write_points: Callable[[int], str]) -> Explanation:
    """Put one stored outcome of an evaluation into words, in the active language.

    `currency` is the money's; `write_points` writes points with their word ("12 points").
    """

    def money(minor: int) -> str:
        return money_text(Money(minor, currency))

    units = int(outcome["units"])
    facts = {
        "counted": _amount_text(rule, outcome["basis_minor"], money),
        "missing": _amount_text(rule, _missing_minor(rule, outcome), money),
        "step": _amount_text(rule, rule.step_minor, money),
        "next": write_points(rule.points),
        "points": write_points(units),
        "whole": write_points(int(outcome.get("before_cap", units))),
        "most": write_points(int(outcome["basis_minor"] * rule.rate)),
        "before": money(outcome.get("before_minor", 0)),
    }
    reason = Why(outcome["reason"])
    missed = miss_text(outcome["miss"], money) if reason is Why.CONDITION_NOT_MET else ""
    return Explanation(name, units, write_points(units), missed or _WHY[reason](rule) % facts, terms_of(rule, money, write_points))


def terms_of(rule: Rule, money: MoneyText, write_points: Callable[[int], str]) -> str:
    """Say what a rule gives and what it counts: "1 point for every £1.00 paid in money. Tobacco does not count."."""
    return " ".join(terms_in_sentences(rule, money, write_points))


def terms_in_sentences(rule: Rule, money: MoneyText, write_points: Callable[[int], str]) -> list[str]:
    """Say the terms sentence by sentence, so that two versions can be compared."""
    sentences = [_given(rule, money, write_points)]
    if rule.trigger != PURCHASE:
        sentences.insert(0, _("What happens: %(trigger)s.") % {"trigger": trigger_text(rule.trigger)})
    if rule.only_categories:
        sentences.append(_("Only these count: %(names)s.") % {"names": listed(rule.only_categories)})
    if rule.except_categories:
        sentences.append(_("These do not count: %(names)s.") % {"names": listed(rule.except_categories)})
    if "where" in rule.definition:
        sentences.append(_("Lines count with %(condition)s.") % {"condition": condition_text(rule.definition["where"], money)})
    if "when" in rule.definition:
        sentences.append(_("Only with %(condition)s.") % {"condition": condition_text(rule.definition["when"], money)})
    sentences += [_cap_text(cap, write_points) for cap in rule.caps]
    if rule.mode is not GroupMode.ALL:
        sentences.append(_MODES[rule.mode]() % {"group": rule.group})
    if rule.is_daily:
        sentences.append(_("Of this group one rule counts a day, over all purchases of the day."))
    if rule.phase is Phase.BONUS:
        sentences.append(_("Multipliers leave it alone."))
    if rule.campaign:
        sentences.append(_("Only in the campaign %(code)s.") % {"code": rule.campaign})
    return sentences


def _given(rule: Rule, money: MoneyText, write_points: Callable[[int], str]) -> str:
    points = write_points(rule.points)
    match rule.kind:
        case RuleKind.FIXED:
            return _fixed_text(rule) % {"points": points}
        case RuleKind.PER_UNIT:
            return _("%(points)s for each piece.") % {"points": points}
        case RuleKind.MULTIPLIER:
            return _("%(factor)s times what the other rules give.") % {
                "factor": decimal_text(Decimal(rule.rate.numerator) / rule.rate.denominator)
            }
        case RuleKind.RATE | RuleKind.CEILING:
            rate = _rate_text(rule, rule.rate, money, write_points)
            return _("The most that all rules give together: %(rate)s") % {"rate": rate} if rule.kind is RuleKind.CEILING else rate
        case RuleKind.BANDS:
            return _bands_text(rule, money, write_points)
    return _step_text(rule, points, rule.step_minor, money)


def _fixed_text(rule: Rule) -> str:
    if rule.trigger != PURCHASE:
        return _("%(points)s each time.")
    return _("%(points)s for each line.") if rule.scope is Scope.LINE else _("%(points)s for a purchase.")


def _step_text(rule: Rule, points: str, step_minor: int, money: MoneyText, *, by_line: bool | None = None) -> str:
    facts = {"points": points, "step": _amount_text(rule, step_minor, money)}
    if rule.of is not None:
        return _("%(points)s for every %(step)s of %(field)s.") % (facts | {"field": label_of(rule.of.name)})
    return _STEP[rule.basis](rule.scope is Scope.LINE if by_line is None else by_line) % facts


def _amount_text(rule: Rule, minor: int, money: MoneyText) -> str:
    """Write what a rule counts: money, or the number of an event, of which 1.00 counts like 1.00 of money."""
    if rule.of is None or rule.of.kind is Kind.MONEY:
        return money(minor)
    return decimal_text(Decimal(minor).scaleb(-rule.decimals))


def _rate_text(rule: Rule, rate: Fraction, money: MoneyText, write_points: Callable[[int], str]) -> str:
    """Say a rate by the smallest round amount that makes whole points: 1.2 is 12 points for every £10.00."""
    amount = 100
    while (rate * amount).denominator > 1:
        amount *= 10
    return _step_text(rule, write_points(int(rate * amount)), amount, money, by_line=False)


def _bands_text(rule: Rule, money: MoneyText, write_points: Callable[[int], str]) -> str:
    parts = [
        _("from %(amount)s: %(rate)s")
        % {"amount": _amount_text(rule, band.from_minor, money), "rate": _rate_text(rule, band.rate, money, write_points)}
        for band in rule.bands
    ]
    how = _("each part at its own rate") if rule.is_progressive else _("the whole at the rate that was reached")
    said = " ".join([*parts, f"({how})"])
    return _OVER[rule.period]() % {"bands": said} if rule.period else said


def _cap_text(cap: Cap, write_points: Callable[[int], str]) -> str:
    times = _("once") if cap.most == 1 else _("%(count)s times") % {"count": cap.most}
    most = write_points(cap.most) if cap.counts_units else times
    per = _PER[cap.per]() if cap.per in _PER else _("in %(days)s days") % {"days": cap.per.removesuffix("d")}
    return _("At most %(most)s %(per)s.") % {"most": most, "per": per}


def _on_gross(by_line: bool) -> str:
    return _("%(points)s for every %(step)s of each line.") if by_line else _("%(points)s for every %(step)s of the price.")


def _on_before_discount(by_line: bool) -> str:
    if by_line:
        return _("%(points)s for every %(step)s of each line before discounts.")
    return _("%(points)s for every %(step)s of the price before discounts.")


def _on_net(by_line: bool) -> str:
    if by_line:
        return _("%(points)s for every %(step)s of each line paid in money, without tax.")
    return _("%(points)s for every %(step)s paid in money, without tax.")


def _on_paid(by_line: bool) -> str:
    return _("%(points)s for every %(step)s of each line paid in money.") if by_line else _("%(points)s for every %(step)s paid in money.")


_STEP: dict[Basis, Callable[[bool], str]] = {
    Basis.GROSS: _on_gross,
    Basis.BEFORE_DISCOUNT: _on_before_discount,
    Basis.NET_OF_TAX: _on_net,
    Basis.PAID: _on_paid,
}
_PER: dict[str, Callable[[], str]] = {
    "purchase": lambda: _("by one purchase"),
    "day": lambda: _("a day"),
    "week": lambda: _("a week"),
    "month": lambda: _("a month"),
    "year": lambda: _("a year"),
    "lifetime": lambda: _("altogether"),
}
_OVER: dict[str, Callable[[], str]] = {
    "month": lambda: _("Of all that is bought in a calendar month, %(bands)s."),
    "quarter": lambda: _("Of all that is bought in a calendar quarter, %(bands)s."),
    "year": lambda: _("Of all that is bought in a calendar year, %(bands)s."),
}
_ON_TOP: dict[str, Callable[[], str]] = {
    "month": lambda: _("%(counted)s counted on top of %(before)s of the month, which makes %(points)s."),
    "quarter": lambda: _("%(counted)s counted on top of %(before)s of the quarter, which makes %(points)s."),
    "year": lambda: _("%(counted)s counted on top of %(before)s of the year, which makes %(points)s."),
}
_MODES: dict[GroupMode, Callable[[], str]] = {
    GroupMode.FIRST: lambda: _("Of the group %(group)s only the first rule that gives something counts."),
    GroupMode.BEST: lambda: _("Of the group %(group)s only the rule that gives most counts."),
    GroupMode.EXCLUSIVE: lambda: _("Where it gives something, no other rule beside it counts."),
}


def _matched(rule: Rule) -> str:
    if rule.kind in (RuleKind.FIXED, RuleKind.PER_UNIT, RuleKind.MULTIPLIER):
        return _("That makes %(points)s.")
    if rule.period:
        return _ON_TOP[rule.period]()
    return _("%(counted)s counted, which makes %(points)s.")


def _step_not_reached(rule: Rule) -> str:
    if rule.period:
        return _("%(counted)s counted on top of %(before)s, which is too little for a point.")
    if rule.kind is not RuleKind.PER_STEP:
        return _("%(counted)s counted, which is too little for a point.")
    if rule.scope is Scope.LINE:
        return _("%(counted)s counted, but no line came to %(step)s.")
    return _("%(counted)s counted. %(missing)s more would have made %(next)s.")


def _nothing_eligible(rule: Rule) -> str:
    return _("Nothing on this receipt counts for it.") if rule.trigger == PURCHASE else _("What it counts was not told.")


def _of_fixed_terms(sentence: Callable[[], str]) -> Callable[[Rule], str]:
    return lambda _rule: sentence()


_WHY: dict[Why, Callable[[Rule], str]] = {
    Why.MATCHED: _matched,
    Why.CAPPED: _of_fixed_terms(lambda: _("It would have made %(whole)s; the limit left %(points)s.")),
    Why.CAP_REACHED: _of_fixed_terms(lambda: _("It would have made %(whole)s, but its limit was reached before.")),
    Why.BUDGET_USED_UP: _of_fixed_terms(lambda: _("It would have made %(whole)s; the budget of the offer left %(points)s.")),
    Why.ANOTHER_RULE_COUNTED: _of_fixed_terms(lambda: _("It would have made %(whole)s, but another rule counted in its place.")),
    Why.BELOW_CEILING: _of_fixed_terms(lambda: _("%(counted)s counted, which allows %(most)s; no more was given.")),
    Why.CEILING_REACHED: _of_fixed_terms(
        lambda: _("%(counted)s counted, which allows %(most)s; all rules together would have made %(whole)s.")
    ),
    Why.UNDONE: _of_fixed_terms(lambda: _("It made %(whole)s; that was undone afterwards.")),
    Why.UNDONE_DAYS: _of_fixed_terms(lambda: _("It was undone for that day before the purchase arrived.")),
    Why.NOTHING_TO_MULTIPLY: _of_fixed_terms(lambda: _("No other rule gave anything that it could multiply.")),
    Why.STEP_NOT_REACHED: _step_not_reached,
    Why.NOTHING_ELIGIBLE: _nothing_eligible,
}


def _missing_minor(rule: Rule, outcome: Mapping[str, Any]) -> int:
    """Return what was missing to the first step; where halves round up, half a step is enough."""
    if rule.rounding is Rounding.HALF_UP:
        return -(-rule.step_minor // 2) - int(outcome["basis_minor"])
    return int(outcome["missing_minor"])


def writer_of(currency: PointCurrency) -> Callable[[int], str]:
    """Return what writes points of a currency with their word: 12 points, 1.5 stars. Needs its unit loaded."""
    return currency.say
