"""The decision of a second person on what a first one asked for: who may decide, the form, and what follows from it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members.forms import show_problem
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest
from accounts.staff.roles import Act
from loyalty.kit.problems import Problem


class DecisionForm(forms.Form):
    """Yes or no, and why not; a topic says in `agree_text` what agreeing does."""

    agree_text: Any = gettext_lazy("Agree and post it")
    decision = forms.ChoiceField(label=gettext_lazy("Your decision"), widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("If you refuse: why?"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("agree", self.agree_text), ("refuse", _("Refuse it"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("note"):
            self.add_error("note", _("Say why, so that your colleague knows what to do."))
        return cleaned


@dataclass(frozen=True)
class Decision:
    """What the page shows: the form (None for who may not decide), whether it was decided just now, and what agreeing brought."""

    form: DecisionForm | None
    is_made: bool = False
    brought: Any = None

    @property
    def status(self) -> int:
        """Return the status of the page's answer."""
        return 422 if self.form is not None and self.form.errors else 200


def may_decide(request: StaffRequest, act: Act, *, asked_by: uuid.UUID | None) -> bool:
    """Tell whether this colleague may decide on what another person (or, with None, no person) asked for."""
    return may(request.user, act) and asked_by != request.user.pk


def decide(form: DecisionForm, *, agree: Callable[[], object], refuse: Callable[[str], object]) -> Decision:
    """Do what a filled form says; a refusal by the services stands on the form."""
    if not form.is_valid():
        return Decision(form)
    try:
        brought = agree() if form.cleaned_data["decision"] == "agree" else refuse(form.cleaned_data["note"])
    except Problem as problem:
        show_problem(form, problem)
        return Decision(form)
    return Decision(form, is_made=True, brought=brought)
