"""What colleagues type about a reward."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money
from rewards.catalogue.models import Reward, RewardVersion
from rewards.catalogue.services import RewardFacts, RewardTerms
from rewards.tiers.models import Tier

ILLUSTRATIONS = [
    ("img/rewards/voucher.svg", gettext_lazy("Voucher")),
    ("img/rewards/coffee.svg", gettext_lazy("Coffee")),
    ("img/rewards/bakery.svg", gettext_lazy("Bakery")),
    ("img/rewards/fruit.svg", gettext_lazy("Fruit")),
    ("img/rewards/cheese.svg", gettext_lazy("Cheese")),
    ("img/rewards/flowers.svg", gettext_lazy("Flowers")),
    ("img/rewards/bottle.svg", gettext_lazy("Bottle")),
    ("img/rewards/book.svg", gettext_lazy("Book")),
    ("img/rewards/cinema.svg", gettext_lazy("Cinema")),
    ("img/rewards/picnic.svg", gettext_lazy("Picnic")),
]


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
    given_back_on_return = forms.ChoiceField(
        label=gettext_lazy("Points given back with a return"),
        choices=RewardVersion.GivenBack.choices,
        initial=RewardVersion.GivenBack.IN_PROPORTION,
        help_text=gettext_lazy("Of a reward that was taken with a purchase, when the purchase is returned."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Today or later."),
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        tiers = Tier.objects.filter(ladder__programme=programme, ladder__is_main=True).order_by("rank")
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
            given_back_on_return=given["given_back_on_return"],
        )


class RewardForm(VersionForm):
    """A new reward with its first price; the first needs no second person, because nobody has redeemed it yet."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    turkish = forms.CharField(label=gettext_lazy("Name in Turkish"), max_length=100, required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Reward.Kind.choices)
    illustration = forms.ChoiceField(label=gettext_lazy("Picture"), choices=ILLUSTRATIONS)
    left = forms.IntegerField(
        label=gettext_lazy("Pieces left"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty: it never runs out."),
    )
    field_order = ["name", "turkish", "description", "kind", "illustration", "price_points", "value", "left"]

    def reward_facts(self) -> RewardFacts:
        """Return what the reward is; its code is made of the name."""
        given = self.cleaned_data
        code = slugify(given["name"])[:40].strip("-")
        return {
            "code": code if code[:1].isalpha() else f"reward-{code}"[:40].strip("-"),
            "kind": given["kind"],
            "name": given["name"],
            "description": given["description"],
            "other_words": {"tr": {"name": given["turkish"]}} if given["turkish"] else {},
            "illustration": given["illustration"],
        }
