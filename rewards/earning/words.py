"""Why a purchase earned what it earned, in words: for the member, for the clerk who is asked, and for the API. Pure."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.earning.domain import Basis, Rounding, Rule, Scope, Why


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
        "counted": money(outcome["basis_minor"]),
        "missing": money(_missing_minor(rule, outcome)),
        "step": money(rule.step_minor),
        "next": write_points(rule.points),
        "points": write_points(units),
    }
    return Explanation(name, units, write_points(units), _WHY[Why(outcome["reason"])](rule) % facts, terms_of(rule, money, write_points))


def terms_of(rule: Rule, money: Callable[[int], str], write_points: Callable[[int], str]) -> str:
    """Say what a rule gives and what it counts: "1 point for every £1.00 paid in money. Tobacco does not count."."""
    facts = {"points": write_points(rule.points), "step": money(rule.step_minor)}
    sentences = [_given(rule) % facts]
    if rule.only_categories:
        sentences.append(_("Only these count: %(names)s.") % {"names": _listed(rule.only_categories)})
    if rule.except_categories:
        sentences.append(_("These do not count: %(names)s.") % {"names": _listed(rule.except_categories)})
    return " ".join(sentences)


def _given(rule: Rule) -> str:
    by_line = rule.scope is Scope.LINE
    if rule.basis is Basis.GROSS:
        return _("%(points)s for every %(step)s of each line.") if by_line else _("%(points)s for every %(step)s of the price.")
    if rule.basis is Basis.NET_OF_TAX:
        if by_line:
            return _("%(points)s for every %(step)s of each line paid in money, without tax.")
        return _("%(points)s for every %(step)s paid in money, without tax.")
    return _("%(points)s for every %(step)s of each line paid in money.") if by_line else _("%(points)s for every %(step)s paid in money.")


def _matched(_rule: Rule) -> str:
    return _("%(counted)s counted, which makes %(points)s.")


def _step_not_reached(rule: Rule) -> str:
    if rule.scope is Scope.LINE:
        return _("%(counted)s counted, but no line came to %(step)s.")
    return _("%(counted)s counted. %(missing)s more would have made %(next)s.")


def _nothing_eligible(_rule: Rule) -> str:
    return _("Nothing on this receipt counts for it.")


_WHY: dict[Why, Callable[[Rule], str]] = {
    Why.MATCHED: _matched,
    Why.STEP_NOT_REACHED: _step_not_reached,
    Why.NOTHING_ELIGIBLE: _nothing_eligible,
}


def _missing_minor(rule: Rule, outcome: Mapping[str, Any]) -> int:
    """Return what was missing to the first step; where halves round up, half a step is enough."""
    if rule.rounding is Rounding.HALF_UP:
        return -(-rule.step_minor // 2) - int(outcome["basis_minor"])
    return int(outcome["missing_minor"])


def _listed(names: Iterable[str]) -> str:
    return pgettext("between the words of a list", ", ").join(sorted(names))
