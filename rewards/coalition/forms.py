"""What colleagues say about prices and months of partners."""

import datetime as dt
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.partners.models import Partner
from accounts.programmes.models import PointCurrency, Programme
from accounts.staff.pages import read_month
from loyalty.kit.money import exponent
from rewards.coalition.models import PartnerPrice


class PriceForm(forms.Form):
    """A price of points for a partner, from a day on."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("Partner"))
    currency = forms.ModelChoiceField(PointCurrency.objects.none(), label=gettext_lazy("Currency"))
    way = forms.ChoiceField(label=gettext_lazy("For"), choices=PartnerPrice.Way.choices)
    price = forms.DecimalField(
        label=gettext_lazy("Price of a point"),
        max_digits=12,
        decimal_places=6,
        help_text=gettext_lazy("In the programme's money, for example 0.012."),
    )
    marketing = forms.DecimalField(
        label=gettext_lazy("Marketing services with a point"),
        max_digits=12,
        decimal_places=6,
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "What the partner would pay for them alone. That share of the price is revenue at once; leave it empty if it buys points only."
        ),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Tomorrow or later."),
    )

    def __init__(self, programme: Programme, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # forms take what Django gives
        self.programme = programme
        partner, currency = self.fields["partner"], self.fields["currency"]
        assert isinstance(partner, forms.ModelChoiceField)
        assert isinstance(currency, forms.ModelChoiceField)
        partner.queryset = Partner.objects.filter(legal_entity=programme.legal_entity_id).order_by("name", "pk")
        currency.queryset = programme.currencies.filter(unit__is_valued=True).select_related("unit").order_by("-is_default", "code")
        currency.initial = currency.queryset.first()

    @property
    def price_minor(self) -> Decimal:
        """The price of one smallest unit, in minor units."""
        return self._of_unit(self.cleaned_data["price"])

    @property
    def marketing_minor(self) -> Decimal:
        """Of the services that come with it, likewise."""
        return self._of_unit(self.cleaned_data["marketing"] or Decimal(0))

    def _of_unit(self, price: Decimal) -> Decimal:
        return price.scaleb(exponent(self.programme.currency) - self.cleaned_data["currency"].unit.scale)


class MonthForm(forms.Form):
    """Which month of which partner is stated."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("Partner"))
    month = forms.CharField(
        label=gettext_lazy("Month"), max_length=7, widget=forms.TextInput({"type": "month"}), help_text=gettext_lazy("For example 2026-03.")
    )

    def __init__(self, programme: Programme, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # forms take what Django gives
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ModelChoiceField)
        partner.queryset = Partner.objects.filter(legal_entity=programme.legal_entity_id).order_by("name", "pk")

    def clean_month(self) -> dt.date:
        month = read_month(self.cleaned_data["month"])
        if month is None:
            raise forms.ValidationError(_("Write a month as 2026-03."))
        return month
