"""What colleagues type about a reward."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money
from rewards.catalogue.services import RewardTerms
from rewards.tiers.models import Tier


class StockForm(forms.Form):
    """How many pieces are there?"""

    left = forms.IntegerField(
        label=gettext_lazy("Pieces left"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty: it never runs out."),
    )


class VersionForm(forms.Form):
    """The next price and conditions of a reward."""

    price_points = forms.IntegerField(label=gettext_lazy("Price in points"), min_value=1, max_value=1_000_000_000)
    value = forms.CharField(label=gettext_lazy("What it is worth in money"), max_length=14)
    limit_per_member = forms.IntegerField(
        label=gettext_lazy("Pieces for one member"), min_value=1, required=False, help_text=gettext_lazy("Empty: no limit.")
    )
    limit_window_days = forms.IntegerField(
        label=gettext_lazy("within so many days"), min_value=1, required=False, help_text=gettext_lazy("Empty: for ever.")
    )
    min_tier = forms.TypedChoiceField(label=gettext_lazy("From tier"), required=False, coerce=int, empty_value=None)
    voucher_days = forms.IntegerField(
        label=gettext_lazy("Days in which it can be used"), min_value=1, required=False, help_text=gettext_lazy("Empty: for ever.")
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Today or later."),
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        tiers = Tier.objects.filter(ladder__programme=programme).order_by("rank")
        field = self.fields["min_tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("everybody")), *((str(tier.pk), tier.local_name) for tier in tiers)]

    def clean_value(self) -> int:
        try:
            return Money.parse(self.cleaned_data["value"].strip().replace(",", "."), self.programme.currency).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 3.50.")) from problem

    def terms(self) -> RewardTerms:
        given = self.cleaned_data
        return RewardTerms(
            price_points=given["price_points"],
            value_minor=given["value"],
            limit_per_member=given["limit_per_member"],
            limit_window_days=given["limit_window_days"],
            min_tier=Tier.objects.filter(pk=given["min_tier"]).first() if given["min_tier"] else None,
            voucher_days=given["voucher_days"],
        )
