"""A check-in point, as colleagues fill it in."""

import datetime as dt
import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from rewards.check_ins.domain import CodeKind, Hours, Limit
from rewards.check_ins.models import CheckInPoint
from rewards.check_ins.services import PointFacts
from rewards.setups.models import Setup


class PointForm(forms.Form):
    """Where, when and how often members check in, and what that reports."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=100, help_text=gettext_lazy("Members read it, for example Open day in Izmir.")
    )
    store = forms.ModelChoiceField(label=gettext_lazy("Store"), queryset=Store.objects.none(), required=False)
    event_type = forms.ChoiceField(
        label=gettext_lazy("What a check-in reports"), help_text=gettext_lazy("Rules on this event type give the points.")
    )
    payload = forms.CharField(
        label=gettext_lazy("Particulars"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            'What each check-in says in the fields of the type, as JSON: {"minutes": 60}. Leave it empty if the type asks nothing.'
        ),
    )
    code_kind = forms.ChoiceField(
        label=gettext_lazy("The code"),
        choices=CheckInPoint.CodeKind.choices,
        widget=forms.RadioSelect,
        initial=CodeKind.PRINTED.value,
        help_text=gettext_lazy(
            "A photo of a printed code works as long as the point is open; one of a screen is worth nothing minutes later."
        ),
    )
    limit = forms.ChoiceField(
        label=gettext_lazy("How often it counts for a member"),
        choices=CheckInPoint.Limit.choices,
        widget=forms.RadioSelect,
        initial=Limit.DAY.value,
    )
    first_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    opens_at = forms.TimeField(
        label=gettext_lazy("Each day from"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"), initial=dt.time(9)
    )
    closes_at = forms.TimeField(
        label=gettext_lazy("Each day until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"), initial=dt.time(18)
    )

    def __init__(self, *args: Any, programme: Programme, types: list[Setup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = Store.objects.selling_for(programme.legal_entity_id).order_by("name", "pk")  # type: ignore[attr-defined]  # a field of models
        self.fields["event_type"].choices = [(one.code, one.name) for one in types]  # type: ignore[attr-defined]  # a field of choices

    def clean_payload(self) -> dict[str, Any]:
        text = self.cleaned_data["payload"].strip()
        if not text:
            return {}
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is not JSON. Write it like the example.")) from error
        if not isinstance(payload, dict):
            raise forms.ValidationError(_("Write names and values in braces, like the example."))
        return payload

    def facts(self) -> PointFacts:
        said = self.cleaned_data
        return PointFacts(
            title=said["title"],
            store=said["store"],
            event_type=said["event_type"],
            payload=said["payload"],
            code_kind=CodeKind(said["code_kind"]),
            limit=Limit(said["limit"]),
            hours=Hours(said["first_on"], said["last_on"], said["opens_at"], said["closes_at"]),
        )
