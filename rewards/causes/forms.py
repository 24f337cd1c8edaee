"""What colleagues fill in when something was handed over to a cause."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards.causes.domain import MOST_PLEDGE


class HandOverForm(forms.Form):
    """By which reference, and where the proof is; the month and what was owed through it are those that the page showed."""

    through_on = forms.DateField(widget=forms.HiddenInput)
    given = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_PLEDGE)
    reference = forms.CharField(label=_("Reference of the payment or order"), max_length=120)
    document = forms.CharField(
        label=_("Proof"), max_length=300, help_text=_("Where the proof of the cause is kept: number or address of the document.")
    )
