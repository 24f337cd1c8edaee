"""The form of a new estimate."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.estimates.queries import Choices
from reporting.journals.wording import month_name


class EstimateForm(forms.Form):
    """How many of the points granted will be redeemed in the end, from which close on, and how one knows."""

    percentage = forms.DecimalField(
        label=_("Percentage that will be redeemed"),
        help_text=_("Of all points granted, how many will members redeem in the end? The rest is breakage."),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
    )
    valid_from = forms.ChoiceField(label=_("From the close of"))
    grant_month = forms.ChoiceField(
        label=_("For which points"), required=False, help_text=_("An estimate for one month goes before one for all.")
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("How was it found, from which data, and who looked at it? An auditor reads this."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4_000,
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["valid_from"].choices = [(month.isoformat(), month_name(month)) for month in choices.months]
        granted = [(month.isoformat(), month_name(month)) for month in choices.grant_months]
        fields["grant_month"].choices = [("", _("All points")), *granted]

    def draft(self) -> dict[str, Any]:
        """Return the arguments of `draft_estimate`."""
        data = self.cleaned_data
        granted = data["grant_month"]
        return {
            "percentage": data["percentage"],
            "valid_from": dt.date.fromisoformat(data["valid_from"]),
            "grant_month": dt.date.fromisoformat(granted) if granted else None,
            "evidence": data["evidence"],
        }
