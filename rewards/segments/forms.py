"""Segments as colleagues fill them in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rewards.earning.form_choices import ConditionField
from rewards.segments.models import Segment
from rewards.segments.services import MOST_AT_ONCE

_DAY = {"type": "date"}
_MOST_BYTES = 1_000_000


class SegmentForm(forms.Form):
    """A new segment; a rule is drafted next, a list is filled next."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters and hyphens, for example lapsed.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Segment.Kind.choices, widget=forms.RadioSelect, initial="static")


class SegmentRuleForm(forms.Form):
    """The next version of a rule segment."""

    when = ConditionField(
        of_lines=False,
        label=gettext_lazy("Who belongs to it"),
        help_text=gettext_lazy("For example: history.spend.90d = 0.00 and member.days >= 180"),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"), help_text=gettext_lazy("Tomorrow or later.")
    )

    def clean_when(self) -> dict[str, Any]:
        tree: dict[str, Any] | None = self.cleaned_data["when"]
        if tree is None:
            raise forms.ValidationError(_("Write a condition."))
        return tree


class LinesForm(forms.Form):
    """Members who are named in lines: typed, or in a file."""

    names = forms.CharField(
        label=gettext_lazy("Members"),
        required=False,
        max_length=_MOST_BYTES,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("One in each line: card number, number in the shop system, or e-mail."),
    )
    file = forms.FileField(label=gettext_lazy("Or a text file of the same form"), required=False)

    def read_lines(self, given: Mapping[str, Any]) -> list[str]:
        """Return the lines of both; too many are an error beside the file."""
        text = str(given.get("names") or "")
        if file := given.get("file"):
            text = f"{text}\n{self._text_of(file)}"
        lines = text.replace("\x00", "").splitlines()
        if len(lines) > MOST_AT_ONCE:
            self.add_error("file", _("A list has at most %(most)s lines at once. Send it in parts.") % {"most": MOST_AT_ONCE})
        return lines[:MOST_AT_ONCE]

    def _text_of(self, file: Any) -> str:
        if file.size > _MOST_BYTES:
            self.add_error("file", _("The file is larger than a megabyte. Send it in parts."))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("This is no text file. Save it as text (UTF-8)."))
            return ""


class ListForm(LinesForm):
    """Members to put on a list or to take off it."""

    what = forms.ChoiceField(
        label=gettext_lazy("What should happen?"),
        choices=[("add", gettext_lazy("Put them on the list")), ("remove", gettext_lazy("Take them off the list"))],
        widget=forms.RadioSelect,
        initial="add",
    )
    field_order = ("what",)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["lines"] = self.read_lines(given)
        if not any(line.strip() for line in given["lines"]):
            self.add_error("names", _("Name somebody, or choose a file."))
        return given
