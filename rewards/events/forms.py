"""What colleagues type about events; what it means is decided by the services."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.staff.deciding import DecisionForm
from rewards.events.models import EventUndoRequest


class UndoForm(forms.Form):
    """Why an event should be taken back."""

    reason = forms.ChoiceField(label=gettext_lazy("Why?"), choices=EventUndoRequest.Reason.choices)
    note = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The colleague who decides reads this; so does the auditor."),
    )


class UndoDecisionForm(DecisionForm):
    agree_text = gettext_lazy("Agree and take it back")
