"""The shape of what members type in the portal; what it means is decided by the services."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.members.models import ConsentKind, Member
from loyalty.kit.problems import Problem

CHOICES_OF_CONSENT = (ConsentKind.EXPIRY, ConsentKind.EMAIL, ConsentKind.SMS, ConsentKind.PROFILING)


def show_problem(form: forms.Form, problem: Problem) -> None:
    """Put a refusal beside the fields that it names, or above the form."""
    named = [error for error in problem.errors if error.pointer.strip("/") in form.fields]
    for error in named:
        form.add_error(error.pointer.strip("/"), error.detail)
    if not named:
        form.add_error(None, problem.detail)


class JoinForm(forms.Form):
    """What somebody says who joins; the terms are accepted or there is no joining."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        help_text=_("So that a shop finds you without the card."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    terms = forms.BooleanField(
        label=_("I accept the terms and conditions"), error_messages={"required": _("Please accept the terms to join.")}
    )
    news = forms.BooleanField(label=_("Send me news and offers by e-mail (you can change this at any time)"), required=False)


class CardForm(forms.Form):
    """A card that somebody has already."""

    card = forms.CharField(
        label=_("Card number"),
        max_length=25,
        help_text=_("The digits on the front of your card."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """The one-time code of a card."""

    card = forms.CharField(max_length=25, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("Eight digits from the e-mail, or from the slip that the shop gave you."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "narrow"}),
    )


class ProfileForm(forms.Form):
    """What a member may change; a birthday that is known stays."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}))
    birth_date = forms.DateField(
        label=_("Birthday"),
        required=False,
        help_text=_("You can set it once, so please check it."),
        widget=forms.DateInput({"type": "date", "autocomplete": "bday", "class": "narrow"}, format="%Y-%m-%d"),
    )
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, help_text=_("For these pages and for our e-mails."))
    home_store = forms.ModelChoiceField(label=_("Home store"), queryset=Store.objects.none(), required=False, empty_label=_("No favourite"))

    def __init__(self, *args: Any, member: Member, today: dt.date, **kwargs: Any) -> None:
        facts = {name: getattr(member, name) for name in ("given_name", "family_name", "phone", "locale")}
        facts["home_store"] = member.home_store_id
        super().__init__(*args, **{**kwargs, "initial": facts})
        stores = self.fields["home_store"]
        assert isinstance(stores, forms.ModelChoiceField)
        stores.queryset = Store.objects.selling_for(member.programme.legal_entity_id).open_on(today).order_by("name", "pk")
        if member.birth_date is not None:
            del self.fields["birth_date"]

    @property
    def changes(self) -> dict[str, Any]:
        """The fields as `update_member` reads them."""
        said = dict(self.cleaned_data)
        store = said.pop("home_store")
        return said | {"home_store_id": store.pk if store else None}


class ConsentsForm(forms.Form):
    """A tick for each kind of consent."""

    expiry = forms.BooleanField(
        label=ConsentKind.EXPIRY.label, required=False, help_text=_("An e-mail some days before the last day of points.")
    )
    email = forms.BooleanField(
        label=ConsentKind.EMAIL.label, required=False, help_text=_("Offers and news. Welcome, codes and vouchers come anyway.")
    )
    sms = forms.BooleanField(label=ConsentKind.SMS.label, required=False)
    profiling = forms.BooleanField(
        label=ConsentKind.PROFILING.label, required=False, help_text=_("We look at what you bought to choose offers that fit.")
    )
