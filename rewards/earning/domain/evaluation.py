"""Which rules count for a basket, what each gives, and why. Pure: facts in, an `Evaluation` out.

The same function evaluates a basket after a return (fewer units of some lines) under the versions that the purchase was evaluated with,
so that what a line produced can be taken back exactly.
"""

import dataclasses
import enum
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from rewards.earning.domain.basket import Basket, Line
from rewards.earning.domain.conditions import ALWAYS, Miss
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.kinds import Basis, GroupMode, Phase, Rounding, RuleKind, Scope
from rewards.earning.domain.rules import Rule
from rewards.earning.domain.triggers import PURCHASE

_EVENT = (Line("", "", 0, 0),)
_PHASES = tuple(Phase)


class Outcome(enum.StrEnum):
    GAVE = "gave"
    NOTHING = "nothing"


class Why(enum.StrEnum):
    """Why a rule gave what it gave: for clerk, member and API. `step_not_reached` comes with the shortfall, a miss with what was missed."""

    MATCHED = "matched"
    CAPPED = "capped"
    STEP_NOT_REACHED = "step_not_reached"
    NOTHING_ELIGIBLE = "nothing_eligible"
    CONDITION_NOT_MET = "condition_not_met"
    CAP_REACHED = "cap_reached"
    ANOTHER_RULE_COUNTED = "another_rule_counted"
    NOTHING_TO_MULTIPLY = "nothing_to_multiply"
    BUDGET_USED_UP = "budget_used_up"
    """The budget of the rule's campaign left nothing, or only a part."""
    BELOW_CEILING = "below_ceiling"
    CEILING_REACHED = "ceiling_reached"
    """What a ceiling says of itself; the rules that it cut are `capped`."""
    UNDONE = "undone"
    """It gave something, and was undone afterwards by a recalculation; never the answer of an evaluation."""
    UNDONE_DAYS = "undone_days"
    """It was undone for these days before the purchase was recorded."""


_NOT_COUNTED = (Why.CONDITION_NOT_MET, Why.ANOTHER_RULE_COUNTED, Why.UNDONE, Why.UNDONE_DAYS)


class RuleOutcome(NamedTuple):
    """What one rule did: units given, the basis it saw, how much was missing to the next step, and which condition was missed.

    `before_cap` are the units that it would have given without its cap, a ceiling or another rule of its group; of a ceiling that cut
    something what all rules of its currency came to. `before_minor` is what bands over a period had counted in it before.
    """

    rule: str
    version: int
    version_id: uuid.UUID
    currency: str
    outcome: Outcome
    reason: Why
    units: int
    basis_minor: int
    missing_minor: int
    miss: Miss | None = None
    before_cap: int | None = None
    before_minor: int | None = None

    @property
    def counted_minor(self) -> int:
        """What counts for the period of bands over one: nothing where the rule did not hold."""
        return 0 if self.reason in _NOT_COUNTED else self.basis_minor

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
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
        if self.miss is not None:
            told["miss"] = self.miss.as_json()
        if self.before_minor is not None:
            told["before_minor"] = self.before_minor
        return told if self.before_cap is None else told | {"before_cap": self.before_cap}

    def silenced(self, reason: Why) -> "RuleOutcome":
        return self._replace(outcome=Outcome.NOTHING, reason=reason, units=0, before_cap=self.before_cap or self.units)


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


def evaluate(
    basket: Basket, rules: Sequence[Rule], struck: Collection[uuid.UUID] = (), known: dict[uuid.UUID, RuleOutcome] | None = None
) -> Evaluation:
    """Run the rules over the basket, phase by phase; the outcomes stand in the order of the rules. Versions that are `struck` are told, and
    give nothing. `known` keeps what rules came to by themselves, for another evaluation of an equal basket under other rules.
    """
    if struck:
        left = evaluate(basket, [rule for rule in rules if rule.version_id not in struck])
        gone = (_told(rule, Why.UNDONE_DAYS, 0, 0, 0) for rule in rules if rule.version_id in struck)
        return Evaluation((*left.outcomes, *gone))
    found: dict[uuid.UUID, RuleOutcome] = {}
    rooms = dict(basket.rooms)
    for phase in Phase:
        of_phase = [rule for rule in rules if rule.phase is phase]
        if not of_phase:
            continue
        if phase is Phase.CEILING:
            for rule in of_phase:
                _hold_under(rule, basket, rules, found)
            continue
        ran = [(rule, _capped(rule, _run_once(rule, basket, rules, found, known), basket.used)) for rule in of_phase]
        ran = [(rule, outcome if _has_its_day(rule, rules, basket.used, found) else _out_of_turn(outcome)) for rule, outcome in ran]
        found |= {rule.version_id: outcome for rule, outcome in _within(rooms, _settle(ran))}
    return Evaluation(tuple(found[rule.version_id] for rule in rules))


