"""A basket that nobody has bought yet."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import Channel, Store
from accounts.programmes.models import Programme
from loyalty.kit.money import Money
from rewards.purchases.domain import LineFacts, whole_line
from rewards.till.forms import MoneyField, SaleLines

FARTHEST = dt.timedelta(days=366)
"""How far ahead one may ask: nobody knows the rules of later years."""
_MOST_CODES = 20


class WhatIfForm(forms.Form):
    """An amount, and the day on which it would be spent."""

    amount = MoneyField(
        label=gettext_lazy("Amount"), required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )
    on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any, *, programme: Programme, today: dt.date) -> None:
        super().__init__(data)
        self.programme, self.today = programme, today
        self.initial = {"on": today}
        self.fields["amount"].currency = programme.currency  # type: ignore[attr-defined]  # it is a MoneyField

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"] or self.today
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("Choose a day within the next year."))
        return day

    def lines_with(self, lines: SaleLines | None) -> tuple[LineFacts, ...]:
        """Return what would be bought: lines, or an amount; one of the two is needed."""
        amount: Money | None = self.cleaned_data.get("amount")
        facts = lines.facts() if lines is not None else ()
        if facts:
            return facts
        if amount is not None and amount.minor:
            return (whole_line(amount),)
        if "amount" not in self.errors:
            self.add_error("amount", _("Type an amount."))
        return ()


class StaffWhatIfForm(WhatIfForm):
    """The same with where and how it would be bought."""

    store = forms.ModelChoiceField(label=gettext_lazy("Store"), queryset=Store.objects.none(), required=False, to_field_name="code")
    channel = forms.ModelChoiceField(label=gettext_lazy("Channel"), queryset=Channel.objects.none(), required=False, to_field_name="code")
    codes = forms.CharField(
        label=gettext_lazy("Codes"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Promotion codes, with commas between them."),
    )

    def __init__(self, data: Any, *, programme: Programme, today: dt.date) -> None:
        super().__init__(data, programme=programme, today=today)
        entity = programme.legal_entity_id
        for name in ("store", "channel"):
            self.fields[name].empty_label = "–"  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["store"].queryset = Store.objects.filter(entity=entity).order_by("name", "pk")  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["channel"].queryset = Channel.objects.filter(entity=entity).order_by("pk")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_codes(self) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code for part in self.cleaned_data["codes"].split(",") if (code := part.strip())))
        if len(codes) > _MOST_CODES or any(len(code) > 40 for code in codes):
            raise forms.ValidationError(_("Write at most %(most)s codes of at most 40 signs.") % {"most": _MOST_CODES})
        return codes
