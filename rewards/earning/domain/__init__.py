"""What rules are, what they look at, and what they make of a basket. Pure: no database, no clock."""

from rewards.earning.domain.basket import Basket, Line, basket_of, facts_as_json
from rewards.earning.domain.conditions import Miss
from rewards.earning.domain.evaluation import Evaluation, Outcome, RuleOutcome, Why, evaluate
from rewards.earning.domain.kinds import Basis, GroupMode, Phase, Rounding, RuleKind, Scope
from rewards.earning.domain.rules import Cap, MalformedRule, Rule, compile_rule
from rewards.earning.domain.standing import Standing

__all__ = [
    "Basis",
    "Basket",
    "Cap",
    "Evaluation",
    "GroupMode",
    "Line",
    "MalformedRule",
    "Miss",
    "Outcome",
    "Phase",
    "Rounding",
    "Rule",
    "RuleKind",
    "RuleOutcome",
    "Scope",
    "Standing",
    "Why",
    "basket_of",
    "compile_rule",
    "evaluate",
    "facts_as_json",
]
