"""What colleagues type about events; what it means is decided by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


class DecisionForm(forms.Form):
    """Yes or no, and why not."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("post", gettext_lazy("Agree and take it back")), ("refuse", gettext_lazy("Refuse it"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("If you refuse: why?"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("note"):
            self.add_error("note", _("Say why, so that your colleague knows what to do."))
        return cleaned