def _run_once(
    rule: Rule, basket: Basket, rules: Sequence[Rule], found: Mapping[uuid.UUID, RuleOutcome], known: dict[uuid.UUID, RuleOutcome] | None
) -> RuleOutcome:
    """What the rule comes to, or came to before; a multiplier depends on the other rules, so it always runs."""
    if known is None or rule.kind is RuleKind.MULTIPLIER:
        return _run(rule, basket, rules, found)
    told = known.get(rule.version_id)
    if told is None:
        told = known[rule.version_id] = _run(rule, basket, rules, found)
    return told


def _run(rule: Rule, basket: Basket, rules: Sequence[Rule], found: Mapping[uuid.UUID, RuleOutcome]) -> RuleOutcome:
    lines, amounts = _counted(rule, basket)
    basis = sum(amounts)
    missing = rule.step_minor - basis % rule.step_minor if rule.step_minor else 0
    miss = None if rule.when is ALWAYS else rule.when.miss(basket)
    if miss is not None:
        return _told(rule, Why.CONDITION_NOT_MET, 0, basis, missing, miss)
    if rule.kind is RuleKind.MULTIPLIER:
        units, nothing = _multiplied(rule, basket, rules, found), Why.NOTHING_TO_MULTIPLY
    else:
        units, nothing = _units(rule, lines, amounts, basket.used), Why.STEP_NOT_REACHED if basis else Why.NOTHING_ELIGIBLE
    told = _told(rule, Why.MATCHED if units else nothing, units, basis, missing)
    if not rule.period:
        return told
    before = basket.used.get(rule.period_key, 0)
    return told._replace(before_minor=before, missing_minor=_to_next_band(rule, before + basis))


def _to_next_band(rule: Rule, counted: int) -> int:
    return next((band.from_minor - counted for band in rule.bands if band.from_minor > counted), 0)


def _counted(rule: Rule, basket: Basket) -> tuple[Sequence[Line], list[int]]:
    """The lines that count, with the amount of each; of an event the field that the rule counts, as if it were one line."""
    if rule.trigger != PURCHASE:
        return _EVENT, [_event_amount(rule, basket)]
    lines = [line for line in basket.lines if _is_eligible(rule, line)]
    return lines, [max(_amount(rule.basis, line), 0) for line in lines]


def _event_amount(rule: Rule, basket: Basket) -> int:
    """Money in minor units; of a number 1.00 counts like 1.00 of money, and what lies beyond its hundredths not at all."""
    value = basket.value(rule.of.name) if rule.of else None
    if rule.of is None or not isinstance(value, int | Decimal):
        return 0
    return max(0, int(value if rule.of.kind is Kind.MONEY else Decimal(value).scaleb(rule.decimals)))


def _told(rule: Rule, reason: Why, units: int, basis: int, missing: int, miss: Miss | None = None) -> RuleOutcome:
    outcome = Outcome.GAVE if units else Outcome.NOTHING
    return RuleOutcome(rule.code, rule.version, rule.version_id, rule.currency, outcome, reason, units, basis, missing, miss)


def _is_eligible(rule: Rule, line: Line) -> bool:
    if rule.only_categories and line.category not in rule.only_categories:
        return False
    return line.category not in rule.except_categories and (rule.where is ALWAYS or rule.where.miss(line) is None)


def _amount(basis: Basis, line: Line) -> int:
    match basis:
        case Basis.GROSS:
            return line.price_minor
        case Basis.BEFORE_DISCOUNT:
            return line.price_minor + line.discount_minor
        case Basis.NET_OF_TAX:
            return line.paid_minor - line.tax_minor
    return line.paid_minor


