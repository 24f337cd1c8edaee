"""A rate, as colleagues fill it in."""

from django import forms
from django.utils.translation import gettext_lazy


class RateForm(forms.Form):
    """What a unit becomes, and on what it rests."""

    rate = forms.CharField(
        label=gettext_lazy("What one unit becomes"), max_length=12, help_text=gettext_lazy("For example 0.95; at most six decimals.")
    )
    evidence = forms.CharField(
        label=gettext_lazy("On what it rests"),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For example the minutes of the board."),
    )

    def clean_rate(self) -> str:
        rate: str = self.cleaned_data["rate"].strip().replace(",", ".")
        return rate
