"""The form of a new estimate for gift cards."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.journals.wording import month_name


class CardEstimateForm(forms.Form):
    """How much of what cards are sold for will be spent, what becomes of the rest, from which close on, and how one knows."""

    percentage = forms.DecimalField(
        label=_("Percentage that will be spent"),
        help_text=_("The rest is earned as cards pay. Empty if nobody can say yet: then it is earned when a card runs out."),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        required=False,
    )
    unclaimed_percentage = forms.DecimalField(
        label=_("Percentage of the rest that the law gives to the state"),
        help_text=_("100 where the law forbids to keep it, 0 where it says nothing. This part is never earned."),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        initial=0,
    )
    valid_from = forms.ChoiceField(label=_("From the close of"))
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("How was it found, from which data, and who looked at it? An auditor reads this."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4_000,
    )

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["valid_from"].choices = [(month.isoformat(), month_name(month)) for month in months]

    def draft(self) -> dict[str, Any]:
        """Return the arguments of `draft_estimate`."""
        return {**self.cleaned_data, "valid_from": dt.date.fromisoformat(self.cleaned_data["valid_from"])}
