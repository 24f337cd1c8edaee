"""Bands over a period: what they had counted before a purchase, as things stand now, and which purchases came after it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.programmes.models import Programme
from rewards.earning.domain import Rule
from rewards.earning.models import RuleUse
from rewards.earning.queries import setting_of
from rewards.earning.windows import window_start
from rewards.purchases.models import Purchase

Counted = list[tuple[uuid.UUID, int]]
"""Purchases of a period in the order in which they came, each with what is counted of it now."""


def facts_now(purchase: Purchase, rules: Iterable[Rule], facts: Mapping[str, Any], programme: Programme) -> Mapping[str, Any]:
    """Return the facts of an evaluation with what its bands over a period had counted before: a return of an earlier purchase lowers it."""
    before = {rule.period_key: _before(purchase, counted) for rule, counted in _counted_by(purchase, rules, programme)}
    return {**facts, "used": {**facts.get("used", {}), **before}} if before else facts


def came_later(purchase: Purchase, rules: Iterable[Rule], programme: Programme) -> list[uuid.UUID]:
    """Return the purchases of which these rules counted something in the same period after this one, in their order."""
    found: dict[uuid.UUID, None] = {}
    for _rule, counted in _counted_by(purchase, rules, programme):
        order = [of for of, _minor in counted]
        later = order[order.index(purchase.pk) + 1 :] if purchase.pk in order else ()
        found |= dict.fromkeys(later)
    return list(found)


def _counted_by(purchase: Purchase, rules: Iterable[Rule], programme: Programme) -> list[tuple[Rule, Counted]]:
    over_periods = [rule for rule in rules if rule.period]
    if not over_periods:
        return []
    ids = setting_of(programme).rule_ids
    of_rules = {ids[rule.version_id]: rule for rule in over_periods}
    rows = RuleUse.objects.filter(points_account=purchase.points_account_id, rule__in=of_rules, purchase__isnull=False).order_by("pk")
    counted: dict[int, dict[uuid.UUID, int]] = {rule: {} for rule in of_rules}
    for rule, of, day, minor in rows.values_list("rule", "purchase", "business_on", "basis_minor"):
        assert of is not None
        if _same_period(of_rules[rule].period, day, purchase.business_on):
            counted[rule][of] = counted[rule].get(of, 0) + minor
    return [(of_rules[rule], list(by_purchase.items())) for rule, by_purchase in counted.items()]


def _same_period(period: str, day: dt.date, other: dt.date) -> bool:
    return window_start(period, day) == window_start(period, other)


def _before(purchase: Purchase, counted: Counted) -> int:
    """What was counted by purchases that came before; of one that counted nothing itself, by all."""
    total = 0
    for of, minor in counted:
        if of == purchase.pk:
            break
        total += minor
    return total
