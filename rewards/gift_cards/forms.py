"""Gift cards, as colleagues issue and block them."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.staff.deciding import DecisionForm
from loyalty.kit.money import MalformedAmount, parse_minor
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCard
from rewards.gift_cards.services import NewCard


class IssueForm(forms.Form):
    """What is issued."""

    amount = forms.CharField(label=gettext_lazy("Value"), max_length=14, help_text=gettext_lazy("For example 50.00."))
    kind = forms.ChoiceField(
        label=gettext_lazy("Sold or given?"),
        choices=GiftCard.Kind.choices,
        widget=forms.RadioSelect,
        initial=GiftCard.Kind.GIVEN,
        help_text=gettext_lazy("A sold card was paid for in full. A given one is a promotion."),
    )
    pin = forms.RegexField(
        label=gettext_lazy("PIN"), regex=r"^[0-9]{4,8}$", required=False, help_text=gettext_lazy("4 to 8 digits, or none.")
    )
    note = forms.CharField(label=gettext_lazy("Why?"), max_length=300, widget=forms.Textarea({"rows": 2}))
    number = forms.UUIDField(widget=forms.HiddenInput)

    def new_card(self, currency: str) -> NewCard | None:
        """Return what is to be issued; nothing where the amount cannot be read, which the form then says."""
        said = self.cleaned_data
        try:
            amount = parse_minor(said["amount"].strip().replace(",", "."), currency)
        except MalformedAmount as malformed:
            self.add_error("amount", malformed.detail)
            return None
        return NewCard(kind=CardKind(said["kind"]), amount_minor=amount, pin=said["pin"])


class IssueDecisionForm(DecisionForm):
    """Whether a card that was asked for is issued; who issues it chooses the PIN."""

    agree_text = gettext_lazy("Issue the card")
    pin = forms.RegexField(
        label=gettext_lazy("PIN"), regex=r"^[0-9]{4,8}$", required=False, help_text=gettext_lazy("4 to 8 digits, or none.")
    )
    field_order = ("decision", "pin", "note")


class BlockForm(forms.Form):
    """Why a card is blocked, or pays again."""

    note = forms.CharField(label=gettext_lazy("Why?"), max_length=300, widget=forms.Textarea({"rows": 2}))
    number = forms.UUIDField(widget=forms.HiddenInput)


class KeepForm(forms.Form):
    """The card that a member adds to the wallet."""

    code = forms.CharField(
        label=gettext_lazy("Code of the card"),
        max_length=60,
        help_text=gettext_lazy("Letters and digits, with or without dashes."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    pin = forms.RegexField(
        label=gettext_lazy("PIN"),
        regex=r"^[0-9]{4,8}$",
        required=False,
        help_text=gettext_lazy("Only if the card has one."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
