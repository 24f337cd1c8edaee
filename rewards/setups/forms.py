"""What colleagues set up, as they fill it in: one form for each kind."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import FieldError, Problem
from rewards.chosen_days.domain import Every
from rewards.events.domain.moments import PROFILE_FIELDS
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup
from rewards.setups.words import PROFILE

_DAY = {"type": "date"}
_FRAME = {"name", "code", "valid_from", "valid_to"}
"""The fields that say nothing of the definition."""
_LINE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<needed>\*?)\s*:\s*(?P<kind>[a-z-]+)\s*(?:\((?P<more>[^()]*)\))?", re.ASCII)
_RANGE = re.compile(r"(-?[0-9]{1,12})\s*\.\.\s*(-?[0-9]{1,12})", re.ASCII)
_PROPERTIES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "format": "decimal"},
    "money": {"type": "string", "format": "money"},
    "date": {"type": "string", "format": "date"},
    "yes-no": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
}


class SetupForm(forms.Form):
    """What all kinds share: the days. `definition` is what the fields say."""

    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), help_text=gettext_lazy("Tomorrow or later.")
    )
    valid_to = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), required=False)

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        """`said` is the definition of the version before."""
        super().__init__(data, initial=self.initial_of(said, programme) if said is not None else {})
        self.programme = programme
        if is_new:
            self.fields["name"] = forms.CharField(label=_("Name"), max_length=100)
            self.fields["code"] = forms.SlugField(
                label=_("Code"), max_length=40, help_text=_("Small letters and hyphens, for example coffee-card.")
            )
            self.order_fields(["name", "code"])

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:  # noqa: ARG004  # kinds that write money need it
        """Return the fields that say what a definition says."""
        return dict(said)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if Setup.objects.filter(programme=self.programme, kind=self.kind, code=code).exists():
            raise forms.ValidationError(_("Another one of this kind has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("valid_from") and given.get("valid_to") and given["valid_to"] < given["valid_from"]:
            self.add_error("valid_to", _("Nothing can end before it begins."))
        return given

    def mark(self, problem: Problem) -> None:
        """Put a refusal of the definition beside the fields that say what it names."""
        for error in problem.errors or [FieldError("", problem.code, problem.detail)]:
            steps = [step for step in error.pointer.split("/") if step]
            name = next((one for one in (*steps, self.main_field) if one in self.fields), None)
            self.add_error(name, f"{error.pointer}: {error.detail}" if steps and name == self.main_field else error.detail)

    kind: SetupKind
    main_field = ""
    """The field that says most: faults with no field of their own stand beside it."""

    def definition(self) -> dict[str, Any]:
        """Return what the fields say by their names, what is left empty left out; kinds that say it otherwise write it themselves."""
        given = {name: self.cleaned_data[name] for name in self.fields if name not in _FRAME}
        return {name: value for name, value in given.items() if value is not None}


class EventTypeForm(SetupForm):
    """An event type: its fields line by line."""

    kind = SetupKind.EVENT_TYPE
    main_field = "schema"

    schema = forms.CharField(
        label=gettext_lazy("Fields, one on each line"),
        max_length=8_000,
        required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=gettext_lazy(
            "Name, * where it is needed, and kind: minutes*: integer (1..600), club: text (north|south), also decimal, money, date, yes-no, texts."
        ),
    )
    late_days = forms.IntegerField(
        label=gettext_lazy("Days after it happened for which it is taken"), min_value=0, max_value=3_650, initial=30
    )
    field_order = ("name", "code", "schema", "late_days")

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:  # noqa: ARG004  # kinds that write money need it
        schema = said.get("schema", {})
        needed = schema.get("required", [])
        lines = [_line_of(name, one, is_needed=name in needed) for name, one in schema.get("properties", {}).items()]
        return {"schema": "\n".join(lines), "late_days": said.get("late_days", 30)}

    def clean_schema(self) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required = []
        for number, line in enumerate(self.cleaned_data["schema"].splitlines(), start=1):
            if not line.strip():
                continue
            match = _LINE.fullmatch(line.strip())
            if match is None or match["kind"] not in _PROPERTIES or match["name"] in properties:
                known = ", ".join(_PROPERTIES)
                raise forms.ValidationError(
                    _("Line %(line)s: write name: kind, each name once. Kinds are %(known)s.") % {"line": number, "known": known}
                )
            properties[match["name"]] = _PROPERTIES[match["kind"]] | _more(match["kind"], match["more"] or "", number)
            required += [match["name"]] if match["needed"] else []
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


class MomentsForm(SetupForm):
    """The programme's own moments."""

    kind = SetupKind.MOMENTS
    main_field = "profile_fields"

    birthday_window_days = forms.IntegerField(
        label=gettext_lazy("Days after a birthday on which it is still given"), min_value=0, max_value=60, initial=7
    )
    anniversary_window_days = forms.IntegerField(
        label=gettext_lazy("Days after an anniversary on which it is still given"), min_value=0, max_value=60, initial=7
    )
    profile_fields = forms.MultipleChoiceField(
        label=gettext_lazy("A whole profile holds"),
        choices=[(name, PROFILE[name]) for name in PROFILE_FIELDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    attributes = forms.CharField(
        label=gettext_lazy("and these further facts"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Separated by commas, as the API names them."),
    )
    field_order = ("birthday_window_days", "anniversary_window_days", "profile_fields", "attributes")

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:  # noqa: ARG004  # kinds that write money need it
        fields = said.get("profile_fields", [])
        further = [name.removeprefix("attributes.") for name in fields if name.startswith("attributes.")]
        return {**said, "profile_fields": [name for name in fields if name in PROFILE], "attributes": ", ".join(further)}

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        further = [f"attributes.{name}" for part in given["attributes"].split(",") if (name := part.strip())]
        windows = {name: given[name] for name in ("birthday_window_days", "anniversary_window_days")}
        return windows | {"profile_fields": [*given["profile_fields"], *further]}


class ChosenDayForm(SetupForm):
    """A day that each member chooses."""

    kind = SetupKind.CHOSEN_DAY
    main_field = "every"

    every = forms.ChoiceField(
        label=gettext_lazy("A member chooses one day of each"),
        choices=[
            (Every.WEEK.value, gettext_lazy("week")),
            (Every.MONTH.value, gettext_lazy("month")),
            (Every.QUARTER.value, gettext_lazy("quarter")),
            (Every.YEAR.value, gettext_lazy("year")),
        ],
        initial=Every.MONTH.value,
        help_text=gettext_lazy("A rule then counts on it with the condition chosen_day.CODE = today."),
    )
    field_order = ("name", "code", "every")


class ReferralForm(SetupForm):
    """The terms of referrals."""

    kind = SetupKind.REFERRAL

    least_minor = forms.CharField(label=gettext_lazy("The friend's first purchase is worth at least"), max_length=14, initial="0")
    hold_days = forms.IntegerField(
        label=gettext_lazy("Days until both are rewarded"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=gettext_lazy("Empty: the days in which goods may be brought back."),
    )
    join_days = forms.IntegerField(
        label=gettext_lazy("Days after joining in which a friend names the code"), min_value=1, max_value=365, initial=14
    )
    purchase_days = forms.IntegerField(
        label=gettext_lazy("Days after joining for the first purchase"), min_value=1, max_value=730, initial=90
    )
    most_in_30_days = forms.IntegerField(label=gettext_lazy("Friends of one member in 30 days"), min_value=1, max_value=1_000, initial=10)
    field_order = ("least_minor", "hold_days", "join_days", "purchase_days", "most_in_30_days")

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
        return {**said, "least_minor": str(Money(said.get("least_minor", 0), programme.currency))}

    def clean_least_minor(self) -> int:
        try:
            return Money.parse(self.cleaned_data["least_minor"].strip().replace(",", "."), self.programme.currency).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 1.00.")) from problem


def currencies_of(programme: Programme) -> list[tuple[str, str]]:
    """The point currencies to choose from, the main one first."""
    rows = PointCurrency.objects.filter(programme=programme).order_by("-is_default", "code")
    return [(currency.code, str(currency)) for currency in rows]


def _more(kind: str, text: str, number: int) -> dict[str, Any]:
    """What stands in brackets: choices of a text, the range of a whole number."""
    if not text.strip():
        return {}
    if kind == "text":
        return {"enum": [choice.strip() for choice in text.split("|")]}
    match = _RANGE.fullmatch(text.strip())
    if kind != "integer" or match is None:
        raise forms.ValidationError(_("Line %(line)s: write text (this|that) or integer (1..600).") % {"line": number})
    return {"minimum": int(match[1]), "maximum": int(match[2])}


def _line_of(name: str, one: Mapping[str, Any], *, is_needed: bool) -> str:
    plain = {key: one[key] for key in ("type", "format", "items") if key in one}
    kind = next(
        (kind for kind, of in _PROPERTIES.items() if {**of, "items": plain.get("items")} == {**plain, "items": plain.get("items")}), "text"
    )
    more = f" ({'|'.join(one['enum'])})" if one.get("enum") else ""
    if "minimum" in one and "maximum" in one:
        more = f" ({one['minimum']}..{one['maximum']})"
    return f"{name}{'*' if is_needed else ''}: {kind}{more}"
