"""Which rules match a basket, what each gives, and why. Pure: facts in, an `Evaluation` out.

A rule's definition is data. `compile_rule` checks it once per version; `evaluate` runs the compiled rules over a basket. The same
function evaluates a basket after a return (fewer units of some lines) under the versions that the purchase was evaluated with, so that
what a line produced can be taken back exactly.
"""

import dataclasses
import enum
import uuid
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from loyalty.kit.problems import FieldError, Malformed


class MalformedRule(Malformed):
    code = "malformed_rule"
    title = "The rule cannot be read"


class Basis(enum.StrEnum):
    """Which amount a rule counts."""

    PAID = "paid"
    """What was paid in money: after discounts, without the part paid with points."""
    GROSS = "gross"
    """The price after discounts, whatever it was paid with."""
    NET_OF_TAX = "net_of_tax"
    """What was paid in money, without tax."""


class Rounding(enum.StrEnum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEILING = "ceiling"


class Scope(enum.StrEnum):
    """Where steps are counted."""

    PURCHASE = "purchase"
    LINE = "line"


class Outcome(enum.StrEnum):
    GAVE = "gave"
    NOTHING = "nothing"


class Why(enum.StrEnum):
    """Why a rule gave what it gave: for clerk, member and API. `step_not_reached` comes with the shortfall."""

    MATCHED = "matched"
    STEP_NOT_REACHED = "step_not_reached"
    NOTHING_ELIGIBLE = "nothing_eligible"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket, in minor units: price after discount, the part of it paid in money, the tax in that part."""

    category: str
    sku: str
    price_minor: int
    paid_minor: int
    tax_minor: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One compiled version of a rule."""

    version_id: uuid.UUID
    code: str
    version: int
    currency: str
    points: int
    step_minor: int
    basis: Basis
    rounding: Rounding
    scope: Scope
    only_categories: frozenset[str]
    except_categories: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule did: units given, the basis it saw, and how much was missing to the next step."""

    rule: str
    version: int
    version_id: uuid.UUID
    currency: str
    outcome: Outcome
    reason: Why
    units: int
    basis_minor: int
    missing_minor: int

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "version": self.version,
            "version_id": str(self.version_id),
            "currency": self.currency,
            "outcome": self.outcome.value,
            "reason": self.reason.value,
            "units": self.units,
            "basis_minor": self.basis_minor,
            "missing_minor": self.missing_minor,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What every rule in force did with a basket."""

    outcomes: tuple[RuleOutcome, ...]

    @property
    def units(self) -> dict[str, int]:
        """Units earned by currency code."""
        total: dict[str, int] = {}
        for outcome in self.outcomes:
            total[outcome.currency] = total.get(outcome.currency, 0) + outcome.units
        return total

    def as_json(self) -> list[dict[str, Any]]:
        return [outcome.as_json() for outcome in self.outcomes]


def evaluate(lines: Sequence[Line], rules: Sequence[Rule]) -> Evaluation:
    """Run every rule over the basket."""
    return Evaluation(tuple(_run(rule, lines) for rule in rules))


_KEYS = {"trigger", "points", "step_minor", "basis", "rounding", "scope", "only_categories", "except_categories"}


def compile_rule(*, version_id: uuid.UUID, code: str, version: int, currency: str, definition: Mapping[str, Any]) -> Rule:
    """Check a definition and make it runnable. Raises: MalformedRule, naming each wrong key."""
    errors = [FieldError(f"/{key}", "unknown", f"A rule has no {key}.") for key in sorted(set(definition) - _KEYS)]
    if definition.get("trigger", "purchase") != "purchase":
        errors.append(FieldError("/trigger", "unknown", "Rules of this kind begin with a purchase."))
    for key in ("points", "step_minor"):
        value = definition.get(key)
        if type(value) is not int or not 1 <= value <= 10**9:
            errors.append(FieldError(f"/{key}", "out_of_range", "Write a whole number from 1 to 1,000,000,000."))
    for key, kind in (("basis", Basis), ("rounding", Rounding), ("scope", Scope)):
        if key in definition and definition[key] not in set(kind):
            errors.append(FieldError(f"/{key}", "unknown", f"Choose one of {', '.join(kind)}."))
    for key in ("only_categories", "except_categories"):
        names = definition.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and 0 < len(name) <= 100 for name in names) or len(names) > 1_000:
            errors.append(FieldError(f"/{key}", "not_a_list", "Write a list of category names."))
    if errors:
        raise MalformedRule("Correct the marked fields of the rule.", errors=errors)
    return Rule(
        version_id=version_id,
        code=code,
        version=version,
        currency=currency,
        points=definition["points"],
        step_minor=definition["step_minor"],
        basis=Basis(definition.get("basis", Basis.PAID)),
        rounding=Rounding(definition.get("rounding", Rounding.FLOOR)),
        scope=Scope(definition.get("scope", Scope.PURCHASE)),
        only_categories=frozenset(definition.get("only_categories", ())),
        except_categories=frozenset(definition.get("except_categories", ())),
    )


def _run(rule: Rule, lines: Sequence[Line]) -> RuleOutcome:
    eligible = [line for line in lines if _is_eligible(rule, line)]
    amounts = [max(_amount(rule.basis, line), 0) for line in eligible]
    basis = sum(amounts)
    steps = sum(_steps(rule, amount) for amount in (amounts if rule.scope is Scope.LINE else [basis]))
    units = steps * rule.points
    if units:
        outcome, reason = Outcome.GAVE, Why.MATCHED
    else:
        outcome, reason = Outcome.NOTHING, Why.STEP_NOT_REACHED if basis else Why.NOTHING_ELIGIBLE
    missing = rule.step_minor - basis % rule.step_minor
    return RuleOutcome(rule.code, rule.version, rule.version_id, rule.currency, outcome, reason, units, basis, missing)


def _is_eligible(rule: Rule, line: Line) -> bool:
    if rule.only_categories and line.category not in rule.only_categories:
        return False
    return line.category not in rule.except_categories


def _amount(basis: Basis, line: Line) -> int:
    if basis is Basis.GROSS:
        return line.price_minor
    return line.paid_minor - (line.tax_minor if basis is Basis.NET_OF_TAX else 0)


def _steps(rule: Rule, amount: int) -> int:
    whole = amount // rule.step_minor
    if rule.rounding is Rounding.FLOOR:
        return whole
    rest = Fraction(amount % rule.step_minor, rule.step_minor)
    if rule.rounding is Rounding.CEILING:
        return whole + (rest > 0)
    return whole + (rest >= Fraction(1, 2))