def _units(rule: Rule, lines: Sequence[Line], amounts: Sequence[int], used: Mapping[str, int]) -> int:
    """What the rule gives for these lines, as if it stood alone and had no cap. Bands over a period give what is new with them, so that
    all purchases of the period together give what the whole of it would, in whatever order they come."""
    if not lines:
        return 0
    by_line = rule.scope is Scope.LINE
    match rule.kind:
        case RuleKind.FIXED:
            return rule.points * (len(lines) if by_line else 1)
        case RuleKind.PER_UNIT:
            counts = [line.quantity for line in lines]
            return rule.points * sum(int(count) for count in (counts if by_line else [sum(counts)]))
        case RuleKind.PER_STEP:
            return rule.points * sum(_steps(rule, amount) for amount in (amounts if by_line else [sum(amounts)]))
    if rule.period:
        before = used.get(rule.period_key, 0)
        was, now = (_rounded(_rated(rule, amount), rule.rounding) for amount in (before, before + sum(amounts)))
        return now - was
    return sum(_rounded(_rated(rule, amount), rule.rounding) for amount in (amounts if by_line else [sum(amounts)]))


def _steps(rule: Rule, amount: int) -> int:
    if rule.rounding is Rounding.FLOOR:
        return amount // rule.step_minor
    return _rounded(Fraction(amount, rule.step_minor), rule.rounding)


def _rated(rule: Rule, amount: int) -> Fraction:
    if rule.kind is RuleKind.RATE:
        return amount * rule.rate
    reached = [band for band in rule.bands if band.from_minor <= amount]
    if not rule.is_progressive:
        return amount * reached[-1].rate if reached else Fraction(0)
    ends = [band.from_minor for band in reached[1:]] + [amount]
    return sum(((end - band.from_minor) * band.rate for band, end in zip(reached, ends, strict=False)), Fraction(0))


def _multiplied(rule: Rule, basket: Basket, rules: Iterable[Rule], found: Mapping[uuid.UUID, RuleOutcome]) -> int:
    """What comes on top of the base rules of the currency, for the lines that the multiplier counts."""
    counts_all = not (rule.only_categories or rule.except_categories or "where" in rule.definition)
    given = 0
    for base in rules:
        gave = found[base.version_id].units if base.version_id in found and base.currency == rule.currency else 0
        if gave and not counts_all:
            lines = [line for line in basket.lines if _is_eligible(rule, line) and _is_eligible(base, line)]
            gave = min(gave, _units(base, lines, [max(_amount(base.basis, line), 0) for line in lines], basket.used))
        given += gave
    return _rounded(given * (rule.rate - 1), rule.rounding)


def _rounded(value: Fraction, rounding: Rounding) -> int:
    whole, rest = divmod(value, 1)
    if rounding is Rounding.FLOOR:
        return int(whole)
    up = rest > 0 if rounding is Rounding.CEILING else rest >= Fraction(1, 2)
    return int(whole) + up


def _capped(rule: Rule, outcome: RuleOutcome, used: Mapping[str, int]) -> RuleOutcome:
    """Caps reduce what a rule gives; they never drop the whole of it while there is room."""
    if not outcome.units:
        return outcome
    room = outcome.units
    for cap in rule.caps:
        left = max(0, cap.most - used.get(cap.key, 0))
        room = min(room, left if cap.counts_units else outcome.units if left else 0)
    if room == outcome.units:
        return outcome
    if not room:
        return outcome.silenced(Why.CAP_REACHED)
    return outcome._replace(reason=Why.CAPPED, units=room, before_cap=outcome.units)


def _within(rooms: dict[str, int], ran: list[tuple[Rule, RuleOutcome]]) -> list[tuple[Rule, RuleOutcome]]:
    """Take what the rules of campaigns give out of the rooms of their budgets; what finds no room is not given."""
    if not rooms:
        return ran
    kept = []
    for rule, outcome in ran:
        room = rooms.get(rule.campaign, outcome.units)
        if rule.campaign in rooms:
            rooms[rule.campaign] = max(0, room - outcome.units)
        kept.append((rule, outcome if outcome.units <= room else _short(outcome, room)))
    return kept


def _short(outcome: RuleOutcome, room: int) -> RuleOutcome:
    if not room:
        return outcome.silenced(Why.BUDGET_USED_UP)
    return outcome._replace(reason=Why.BUDGET_USED_UP, units=room, before_cap=outcome.before_cap or outcome.units)


