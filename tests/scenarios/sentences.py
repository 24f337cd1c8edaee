"""Programme sentences ("1 point per full 10.00, only with code SPRING") as definitions of earning rules."""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.scenarios.vocabulary import NotSpoken, only

Definition = dict[str, Any]
_AMOUNT = r"\d+(?:\.\d+)?"


def minor(text: Any) -> int:
    """Read money that is written with decimals; it must be whole cents."""
    cents = Decimal(str(text)) * 100
    assert cents == int(cents), text
    return int(cents)


def _condition(field: str, op: str, value: Any) -> Definition:
    return {"field": field, "op": op, "value": value}


_HEADS: Sequence[tuple[str, Callable[..., Definition]]] = (
    (rf"(\d+)(?: points?)? per (?:full )?({_AMOUNT})(?: spent)?", lambda n, step: {"points": int(n), "step_minor": minor(step)}),
    (r"(\d+) points? per order", lambda n: {"kind": "fixed", "points": int(n)}),
    (r"(\d+) points? per ([A-Z][A-Z0-9]*)", lambda n, sku: _per_piece(int(n), sku)),
    (rf"x({_AMOUNT}) for sku (\S+)", lambda times, sku: {"kind": "multiplier", "factor": times, "where": _condition("sku", "eq", sku)}),
)
_CLAUSES: Sequence[tuple[str, Callable[..., Definition]]] = (
    (r"only with code (\S+)", lambda code: {"when": _condition("order.codes", "has", code)}),
    (r"of category (\S+)", lambda name: {"only_categories": [name]}),
    (r"not label (\S+)", lambda label: {"where": _condition("flags", "lacks", label)}),
    (rf"from order value ({_AMOUNT})", lambda least: {"when": _condition("order.price", "ge", minor(least))}),
    (r"gross", lambda: {"basis": "gross"}),
    (r"before the programme's own reward", lambda: {"basis": "before_discount"}),
)
_REFUND = "reverse earned and give back spent, in proportion"
_SAME_ORDER = "points of the same order may be used"


def _per_piece(points: int, sku: str) -> Definition:
    return {"kind": "per_unit", "points": points, "where": _condition("sku", "eq", sku)}


def rule_of(sentence: str) -> Definition:
    """Return the rule that a sentence describes. Raises: NotSpoken."""
    head, *clauses = re.split(r"[,;] ", sentence)
    for pattern, definition in _HEADS:
        if match := re.match(pattern + r"(?: |$)", head):
            rule = definition(*match.groups())
            rest = head[match.end() :]
            return _with(rule, [rest, *clauses] if rest else clauses)
    raise NotSpoken(f"sentence: {sentence}")


def _with(rule: Definition, clauses: Sequence[str]) -> Definition:
    for clause in clauses:
        found = [(definition, match) for pattern, definition in _CLAUSES if (match := re.fullmatch(pattern, clause))]
        if not found:
            raise NotSpoken(f"clause: {clause}")
        more = found[0][0](*found[0][1].groups())
        for key in {"when", "where"} & set(rule) & set(more):
            more[key] = {"all": [rule[key], more[key]]}
        rule |= more
    return rule


@dataclasses.dataclass(slots=True)
class Plan:
    """What a scenario says of its programme: rules, prices of rewards by name, how points pay and end, tiers, limits."""

    rules: list[Definition] = dataclasses.field(default_factory=list)
    rewards: dict[str, int] = dataclasses.field(default_factory=dict)
    spends_same_order: bool = False
    point_value: Decimal = Decimal("0.01")
    step_units: int = 1
    expiry_days: int = 365
    tiers: dict[str, int] = dataclasses.field(default_factory=dict)
    limit: int | None = None

    def limit_to(self, times: int) -> None:
        """Let a rule give its point, and the reward `limited` be taken, so often a member."""
        self.limit = times
        self.rules.append({"kind": "fixed", "points": 1, "caps": [{"uses": times, "per": "lifetime"}]})


def plan_of(programme: Mapping[str, Any]) -> Plan:
    """Raises: NotSpoken."""
    facts = only(
        programme, "earn", "rewards", "expiry_days", "tiers", "levels", "manual_level", "tier_counts", "limit_per_member", "refund", "see"
    )
    plan = Plan()
    if "earn" in facts:
        sentence, _, after = facts["earn"].partition("; ")
        if after not in ("", _SAME_ORDER):
            raise NotSpoken(f"clause: {after}")
        plan.spends_same_order = bool(after)
        plan.rules.append(rule_of(sentence))
    for reward in facts.get("rewards", ()):
        _price(plan, only(reward, "name", "cost", "step", "value_per_point"))
    plan.expiry_days = facts.get("expiry_days", plan.expiry_days)
    plan.tiers = facts.get("tiers") or facts.get("levels", {})
    if facts.get("manual_level", "is a floor") != "is a floor":
        raise NotSpoken(f"manual_level: {facts['manual_level']}")
    if facts.get("tier_counts", "earlier spend plus this purchase") != "earlier spend plus this purchase":
        raise NotSpoken(f"tier_counts: {facts['tier_counts']}")
    if facts.get("refund", _REFUND) != _REFUND:
        raise NotSpoken(f"refund: {facts['refund']}")
    if "limit_per_member" in facts:
        plan.limit_to(facts["limit_per_member"])
    return plan


def _price(plan: Plan, reward: Mapping[str, Any]) -> None:
    if "name" in reward:
        plan.rewards[reward["name"]] = reward["cost"]
    else:
        plan.step_units, plan.point_value = reward["step"], Decimal(reward["value_per_point"])
