"""What colleagues fill in about programme files."""

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import LegalEntity
from rewards.programme_files.domain.reading import MOST_CHARACTERS
from rewards.programme_files.naming import slug_of

_BYTES_OF_A_CHARACTER = 4


class FileForm(forms.Form):
    """A file, chosen or pasted, and the first day of what it changes."""

    file = forms.FileField(label=gettext_lazy("Choose a file"), required=False, widget=forms.FileInput({"accept": ".yaml,.yml"}))
    text = forms.CharField(
        label=gettext_lazy("or write it here"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 16, "spellcheck": "false", "class": "code"}),
    )
    effective_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Tomorrow or later."),
    )

    def __init__(self, data: Any, files: Any = None, *, tomorrow: dt.date) -> None:
        super().__init__(data, files, initial={"effective_on": tomorrow})
        self.tomorrow = tomorrow

    def with_its_text(self) -> "FileForm":
        """Return the same form, checked, with the file that was chosen as its text."""
        assert self.is_valid(), self.errors
        form = FileForm({name: self.cleaned_data[name] for name in ("text", "effective_on")}, tomorrow=self.tomorrow)
        form.full_clean()
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("file")
        if isinstance(chosen, UploadedFile):
            cleaned["text"] = chosen.read(MOST_CHARACTERS * _BYTES_OF_A_CHARACTER).decode("utf-8", errors="replace")
        if "\0" in cleaned.get("text", ""):
            self.add_error("file", _("This is no text. Save the file as UTF-8."))
        elif len(cleaned.get("text", "")) > MOST_CHARACTERS:
            self.add_error("file", _("A programme file has at most %(most)s characters.") % {"most": MOST_CHARACTERS})
        elif not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or write it below."))
        return cleaned


class NewProgrammeForm(forms.Form):
    """A programme that begins as a blueprint says."""

    name = forms.CharField(label=gettext_lazy("Name of the programme"), max_length=100)
    company = forms.ModelChoiceField(
        label=gettext_lazy("Company"),
        queryset=LegalEntity.objects.select_related("book").order_by("name"),
        empty_label=None,
        help_text=gettext_lazy("Its money is the programme's."),
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, help_text=gettext_lazy("For example Europe/Istanbul."))

    def instead(self) -> dict[str, str]:
        """Return what the programme says otherwise than its blueprint."""
        given = self.cleaned_data
        company: LegalEntity = given["company"]
        return {
            "name": given["name"],
            "slug": slug_of(given["name"]),
            "time_zone": given["time_zone"],
            "currency": company.book.currency,
            "country": company.country,
        }
