"""What members fill in to recognise a colleague."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards.recognition.domain import MESSAGE_LETTERS, REASON_LETTERS
from rewards.transfers.forms import PointsField


class RecognitionForm(forms.Form):
    """Whom, how many, for what, and why; `token` makes a second tap the same recognition."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.CharField(
        label=_("Card number or e-mail of your colleague"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    units = PointsField()
    value = forms.ChoiceField(label=_("What for?"))
    message = forms.CharField(
        label=_("What do you want to say?"),
        max_length=MESSAGE_LETTERS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Your colleague reads it."),
    )

    def __init__(self, *given: Any, scale: int, values: dict[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        widget = forms.NumberInput({"inputmode": "decimal" if scale else "numeric"})
        self.fields["units"] = PointsField(scale=scale, label=_("How many points?"), widget=widget)
        field = self.fields["value"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *values.items()]
        if not values:
            del self.fields["value"]


class UndoForm(forms.Form):
    """Why a recognition is taken back, and that it is meant."""

    reason = forms.CharField(
        label=_("Why is it taken back?"),
        max_length=REASON_LETTERS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Stays with the recognition; colleagues who run the programme and the auditor read it, the two members do not."),
    )
    sure = forms.BooleanField(label=_("This is the right recognition, and both members will hear of it"))
