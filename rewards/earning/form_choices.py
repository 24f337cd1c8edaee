"""What the form of a rule lets people choose, and its field for conditions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from rewards.earning.domain import Basis, GroupMode, Rounding, RuleKind, Scope
from rewards.earning.domain.conditions import compile_condition
from rewards.earning.domain.expressions import MalformedExpression, read
from rewards.earning.domain.fields import Kind

KINDS = [
    (RuleKind.PER_STEP.value, gettext_lazy("points for every full step of an amount")),
    (RuleKind.RATE.value, gettext_lazy("points by a rate, fractions kept as far as the currency has decimals")),
    (RuleKind.FIXED.value, gettext_lazy("so many points for a purchase")),
    (RuleKind.PER_UNIT.value, gettext_lazy("so many points for each piece")),
    (RuleKind.BANDS.value, gettext_lazy("points by a rate that changes with the amount")),
    (RuleKind.MULTIPLIER.value, gettext_lazy("a multiple of what other rules give")),
    (RuleKind.CEILING.value, gettext_lazy("nothing: it is the most that all rules give together, for 1.00 of money")),
]
BASES = [
    (Basis.PAID.value, gettext_lazy("what was paid in money")),
    (Basis.GROSS.value, gettext_lazy("the whole price, however it was paid")),
    (Basis.NET_OF_TAX.value, gettext_lazy("what was paid in money, without tax")),
    (Basis.BEFORE_DISCOUNT.value, gettext_lazy("the price before discounts")),
]
ROUNDINGS = [
    (Rounding.FLOOR.value, gettext_lazy("down to whole steps")),
    (Rounding.HALF_UP.value, gettext_lazy("to the nearest")),
    (Rounding.CEILING.value, gettext_lazy("up to whole steps")),
]
SCOPES = [(Scope.PURCHASE.value, gettext_lazy("the whole purchase")), (Scope.LINE.value, gettext_lazy("each line by itself"))]
SIGNS = [
    ("=", gettext_lazy("is")),
    ("!=", gettext_lazy("is not")),
    (">=", gettext_lazy("at least")),
    ("<=", gettext_lazy("at most")),
    (">", gettext_lazy("more than")),
    ("<", gettext_lazy("less than")),
    ("in", gettext_lazy("one of (with commas)")),
    ("under", gettext_lazy("is or stands below")),
    ("has", gettext_lazy("with")),
    ("lacks", gettext_lazy("without")),
]
MODES = [
    ("", gettext_lazy("counts beside all others")),
    (GroupMode.FIRST.value, gettext_lazy("only the first of its group that gives something")),
    (GroupMode.BEST.value, gettext_lazy("only the one of its group that gives most")),
    (GroupMode.EXCLUSIVE.value, gettext_lazy("nothing else counts when it gives something")),
]
PERIODS = [
    ("", gettext_lazy("one purchase")),
    ("month", gettext_lazy("all that a member buys in a calendar month")),
    ("quarter", gettext_lazy("all that a member buys in a calendar quarter")),
    ("year", gettext_lazy("all that a member buys in a calendar year")),
]
PER = [
    ("", gettext_lazy("no limit")),
    ("purchase", gettext_lazy("by one purchase")),
    ("day", gettext_lazy("a day")),
    ("week", gettext_lazy("a week")),
    ("month", gettext_lazy("a month")),
    ("year", gettext_lazy("a year")),
    ("lifetime", gettext_lazy("altogether")),
]


class ConditionField(forms.CharField):
    """A condition as text; its cleaned value is the tree, or None."""

    widget = forms.Textarea({"rows": 2, "spellcheck": "false", "autocapitalize": "off"})

    def __init__(self, *, of_lines: bool, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2_000, **kwargs)
        self.of_lines = of_lines
        self.decimals = 2
        self.event: Mapping[str, Kind] = {}

    def clean(self, value: Any) -> dict[str, Any] | None:
        text = super().clean(value)
        if not text:
            return None
        return read_condition(text, of_lines=self.of_lines, decimals=self.decimals, event=self.event)


def read_condition(text: str, *, of_lines: bool, decimals: int, event: Mapping[str, Kind]) -> dict[str, Any]:
    """Return the tree of a condition that a rule can keep. Raises: ValidationError."""
    try:
        tree = read(text, of_lines=of_lines, decimals=decimals, event=event)
    except MalformedExpression as problem:
        raise forms.ValidationError(problem.detail) from problem
    _compiled, errors = compile_condition(tree, of_lines=of_lines, pointer="")
    if errors:
        raise forms.ValidationError(errors[0].detail)
    return tree
