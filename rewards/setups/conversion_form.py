"""A conversion, as colleagues fill it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import Use, allows
from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.points import MOST_POINTS
from rewards.conversions.domain import ConversionKind, Every
from rewards.setups.domain import SetupKind
from rewards.setups.forms import SetupForm


class ConversionForm(SetupForm):
    """From what, into what, how many, and when."""

    kind = SetupKind.CONVERSION
    main_field = "source"

    source = forms.ChoiceField(label=gettext_lazy("From"), help_text=gettext_lazy("A currency that gathers."))
    target = forms.ChoiceField(label=gettext_lazy("Into"), help_text=gettext_lazy("A currency that members spend."))
    way = forms.ChoiceField(
        label=gettext_lazy("How many"),
        choices=[
            (ConversionKind.STEPS.value, gettext_lazy("so many make so many; the rest stays")),
            (ConversionKind.RATE.value, gettext_lazy("all, at a rate that is decided when the period is over")),
        ],
    )
    step_units = forms.IntegerField(
        label=gettext_lazy("So many units"),
        min_value=1,
        max_value=MOST_POINTS,
        required=False,
        help_text=gettext_lazy("In the smallest unit: cents of a currency like money."),
    )
    gives_units = forms.IntegerField(label=gettext_lazy("make so many"), min_value=1, max_value=MOST_POINTS, required=False)
    every = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=[
            (Every.DAY.value, gettext_lazy("day")),
            (Every.MONTH.value, gettext_lazy("month")),
            (Every.QUARTER.value, gettext_lazy("quarter")),
            (Every.YEAR.value, gettext_lazy("year")),
        ],
    )
    after_days = forms.IntegerField(
        label=gettext_lazy("Days between the end of the period and the conversion"), min_value=0, max_value=366, initial=0
    )
    valid_days = forms.IntegerField(
        label=gettext_lazy("Days for which what is given can be used"),
        min_value=1,
        max_value=36_500,
        required=False,
        help_text=gettext_lazy("Empty: as the terms of its currency say."),
    )
    field_order = ("name", "code", "source", "target", "way", "step_units", "gives_units", "every", "after_days", "valid_days")

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        super().__init__(programme, data, said=said, is_new=is_new)
        rows = list(PointCurrency.objects.filter(programme=programme).order_by("code"))
        for name, use in (("source", Use.CONVERT), ("target", Use.RECEIVE_CONVERTED)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(row.code, str(row)) for row in rows if allows(row.kind, use)]

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:  # noqa: ARG004  # kinds that write money need it
        return {**said, "source": said.get("from"), "target": said.get("to"), "way": said.get("kind")}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("way") == ConversionKind.STEPS and not given.get("step_units"):
            self.add_error("step_units", _("Say how many make a step."))
        return given

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        steps = {"step_units": given["step_units"], "gives_units": given["gives_units"] or given["step_units"]}
        valid = {} if given["valid_days"] is None else {"valid_days": given["valid_days"]}
        names = {"from": given["source"], "to": given["target"], "kind": given["way"], "every": given["every"]}
        return {**names, **(steps if given["way"] == ConversionKind.STEPS else {}), "after_days": given["after_days"], **valid}