def _hold_under(ceiling: Rule, basket: Basket, rules: Iterable[Rule], found: dict[uuid.UUID, RuleOutcome]) -> None:
    """Cut what the rules of a currency gave to what its ceiling allows: bonus before multipliers before base, the last of each first."""
    _lines, amounts = _counted(ceiling, basket)
    basis = sum(amounts)
    miss = None if ceiling.when is ALWAYS else ceiling.when.miss(basket)
    if miss is not None:
        found[ceiling.version_id] = _told(ceiling, Why.CONDITION_NOT_MET, 0, basis, 0, miss)
        return
    mine = [rule for rule in rules if rule.currency == ceiling.currency and rule.version_id in found]
    giving = sorted(mine, key=lambda rule: _PHASES.index(rule.phase))
    whole = sum(found[rule.version_id].units for rule in giving)
    over = max(0, whole - int(basis * ceiling.rate))
    told = _told(ceiling, Why.CEILING_REACHED if over else Why.BELOW_CEILING, 0, basis, 0)
    found[ceiling.version_id] = told._replace(before_cap=whole) if over else told
    for rule in reversed(giving):
        outcome = found[rule.version_id]
        less = min(over, outcome.units)
        found[rule.version_id] = _cut(outcome, outcome.units - less) if less else outcome
        over -= less


def _cut(outcome: RuleOutcome, units: int) -> RuleOutcome:
    """Whoever asks whether a budget had run out must still find it."""
    reason = outcome.reason if outcome.reason is Why.BUDGET_USED_UP else Why.CAPPED
    told = Outcome.GAVE if units else Outcome.NOTHING
    return outcome._replace(outcome=told, reason=reason, units=units, before_cap=outcome.before_cap or outcome.units)


def _has_its_day(rule: Rule, rules: Iterable[Rule], used: Mapping[str, int], found: Mapping[uuid.UUID, RuleOutcome]) -> bool:
    """Whether no other rule of its daily group has the day: by an earlier phase, or by another purchase of the member."""
    if not rule.is_daily:
        return True
    others = [other for other in rules if other.is_daily and other.group == rule.group and other.code != rule.code]
    if any(other.version_id in found and found[other.version_id].units for other in others):
        return False
    return used.get(rule.day_key, 0) > 0 or not any(used.get(other.day_key, 0) > 0 for other in others)


def _settle(ran: list[tuple[Rule, RuleOutcome]]) -> list[tuple[Rule, RuleOutcome]]:
    """Let the groups of one phase choose among their rules."""
    if all(rule.mode is GroupMode.ALL for rule, _outcome in ran):
        return ran
    giving = sorted((pair for pair in ran if pair[1].units), key=lambda pair: (pair[0].order, pair[0].code))
    chosen: dict[str, uuid.UUID] = {}
    for mode in (GroupMode.FIRST, GroupMode.BEST, GroupMode.EXCLUSIVE):
        for rule, outcome in giving:
            if rule.mode is mode and (rule.group not in chosen or (mode is not GroupMode.FIRST and _beats(outcome, rule, chosen, giving))):
                chosen[rule.group] = rule.version_id
    exclusive = [pair for pair in giving if pair[0].mode is GroupMode.EXCLUSIVE and chosen[pair[0].group] == pair[0].version_id]
    only = max(exclusive, key=lambda pair: pair[1].units)[0].version_id if exclusive else None
    return [(rule, outcome if _counts(rule, chosen, only) else _out_of_turn(outcome)) for rule, outcome in ran]


def _beats(outcome: RuleOutcome, rule: Rule, chosen: Mapping[str, uuid.UUID], giving: list[tuple[Rule, RuleOutcome]]) -> bool:
    return outcome.units > next(other.units for one, other in giving if one.version_id == chosen[rule.group])


def _counts(rule: Rule, chosen: Mapping[str, uuid.UUID], only: uuid.UUID | None) -> bool:
    if only is not None:
        return rule.version_id == only
    return rule.mode is GroupMode.ALL or chosen.get(rule.group) == rule.version_id


def _out_of_turn(outcome: RuleOutcome) -> RuleOutcome:
    return outcome.silenced(Why.ANOTHER_RULE_COUNTED) if outcome.units else outcome
