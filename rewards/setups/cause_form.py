"""A cause, as colleagues fill it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money
from rewards.causes.domain import MOST_EVERY, MOST_PLEDGE, WORD_LETTERS
from rewards.setups.domain import SetupKind
from rewards.setups.forms import SetupForm
from rewards.setups.models import Setup


class CauseForm(SetupForm):
    """What counts, what it makes, what it costs, and how much is pledged."""

    kind = SetupKind.CAUSE
    main_field = "event"

    event = forms.ChoiceField(label=gettext_lazy("Event that counts"))
    of = forms.CharField(
        label=gettext_lazy("Field that says how many"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A whole-number field of the event. Empty: each event counts one."),
    )
    every = forms.IntegerField(label=gettext_lazy("So many make one"), min_value=1, max_value=MOST_EVERY, initial=3)
    singular = forms.CharField(label=gettext_lazy("What is given, one of it"), max_length=WORD_LETTERS, help_text=gettext_lazy("tree"))
    plural = forms.CharField(label=gettext_lazy("Many of it"), max_length=WORD_LETTERS, help_text=gettext_lazy("trees"))
    other_words = forms.CharField(
        label=gettext_lazy("In other languages, one on each line"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("tr: ağaç, ağaç"),
    )
    cost_minor = forms.CharField(label=gettext_lazy("What one costs"), max_length=14)
    pledge = forms.IntegerField(label=gettext_lazy("At most so many are given"), min_value=1, max_value=MOST_PLEDGE)
    field_order = ("name", "code", "event", "of", "every", "singular", "plural", "other_words", "cost_minor", "pledge")

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        super().__init__(programme, data, said=said, is_new=is_new)
        rows = Setup.objects.filter(programme=programme, kind=SetupKind.EVENT_TYPE).order_by("code")
        field = self.fields["event"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.code, str(row)) for row in rows]

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
        lines = [f"{locale}: {', '.join(pair)}" for locale, pair in said.get("other_words", {}).items()]
        return {**said, "other_words": "\n".join(lines), "cost_minor": str(Money(said.get("cost_minor", 0), programme.currency))}

    def clean_other_words(self) -> dict[str, list[str]]:
        found = {}
        for number, line in enumerate(self.cleaned_data["other_words"].splitlines(), start=1):
            if not line.strip():
                continue
            locale, _colon, words = line.partition(":")
            pair = [word.strip() for word in words.split(",")]
            if len(pair) != 2 or not all(pair):
                raise forms.ValidationError(_("Line %(line)s: write a language and two words: tr: ağaç, ağaç.") % {"line": number})
            found[locale.strip()] = pair
        return found

    def clean_cost_minor(self) -> int:
        try:
            return Money.parse(self.cleaned_data["cost_minor"].strip().replace(",", "."), self.programme.currency).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 1.00.")) from problem

    def definition(self) -> dict[str, Any]:
        return {name: value for name, value in super().definition().items() if value not in ("", {})}
