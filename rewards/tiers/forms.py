"""A ladder as colleagues fill it in: what counts, over which time, how tiers are kept, and what each asks and brings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.staff.deciding import DecisionForm
from loyalty.kit.money import MalformedAmount, Money, exponent
from loyalty.kit.problems import FieldError, Problem
from rewards.earning.domain.expressions import write
from rewards.earning.form_choices import ConditionField
from rewards.tiers.domain.definition import MOST_METRICS, MOST_TIERS
from rewards.tiers.domain.scheme import Base, DowngradeKind, KeepsKind, WindowKind
from rewards.tiers.models import TierAward, TierLadder

METRICS, TIERS = 3, 6
"""So many rows the form has at least."""
_NOTHING: Mapping[str, Any] = {}

_KINDS = [
    ("", "—"),
    ("gross", gettext_lazy("price of what was bought")),
    ("paid", gettext_lazy("what was paid in money")),
    ("units", gettext_lazy("points of a currency earned by purchases")),
    ("days", gettext_lazy("days with a purchase")),
    ("purchases", gettext_lazy("purchases")),
    ("elements", gettext_lazy("pieces bought")),
]
_WINDOWS = [
    (WindowKind.CALENDAR_YEAR.value, gettext_lazy("the calendar year")),
    ("days", gettext_lazy("the last so many days")),
    ("months", gettext_lazy("the last so many months")),
    (WindowKind.ANNIVERSARY.value, gettext_lazy("the member's year, from the day of joining")),
    (WindowKind.MEMBERSHIP_YEAR.value, gettext_lazy("the member's year, begun anew with each tier reached or kept")),
    (WindowKind.LIFETIME.value, gettext_lazy("the whole membership")),
]
_KEEPS = [
    (KeepsKind.END_OF_YEAR.value, gettext_lazy("to the end of the year")),
    (KeepsKind.END_OF_NEXT_YEAR.value, gettext_lazy("to the end of the next year")),
    (KeepsKind.MONTHS.value, gettext_lazy("so many months")),
]
_DOWNGRADES = [
    (DowngradeKind.FULL.value, gettext_lazy("falls to the tier that was earned")),
    (DowngradeKind.ONE_STEP.value, gettext_lazy("falls one step for a period, then to the tier that was earned")),
    (DowngradeKind.SOFT_LANDING.value, gettext_lazy("falls one step each period")),
    (DowngradeKind.NONE.value, gettext_lazy("keeps it for good")),
]
_BASES = [
    (Base.FIRST_PURCHASE.value, gettext_lazy("from the first purchase on")),
    (Base.JOINING.value, gettext_lazy("from joining on")),
]
_DAY = {"type": "date"}
_FIELDS = {"other_names": "others"}
_AMOUNT = re.compile(r"([a-z][a-z0-9_-]*)\s+([0-9]+(?:[.,][0-9]+)?)", re.ASCII)
_CODED = re.compile(r"([a-z][a-z0-9_-]{0,39}):\s*(\S.*)", re.ASCII)


class LadderForm(forms.Form):
    """The next version of a ladder. `definition` is what the fields say, as the ladder keeps it."""

    window = forms.ChoiceField(label=gettext_lazy("It counts over"), choices=_WINDOWS)
    window_number = forms.IntegerField(label=gettext_lazy("How many days or months"), min_value=1, max_value=3_660, required=False)
    keeps = forms.ChoiceField(label=gettext_lazy("A tier is kept"), choices=_KEEPS, initial=KeepsKind.END_OF_NEXT_YEAR.value)
    keeps_months = forms.IntegerField(label=gettext_lazy("How many months"), min_value=1, max_value=120, required=False)
    downgrade = forms.ChoiceField(label=gettext_lazy("Who does not keep it"), choices=_DOWNGRADES)
    grace_days = forms.IntegerField(label=gettext_lazy("Days of grace before"), min_value=0, max_value=366, required=False)
    base = forms.ChoiceField(label=gettext_lazy("A tier that asks nothing is held"), choices=_BASES)
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), help_text=gettext_lazy("Tomorrow or later.")
    )

    def __init__(self, programme: Programme, *args: Any, said: Mapping[str, Any] = _NOTHING, **kwargs: Any) -> None:
        """`said` is the definition of the version before: the form has rows for all of it."""
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.metric_count = min(MOST_METRICS, max(METRICS, len(said.get("metrics", ())) + 1))
        self.tier_count = min(MOST_TIERS, max(TIERS, len(said.get("tiers", ())) + 2))
        currencies = [("", "—"), *((row.code, row.plural_word) for row in programme.currencies.order_by("-is_default", "code"))]
        for row in range(1, self.metric_count + 1):
            self.fields[f"metric_{row}"] = forms.CharField(
                label=_("Name"), max_length=20, required=False, help_text=_("A short word, for example spend.")
            )
            self.fields[f"kind_{row}"] = forms.ChoiceField(label=_("What counts"), choices=_KINDS, required=False)
            self.fields[f"currency_{row}"] = forms.ChoiceField(label=_("Currency of the points"), choices=currencies, required=False)
            where = ConditionField(of_lines=True, label=_("Only lines with"))
            where.decimals = exponent(programme.currency)
            self.fields[f"where_{row}"] = where
        for row in range(1, self.tier_count + 1):
            self._tier_fields(row)

    def _tier_fields(self, row: int) -> None:
        asks = _("For example: spend 500.00 and visits 4. Write or instead of and where one is enough.")
        fields = {
            "code": forms.CharField(label=_("Code"), max_length=20, required=False),
            "name": forms.CharField(label=_("Name"), max_length=50, required=False),
            "others": forms.CharField(
                label=_("Name in other languages"), max_length=300, required=False, help_text=_("For example tr: Gümüş.")
            ),
            "reach": forms.CharField(label=_("To reach it"), max_length=300, required=False, help_text=asks),
            "keep": forms.CharField(label=_("To keep it"), max_length=300, required=False, help_text=_("Empty: as much as to reach it.")),
            "benefits": forms.CharField(
                label=_("What it brings"),
                max_length=5_000,
                required=False,
                widget=forms.Textarea({"rows": 2}),
                help_text=_("A line for each, for example lounge: Lounge access | tr: Salona giriş"),
            ),
        }
        for name, field in fields.items():
            self.fields[f"{name}_{row}"] = field

    @property
    def metric_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}_{row}"] for part in ("metric", "kind", "currency", "where")] for row in range(1, self.metric_count + 1)]

    @property
    def tier_rows(self) -> list[list[forms.BoundField]]:
        parts = ("code", "name", "others", "reach", "keep", "benefits")
        return [[self[f"{part}_{row}"] for part in parts] for row in range(1, self.tier_count + 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("window") in ("days", "months") and not given.get("window_number"):
            self.add_error("window_number", _("Say how many."))
        if given.get("keeps") == KeepsKind.MONTHS and not given.get("keeps_months"):
            self.add_error("keeps_months", _("Say how many."))
        self.kinds = {given.get(f"metric_{row}", ""): given.get(f"kind_{row}", "") for row in range(1, self.metric_count + 1)}
        self.named = {given.get(f"metric_{row}", ""): row for row in range(1, self.metric_count + 1)}
        self.filled = [row for row in range(1, self.tier_count + 1) if given.get(f"code_{row}")]
        given["tiers"] = [self._tier(given, row) for row in self.filled]
        return given

    def definition(self) -> dict[str, Any]:
        """Return what the ladder keeps."""
        given = self.cleaned_data
        window = given["window"]
        counted = {"kind": "rolling", window: given["window_number"]} if window in ("days", "months") else {"kind": window}
        keeps = {"kind": given["keeps"]} | ({"months": given["keeps_months"]} if given["keeps"] == KeepsKind.MONTHS else {})
        downgrade = {"kind": given["downgrade"]} | ({"grace_days": given["grace_days"]} if given["grace_days"] else {})
        metrics = {given[f"metric_{row}"]: self._metric(given, row) for row in range(1, self.metric_count + 1) if given[f"kind_{row}"]}
        found = {"metrics": metrics, "window": counted, "keeps": keeps, "downgrade": downgrade, "base": given["base"]}
        return found | {"tiers": given["tiers"]}

    def mark(self, problem: Problem) -> None:
        """Put a refusal of the definition beside the fields that say what it names."""
        for error in problem.errors or [FieldError("", problem.code, problem.detail)]:
            self.add_error(self._field_of(error.pointer.strip("/").split("/")), error.detail)

    def _field_of(self, path: list[str]) -> str | None:
        """The field that says what stands there; what is wrong twice is no longer among the cleaned data."""
        if path[0] == "tiers" and len(path) > 2 and path[1].isdigit():
            name = f"{_FIELDS.get(path[2], path[2])}_{self.filled[int(path[1])]}"
            return name if name in self.fields else None
        if path[0] == "metrics" and len(path) > 1 and path[1] in self.named:
            return f"{path[2] if path[-1] in ('currency', 'where') else 'metric'}_{self.named[path[1]]}"
        return path[0] if path[0] in self.fields else None

    def _metric(self, given: Mapping[str, Any], row: int) -> dict[str, Any]:
        kind = given[f"kind_{row}"]
        where = {"where": given[f"where_{row}"]} if given[f"where_{row}"] else {}
        match kind:
            case "gross" | "paid":
                return {"kind": "spend", "basis": kind} | where
            case "units":
                return {"kind": "units", "currency": given[f"currency_{row}"]}
            case "elements":
                return {"kind": "elements"} | where
        return {"kind": "visits", "of": kind}

    def _tier(self, given: Mapping[str, Any], row: int) -> dict[str, Any]:
        said: dict[str, Any] = {"code": given[f"code_{row}"], "name": given.get(f"name_{row}", "")}
        said |= {"other_names": names} if (names := self._coded(f"others_{row}", given.get(f"others_{row}", "").split("|"))) else {}
        for part in ("reach", "keep"):
            if text := given.get(f"{part}_{row}", "").strip():
                said[part] = self._threshold(f"{part}_{row}", text)
        lines = [line for line in given.get(f"benefits_{row}", "").splitlines() if line.strip()]
        return said | ({"benefits": [self._benefit(f"benefits_{row}", line) for line in lines]} if lines else {})

    def _benefit(self, field: str, line: str) -> dict[str, Any]:
        first, *others = line.split("|")
        named = self._coded(field, [first])
        code, text = next(iter(named.items()), ("", ""))
        return {"code": code, "text": text} | ({"other_texts": self._coded(field, others)} if others else {})

    def _coded(self, field: str, parts: list[str]) -> dict[str, str]:
        found = {}
        for part in parts:
            if not part.strip():
                continue
            match = _CODED.fullmatch(part.strip())
            if match is None:
                self.add_error(field, _("Write a code, a colon and the words."))
            else:
                found[match[1]] = match[2]
        return found

    def _threshold(self, field: str, text: str) -> dict[str, Any]:
        how = "any" if " or " in text else "all"
        least: dict[str, Any] = {}
        for part in text.split(" or " if how == "any" else " and "):
            match = _AMOUNT.fullmatch(part.strip())
            if match is None:
                self.add_error(field, _("Write a metric and how much of it, for example spend 500.00."))
                continue
            least[match[1]] = self._amount(field, self.kinds.get(match[1], ""), match[2].replace(",", "."))
        return {how: least}

    def _amount(self, field: str, kind: str, text: str) -> int | str:
        if kind not in ("gross", "paid"):
            return int(text) if text.isdigit() else text
        try:
            return Money.parse(text, self.programme.currency).minor
        except MalformedAmount:
            self.add_error(field, _("Write an amount, for example 500.00."))
            return 0


class NewLadderForm(LadderForm):
    """The first version of a ladder, with its name and code."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Members read it."))
    code = forms.RegexField(
        r"\A[a-z][a-z0-9_]*\Z",
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and underscores; rules ask for it as member.tiers.code."),
    )
    is_main = forms.BooleanField(label=gettext_lazy("The programme's main ladder"), required=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if TierLadder.objects.filter(programme=self.programme, code=code).exists():
            raise forms.ValidationError(_("Another ladder of this programme has this code."))
        return code


def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """Return the fields that say what a definition says."""
    window, keeps, downgrade = said["window"], said.get("keeps", {}), said.get("downgrade", {})
    length = next((part for part in ("days", "months") if part in window), window["kind"])
    found: dict[str, Any] = {
        "window": length,
        "window_number": window.get("days") or window.get("months"),
        "keeps": keeps.get("kind", KeepsKind.END_OF_NEXT_YEAR.value),
        "keeps_months": keeps.get("months"),
        "downgrade": downgrade.get("kind", DowngradeKind.FULL.value),
        "grace_days": downgrade.get("grace_days"),
        "base": said.get("base", Base.FIRST_PURCHASE.value),
    }
    kinds = {}
    for row, (name, metric) in enumerate(said["metrics"].items(), start=1):
        kinds[name] = metric.get("basis", "gross") if metric["kind"] == "spend" else metric.get("of", metric["kind"])
        kinds[name] = "days" if kinds[name] == "visits" else kinds[name]
        found |= {f"metric_{row}": name, f"kind_{row}": kinds[name], f"currency_{row}": metric.get("currency", "")}
        if "where" in metric:
            found[f"where_{row}"] = write(metric["where"], of_lines=True, decimals=exponent(programme.currency))
    for row, tier in enumerate(said["tiers"], start=1):
        found |= _tier_initial(row, tier, kinds, programme)
    return found


def _tier_initial(row: int, tier: Mapping[str, Any], kinds: Mapping[str, str], programme: Programme) -> dict[str, Any]:
    found = {f"code_{row}": tier["code"], f"name_{row}": tier["name"]}
    found[f"others_{row}"] = " | ".join(f"{code}: {text}" for code, text in tier.get("other_names", {}).items())
    for part in ("reach", "keep"):
        for how, least in (tier.get(part) or {}).items():
            amounts = [f"{name} {_written(kinds.get(name, ''), amount, programme)}" for name, amount in least.items()]
            found[f"{part}_{row}"] = (" and " if how == "all" else " or ").join(amounts)
    found[f"benefits_{row}"] = "\n".join(
        " | ".join(f"{code}: {text}" for code, text in [(benefit["code"], benefit["text"]), *benefit.get("other_texts", {}).items()])
        for benefit in tier.get("benefits", ())
    )
    return found


def _written(kind: str, amount: Any, programme: Programme) -> str:
    return str(Money(amount, programme.currency)) if kind in ("gross", "paid") else str(amount)


class AwardForm(forms.Form):
    """Which tier a member is given by hand, until when, and why."""

    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Why?"))
    to_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    note = forms.CharField(
        label=gettext_lazy("What is the reason?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The colleague who decides reads this; so does the auditor."),
    )
    proof = forms.CharField(
        label=gettext_lazy("What shows it?"),
        max_length=500,
        help_text=gettext_lazy("Where the evidence can be seen: a letter, a card of the other programme, a case."),
    )

    def __init__(self, tiers: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("tier", tiers), ("kind", TierAward.Kind.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class AwardDecisionForm(DecisionForm):
    agree_text = gettext_lazy("Agree and give the tier")
