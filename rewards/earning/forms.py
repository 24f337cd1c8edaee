"""An earning rule as colleagues fill it in: what it gives, what counts, when, and how it stands beside other rules."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.money import MalformedAmount, Money, exponent
from loyalty.kit.problems import FieldError, Problem
from rewards.campaigns.models import Campaign
from rewards.chosen_days.domain import FACT
from rewards.earning.condition_words import LABELS, label_of
from rewards.earning.domain import Basis, Rounding, RuleKind, Scope
from rewards.earning.domain.expressions import write
from rewards.earning.domain.fields import LINE_FIELDS, Kind
from rewards.earning.domain.rules import COUNTING
from rewards.earning.domain.triggers import PURCHASE, SYSTEM, trigger_of_type
from rewards.earning.form_choices import BASES, KINDS, MODES, PER, PERIODS, ROUNDINGS, SCOPES, SIGNS, ConditionField, read_condition
from rewards.earning.trigger_words import trigger_text

ROWS = 3
"""So many conditions can be added by choosing; more by writing."""

_COLUMN = re.compile(r"\AColumn [0-9]+: ", re.ASCII)
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", re.ASCII)
_DAY = {"type": "date"}


class RuleForm(forms.Form):
    """The next version of a rule. `definition` is what the fields say, as the rule keeps it."""

    trigger = forms.ChoiceField(
        label=gettext_lazy("The rule runs on"),
        required=False,
        help_text=gettext_lazy("Event types are set up on the page Events and cards."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("The rule gives"), choices=KINDS)
    of = forms.ChoiceField(
        label=gettext_lazy("Counted of the event"),
        required=False,
        help_text=gettext_lazy("For steps, rates and bands of an event: which of its fields is counted."),
    )
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=0, max_digits=9, decimal_places=4, required=False)
    step = forms.CharField(
        label=gettext_lazy("For every"), max_length=14, required=False, help_text=gettext_lazy("An amount, for example 1.00.")
    )
    rate = forms.DecimalField(label=gettext_lazy("Points for 1.00 of money"), min_value=0, max_digits=12, decimal_places=6, required=False)
    bands = forms.CharField(
        label=gettext_lazy("Points for 1.00, from which amount on"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Amount and rate, for example 0: 1, 100.00: 2, 500.00: 3."),
    )
    progressive = forms.BooleanField(label=gettext_lazy("Each part of the amount at its own rate"), required=False)
    period = forms.ChoiceField(
        label=gettext_lazy("The bands are of"),
        choices=PERIODS,
        required=False,
        help_text=gettext_lazy("Over a period each purchase earns what is new with it, and what comes back lowers the whole."),
    )
    factor = forms.DecimalField(label=gettext_lazy("Times"), min_value=1, max_digits=7, decimal_places=4, required=False)
    basis = forms.ChoiceField(label=gettext_lazy("Counted on"), choices=BASES, initial=Basis.PAID.value)
    scope = forms.ChoiceField(label=gettext_lazy("Counted over"), choices=SCOPES, required=False)
    rounding = forms.ChoiceField(label=gettext_lazy("Rounded"), choices=ROUNDINGS, required=False)
    only_categories = forms.CharField(
        label=gettext_lazy("Only these categories count"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("Separated by commas, as the tills write them. Empty: all."),
    )
    except_categories = forms.CharField(
        label=gettext_lazy("Categories that do not count"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("Separated by commas, as the tills write them."),
    )
    where = ConditionField(
        of_lines=True,
        label=gettext_lazy("Lines count only if"),
        help_text=gettext_lazy("For example: brand = Oakley and flags has full_price"),
    )
    when = ConditionField(
        of_lines=False,
        label=gettext_lazy("The rule counts only if"),
        help_text=gettext_lazy("For example: order.price >= 50.00 and any line (category = food)"),
    )
    mode = forms.ChoiceField(label=gettext_lazy("Beside other rules it"), choices=MODES, required=False)
    group = forms.SlugField(label=gettext_lazy("Group"), max_length=40, required=False)
    is_daily = forms.BooleanField(label=gettext_lazy("Of the group one rule counts a day, over all purchases of the day"), required=False)
    is_bonus = forms.BooleanField(label=gettext_lazy("A bonus: multipliers leave it alone"), required=False)
    order = forms.IntegerField(
        label=gettext_lazy("Place in the order"),
        min_value=0,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Lower comes first."),
    )
    cap_per = forms.ChoiceField(label=gettext_lazy("Limit for a member"), choices=PER, required=False)
    cap_units = forms.IntegerField(label=gettext_lazy("At most so many points"), min_value=1, max_value=10**9, required=False)
    cap_uses = forms.IntegerField(label=gettext_lazy("At most so many times"), min_value=1, max_value=10**6, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), help_text=gettext_lazy("Tomorrow or later.")
    )
    valid_to = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), required=False)

    def __init__(
        self,
        money: str,
        *args: Any,
        further_caps: Iterable[Mapping[str, Any]] = (),
        events: Mapping[str, Mapping[str, Kind]] | None = None,
        chosen_days: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`further_caps` are limits of the version before that the fields cannot show; they stay. `events`: fields by event type;
        `chosen_days`: names of days that members choose, by code."""
        super().__init__(*args, **kwargs)
        self.further_caps = list(further_caps)
        self.money = money
        kinds = {trigger_of_type(code): fields for code, fields in (events or {}).items()} | dict(SYSTEM)
        self._offer_triggers(kinds)
        self.event = kinds.get(self.data.get("trigger", ""), {}) if self.is_bound else {}
        for field in self.fields.values():
            if isinstance(field, ConditionField):
                field.decimals, field.event = exponent(money), self.event
        names = [("", "—"), *((name, label) for name, label in LABELS.items() if name not in LINE_FIELDS)]
        names += [(f"event.{name}", label_of(f"event.{name}")) for name in sorted({name for of in kinds.values() for name in of})]
        label = _("chosen day %(name)s (write: today)")
        names += [(FACT + code, label % {"name": name}) for code, name in (chosen_days or {}).items()]
        for row in range(1, ROWS + 1):
            self.fields[f"field_{row}"] = forms.ChoiceField(label=_("Fact"), choices=names, required=False)
            self.fields[f"sign_{row}"] = forms.ChoiceField(label=_("Comparison"), choices=SIGNS, required=False)
            self.fields[f"value_{row}"] = forms.CharField(label=_("Value"), max_length=200, required=False)

    def _offer_triggers(self, kinds: Mapping[str, Mapping[str, Kind]]) -> None:
        """Let the form choose among what may happen, and among the figures that it brings."""
        known = (PURCHASE, *SYSTEM, *(one for one in kinds if one not in SYSTEM))
        figures = {(name, kind) for of in kinds.values() for name, kind in of.items() if kind in (Kind.NUMBER, Kind.MONEY)}
        counted = [("", "—"), *((f"{kind}:event.{name}", label_of(f"event.{name}")) for name, kind in sorted(figures))]
        for name, choices in (("trigger", [(one, trigger_text(one)) for one in known]), ("of", counted)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The rows of chosen conditions."""
        return [[self[f"{part}_{row}"] for part in ("field", "sign", "value")] for row in range(1, ROWS + 1)]

    @property
    def beside(self) -> list[forms.BoundField]:
        """How the rule stands to others, and its limit."""
        return [self[name] for name in ("mode", "group", "is_daily", "order", "is_bonus", "cap_per", "cap_units", "cap_uses")]

    def clean_step(self) -> int | None:
        text = self.cleaned_data["step"].strip().replace(",", ".")
        if not text:
            return None
        try:
            minor = Money.parse(text, self.money).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 1.00.")) from problem
        if not minor:
            raise forms.ValidationError(_("The step must be more than nothing."))
        return minor

    def clean_bands(self) -> list[dict[str, Any]]:
        bands = []
        for part in _names(self.cleaned_data["bands"]):
            start, _colon, rate = part.partition(":")
            try:
                if not _RATE.fullmatch(rate.strip()):
                    raise MalformedAmount(rate)
                bands.append({"from_minor": Money.parse(start.strip(), self.money).minor, "rate": f"{Decimal(rate.strip()).normalize():f}"})
            except MalformedAmount as problem:
                raise forms.ValidationError(_("Write an amount, a colon and a rate, for example 100.00: 2.")) from problem
        return bands

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["trigger"] = given.get("trigger") or PURCHASE
        if given["trigger"] != PURCHASE and given.get("kind") in COUNTING and not given.get("of") and "of" not in self.errors:
            self.add_error("of", _("Say which field of the event is counted."))
        for name in _NEEDED.get(given.get("kind", ""), ()):
            if name not in self.errors and not given.get(name):
                self.add_error(name, _("This is needed for a rule of this kind."))
        if given.get("mode") and not given.get("group"):
            self.add_error("group", _("Name the group, for example offers."))
        if given.get("is_daily") and not given.get("mode"):
            self.add_error("mode", _("Say which rule of the group counts: the first, or the one that gives most."))
        if given.get("cap_per") and not (given.get("cap_units") or given.get("cap_uses")):
            self.add_error("cap_units", _("Say the limit in points or in times."))
        if given.get("valid_from") and given.get("valid_to") and given["valid_to"] < given["valid_from"]:
            self.add_error("valid_to", _("A rule cannot end before it begins."))
        self._read_rows(given)
        return given

    def mark(self, problem: Problem) -> None:
        """Put a refusal of the definition beside the fields that say what it names."""
        for error in problem.errors or [FieldError("", problem.code, problem.detail)]:
            key = error.pointer.strip("/").partition("/")[0]
            name = _FIELD_OF.get(key, key)
            self.add_error(name if name in self.fields else None, error.detail)

    def _read_rows(self, given: dict[str, Any]) -> None:
        chosen = []
        for row in range(1, ROWS + 1):
            name, sign, value = (str(given.get(f"{part}_{row}", "")).strip() for part in ("field", "sign", "value"))
            if not name:
                continue
            text = (
                f"{name} {sign} ({', '.join(_quoted(one) for one in value.split(','))})"
                if sign == "in"
                else f"{name} {sign} {_quoted(value)}"
            )
            try:
                chosen.append(read_condition(text, of_lines=False, decimals=exponent(self.money), event=self.event))
            except forms.ValidationError as problem:
                self.add_error(f"value_{row}", _COLUMN.sub("", str(problem.message)))
        parts = [given["when"]] if given.get("when") else []
        given["chosen"] = [*parts, *chosen]

    def definition(self) -> dict[str, Any]:
        """Return what the rule keeps; what says nothing is left out."""
        given = self.cleaned_data
        kind = given["kind"]
        found: dict[str, Any] = {} if kind == RuleKind.PER_STEP else {"kind": kind}
        found |= {_KEYS[name]: _plain(given[name]) for name in _NEEDED[kind]}
        found |= {"progressive": True} if kind == RuleKind.BANDS and given["progressive"] else {}
        found |= self._of_purchases() if given["trigger"] == PURCHASE else self._of_events()
        if given["rounding"] and given["rounding"] != Rounding.FLOOR and kind not in ("fixed", "per_unit", "ceiling"):
            found["rounding"] = given["rounding"]
        chosen = given["chosen"]
        found |= {"when": chosen[0] if len(chosen) == 1 else {"all": chosen}} if chosen else {}
        return found if kind == RuleKind.CEILING else found | self._beside()

    def _beside(self) -> dict[str, Any]:
        """How the rule stands to others, and its limits; a ceiling stands above all of them."""
        given = self.cleaned_data
        found: dict[str, Any] = {}
        daily = {"per": "day"} if given["is_daily"] else {}
        found |= {"group": {"name": given["group"], "mode": given["mode"]} | daily} if given["mode"] else {}
        found |= {"phase": "bonus"} if given["is_bonus"] and given["kind"] != RuleKind.MULTIPLIER else {}
        found |= {"order": given["order"]} if given["order"] else {}
        caps = [
            {what: given[f"cap_{what}"], "per": given["cap_per"]} for what in ("units", "uses") if given["cap_per"] and given[f"cap_{what}"]
        ]
        caps += [dict(cap) for cap in self.further_caps]
        return found | ({"caps": caps} if caps else {})

    def _of_purchases(self) -> dict[str, Any]:
        """What only rules of purchases say."""
        given = self.cleaned_data
        found: dict[str, Any] = {"basis": given["basis"]}
        by_line = given["scope"] == Scope.LINE and given["kind"] != RuleKind.CEILING
        found |= {"scope": given["scope"]} if by_line else {}
        found |= {"period": given["period"]} if given["period"] and given["kind"] == RuleKind.BANDS else {}
        found |= {name: names for name in ("only_categories", "except_categories") if (names := _names(given[name]))}
        return found | ({"where": given["where"]} if given["where"] else {})

    def _of_events(self) -> dict[str, Any]:
        """What rules of all else say."""
        given = self.cleaned_data
        kind, _colon, field = given["of"].partition(":")
        counts = {"of": {"field": field, "kind": kind}} if given["kind"] in COUNTING else {}
        return {"trigger": given["trigger"]} | counts


def initial_of(said: Mapping[str, Any], money: str) -> dict[str, Any]:
    """Return the fields that say what a definition says."""
    decimals = exponent(money)
    found: dict[str, Any] = {
        "kind": said.get("kind", RuleKind.PER_STEP.value),
        "step": str(Money(said["step_minor"], money)) if "step_minor" in said else "",
    }
    found |= {"trigger": said.get("trigger", PURCHASE), "of": f"{said['of']['kind']}:{said['of']['field']}" if "of" in said else ""}
    found |= {name: said[name] for name in ("points", "rate", "factor", "basis", "scope", "rounding", "order") if name in said}
    found |= {name: ", ".join(said[name]) for name in ("only_categories", "except_categories") if name in said}
    found |= {name: write(said[name], of_lines=name == "where", decimals=decimals) for name in ("where", "when") if name in said}
    if "group" in said:
        found |= {"group": said["group"]["name"], "mode": said["group"]["mode"], "is_daily": said["group"].get("per") == "day"}
    if "bands" in said:
        found["bands"] = ", ".join(f"{Money(band['from_minor'], money)}: {band['rate']}" for band in said["bands"])
        found |= {"progressive": said.get("progressive", False), "period": said.get("period", "")}
    for cap in _shown_caps(said):
        found |= {"cap_per": cap["per"], "cap_units" if "units" in cap else "cap_uses": cap.get("units", cap.get("uses"))}
    return found | {"is_bonus": said.get("phase") == "bonus"}


def further_caps(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the limits of a definition that the fields cannot show."""
    shown = _shown_caps(said)
    return [cap for cap in said.get("caps", ()) if cap not in shown]


def _shown_caps(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the limits in points and in times of the first window that the fields know."""
    caps = [cap for cap in said.get("caps", ()) if cap["per"] in dict(PER)]
    of_window = [cap for cap in caps if cap["per"] == caps[0]["per"]]
    firsts = (next((cap for cap in of_window if what in cap), None) for what in ("units", "uses"))
    return [cap for cap in firsts if cap is not None]


_NEEDED: dict[str, tuple[str, ...]] = {
    RuleKind.PER_STEP: ("points", "step"),
    RuleKind.RATE: ("rate",),
    RuleKind.FIXED: ("points",),
    RuleKind.PER_UNIT: ("points",),
    RuleKind.BANDS: ("bands",),
    RuleKind.MULTIPLIER: ("factor",),
    RuleKind.CEILING: ("rate",),
}
_FIELD_OF = {"step_minor": "step", "caps": "cap_per", "phase": "is_bonus"}
_KEYS = {"points": "points", "step": "step_minor", "rate": "rate", "bands": "bands", "factor": "factor"}


def _plain(value: Any) -> Any:
    """Write a decimal as a whole number where it is one, else as a text without needless zeros."""
    if isinstance(value, int | list):
        return value
    return int(value) if value == int(value) else f"{value.normalize():f}"


def _quoted(text: str) -> str:
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _names(text: str) -> list[str]:
    parts: Iterable[str] = text.split(",")
    return [name for part in parts if (name := part.strip())]


class NewRuleForm(RuleForm):
    """The first version of a rule, with its name, its code and the currency that it gives."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Members read it."))
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters and hyphens, for example double-fruit.")
    )
    currency = forms.ModelChoiceField(PointCurrency.objects.none(), label=gettext_lazy("Currency"))
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label=gettext_lazy("Campaign"),
        required=False,
        empty_label=gettext_lazy("none: it counts for everybody"),
        help_text=gettext_lazy("The rule then counts only for those, on those days and within the budget that the campaign says."),
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(programme.currency, *args, **kwargs)
        self.programme = programme
        currency = self.fields["currency"]
        assert isinstance(currency, forms.ModelChoiceField)
        currency.queryset = programme.currencies.select_related("unit").order_by("-is_default", "code")
        currency.initial = currency.queryset.first()
        campaign = self.fields["campaign"]
        assert isinstance(campaign, forms.ModelChoiceField)
        campaign.queryset = programme.campaigns.exclude(state="ended").order_by("name", "pk")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if self.programme.earning_rules.filter(code=code).exists():
            raise forms.ValidationError(_("Another rule of this programme has this code."))
        return code
