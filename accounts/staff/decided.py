"""What is asked for by one person and decided by another: the facts of the request, and the form of the decision."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.users.models import User


class DecidedByTwo(models.Model):
    """Who asked and why; who decided, and why so. Each model says by a constraint that they are two people."""

    reason = models.CharField(gettext_lazy("why"), max_length=300)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("author"))
    requested_at = models.DateTimeField(gettext_lazy("asked"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("decided by"))
    decided_at = models.DateTimeField(gettext_lazy("decided"), null=True)
    decision_note = models.CharField(gettext_lazy("why so decided"), max_length=300, blank=True)

    class Meta:
        abstract = True


class DecisionForm(forms.Form):
    """Yes or no, and why not."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("post", gettext_lazy("Agree and post it")), ("refuse", gettext_lazy("Refuse it"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("If you refuse: why?"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("note"):
            self.add_error("note", _("Say why, so that your colleague knows what to do."))
        return cleaned
