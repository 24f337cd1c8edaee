"""Recognition, as colleagues fill it in."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import Use, allows
from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.points import MOST_POINTS
from rewards.recognition.domain import MOST_TIMES
from rewards.setups.domain import SetupKind
from rewards.setups.forms import SetupForm

_VALUE = re.compile(r"(?P<code>[a-z][a-z0-9_-]{0,39})\s*:\s*(?P<name>.+)")
_EXTRA = ("extra_attribute", "extra_each_units", "extra_most_units")


class RecognitionForm(SetupForm):
    """What may be given away, what arrives, for what, and within which limits."""

    kind = SetupKind.RECOGNITION
    main_field = "allowance"

    allowance = forms.ChoiceField(label=gettext_lazy("Given away"), help_text=gettext_lazy("A currency of the kind allowance."))
    earned = forms.ChoiceField(label=gettext_lazy("Arrives as"))
    monthly_units = forms.IntegerField(
        label=gettext_lazy("Each member may give away in a month"),
        min_value=1,
        max_value=MOST_POINTS,
        initial=100,
        help_text=gettext_lazy("In the smallest unit."),
    )
    extra_attribute = forms.CharField(
        label=gettext_lazy("More by a fact of the member"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A whole number that the API keeps, for example direct_reports."),
    )
    extra_each_units = forms.IntegerField(label=gettext_lazy("So much more for each"), min_value=1, max_value=MOST_POINTS, required=False)
    extra_most_units = forms.IntegerField(label=gettext_lazy("At most so much more"), min_value=1, max_value=MOST_POINTS, required=False)
    prorate = forms.BooleanField(label=gettext_lazy("Who joins within a month gets the part that is left"), required=False)
    values = forms.CharField(
        label=gettext_lazy("What it is for, one on each line"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("teamwork: Teamwork"),
    )
    least_units = forms.IntegerField(label=gettext_lazy("At least, at once"), min_value=1, max_value=MOST_POINTS, initial=1)
    most_units = forms.IntegerField(
        label=gettext_lazy("At most, at once"),
        min_value=1,
        max_value=MOST_POINTS,
        required=False,
        help_text=gettext_lazy("Empty: all that is left."),
    )
    times_a_day = forms.IntegerField(label=gettext_lazy("Times a day at most"), min_value=1, max_value=MOST_TIMES, initial=20)
    field_order = ("allowance", "earned", "monthly_units", *_EXTRA, "prorate", "values", "least_units", "most_units", "times_a_day")

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        super().__init__(programme, data, said=said, is_new=is_new)
        self.said = said or {}
        rows = list(PointCurrency.objects.filter(programme=programme).order_by("code"))
        for name, use in (("allowance", Use.GIVE), ("earned", Use.REWARD)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(row.code, str(row)) for row in rows if allows(row.kind, use)]

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:  # noqa: ARG004  # kinds that write money need it
        extra = {f"extra_{key}": value for key, value in said.get("extra", {}).items()}
        lines = [f"{code}: {one['name']}" for code, one in sorted(said.get("values", {}).items())]
        return {**said, **extra, "values": "\n".join(lines)}

    def clean_values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        before = self.said.get("values", {})
        for number, line in enumerate(self.cleaned_data["values"].splitlines(), start=1):
            if not line.strip():
                continue
            match = _VALUE.fullmatch(line.strip())
            if match is None or match["code"] in found:
                raise forms.ValidationError(_("Line %(line)s: write code: Name, each code once.") % {"line": number})
            other = before.get(match["code"], {}).get("other_names")  # names in other languages, which the lines cannot show, stay
            found[match["code"]] = {"name": match["name"].strip(), **({"other_names": other} if other else {})}
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        said = [name for name in _EXTRA if given.get(name)]
        if said and len(said) < len(_EXTRA):
            missing = next(name for name in _EXTRA if name not in said)
            self.add_error(missing, _("Fill in all three, or none."))
        return given

    def definition(self) -> dict[str, Any]:
        said = {name: value for name, value in super().definition().items() if name not in _EXTRA and value not in ("", {}, False)}
        if self.cleaned_data["extra_attribute"]:
            said["extra"] = {name.removeprefix("extra_"): self.cleaned_data[name] for name in _EXTRA}
        return said
