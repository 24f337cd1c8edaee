"""What colleagues type about a programme; what it means is decided by the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import ExpiryKind
from accounts.programmes.models import Programme, ProgrammeState
from accounts.programmes.services import Terms


class TermsForm(forms.Form):
    """The next version of how points live; what members hold keeps the terms under which it was given."""

    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Tomorrow or later."),
    )
    expiry_months = forms.IntegerField(
        label=gettext_lazy("Points lapse after so many months"), min_value=0, max_value=1200, help_text=gettext_lazy("0: they never lapse.")
    )
    pending_days = forms.IntegerField(label=gettext_lazy("Days until points can be spent"), min_value=0, max_value=365)
    point_value_minor = forms.DecimalField(
        label=gettext_lazy("Value of one point"),
        max_digits=14,
        decimal_places=6,
        min_value=Decimal(0),
        help_text=gettext_lazy("In the currency's smallest unit: 1 is one cent."),
    )

    def terms(self) -> Terms:
        given = self.cleaned_data
        kind = ExpiryKind.MONTHS if given["expiry_months"] else ExpiryKind.NONE
        return Terms(
            expiry_kind=kind.value,
            expiry_number=given["expiry_months"],
            pending_days=given["pending_days"],
            point_value_minor=given["point_value_minor"],
        )


class TextsForm(forms.Form):
    """The next text that new members agree to."""

    effective_on = forms.DateField(label=gettext_lazy("In force from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    en = forms.CharField(label=gettext_lazy("English"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 6}))
    tr = forms.CharField(label=gettext_lazy("Turkish"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 6}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("en") or cleaned.get("tr")):
            self.add_error("en", _("Write the text in at least one language."))
        return cleaned

    def texts(self) -> dict[str, str]:
        return {locale: self.cleaned_data[locale] for locale in ("en", "tr") if self.cleaned_data[locale]}


class StateForm(forms.Form):
    """What becomes of the programme."""

    state = forms.ChoiceField(label=gettext_lazy("What should happen?"), widget=forms.RadioSelect)

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            ProgrammeState.DRAFT: [("live", _("Set it live: members can join and earn"))],
            ProgrammeState.LIVE: [("paused", _("Pause it: nothing is earned until it is live again"))],
            ProgrammeState.PAUSED: [("live", _("Set it live again"))],
        }
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices.get(ProgrammeState(programme.state), [])
