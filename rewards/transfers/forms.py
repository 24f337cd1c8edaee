"""What members and colleagues type about transfers; what it means is decided by the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.kit.points import MOST_POINTS
from rewards.transfers.domain import NOTE_SYMBOLS


class PointsField(forms.DecimalField):
    """Points as people write them (12.50 where a point has two decimals); cleaned, they are units of the currency (1250)."""

    def __init__(self, *, scale: int = 0, **more: Any) -> None:
        self.unit = Decimal(1).scaleb(-scale)
        super().__init__(min_value=self.unit, max_value=MOST_POINTS * self.unit, decimal_places=scale, **more)

    def clean(self, value: Any) -> int:
        return int(super().clean(value) / self.unit)

    def prepare_value(self, value: Any) -> Any:
        return value * self.unit if isinstance(value, int) else value


class SendForm(forms.Form):
    """To whom, and how many."""

    to = forms.CharField(
        label=_("Card number or e-mail of the other member"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    units = PointsField()

    def __init__(self, *given: Any, scale: int, **more: Any) -> None:
        super().__init__(*given, **more)
        widget = forms.NumberInput({"inputmode": "decimal" if scale else "numeric"})
        self.fields["units"] = PointsField(scale=scale, label=_("How many points?"), widget=widget)


class UndoForm(forms.Form):
    """How many points go back, why, and that it is meant; `before` had gone back when the page was shown."""

    before = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_POINTS)
    units = PointsField()
    note = forms.CharField(
        label=_("Why are they taken back?"),
        max_length=NOTE_SYMBOLS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Stays with the transfer; colleagues and the auditor read it, the members do not."),
    )
    sure = forms.BooleanField(label=_("This is the right transfer, and both members will hear of it"))

    def __init__(self, *given: Any, scale: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["units"] = PointsField(scale=scale, label=_("Points to take back"))
