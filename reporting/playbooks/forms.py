"""The one form of a playbook: a few answers, each with a suggestion."""

import datetime as dt
import functools
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from loyalty.kit.money import minor_text
from loyalty.kit.problems import Problem
from reporting.playbooks.words import WORDS
from rewards.earning.domain.fields import WEEKDAYS
from rewards.playbooks.audiences import tiers_to_near
from rewards.playbooks.defaults import categories_of
from rewards.playbooks.domain import MOST_CAMPAIGN_DAYS, MOST_DAYS, RECIPES, Inputs, Playbook
from rewards.playbooks.services import MOST_PAST_DAYS
from rewards.segments.forms import LinesForm
from rewards.till.forms import MoneyField

_DAY = {"type": "date"}
_MOST_POINTS = 10**9
_MOST_BIRTHDAY_DAYS = 60
_WEEKDAY_NAMES = dict(
    zip(
        WEEKDAYS,
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        ),
        strict=True,
    )
)
_AFFECTED = ("names", "file", "store", "bought_on")
_SECTIONS = (
    (gettext_lazy("What members get"), ("name", "points", "factor", "weekday", "category", "least")),
    (gettext_lazy("Who is reached"), ("tier", "percent", "days", *_AFFECTED)),
    (gettext_lazy("When, and for how much"), ("first_on", "last_on", "budget", "holdout_percent")),
    (gettext_lazy("The past it is tried on"), ("past_days",)),
)
_FIELDS = {"least_minor": "least", "budget/cost_minor": "budget"}
"""Fields by what refusals call them, where the names differ."""


class PlaybookForm(LinesForm):
    """What a playbook asks for. `inputs` is what was answered."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Members read it."))
    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=_MOST_POINTS)
    factor = forms.DecimalField(
        label=gettext_lazy("Times the points"),
        max_digits=6,
        decimal_places=2,
        max_value=100,
        help_text=gettext_lazy("2 is twice the points that a purchase earns otherwise."),
    )
    weekday = forms.ChoiceField(
        label=gettext_lazy("Day of the week"),
        choices=list(_WEEKDAY_NAMES.items()),
        help_text=gettext_lazy("Suggested: the day with the fewest purchases of the last twelve weeks."),
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=100,
        widget=forms.TextInput({"list": "playbook-categories", "autocomplete": "off"}),
        help_text=gettext_lazy("With all categories below it. Suggested: the largest that most of your customers do not buy."),
    )
    least = MoneyField(label="", required=False, help_text=gettext_lazy("Leave it empty if every purchase counts."))
    tier = forms.ChoiceField(label=gettext_lazy("Tier"))
    percent = forms.IntegerField(label=gettext_lazy("Has at least so many percent of what the tier asks"), min_value=1, max_value=99)
    days = forms.IntegerField(label="", min_value=1, max_value=MOST_DAYS)
    store = forms.ChoiceField(label=gettext_lazy("Or all who bought in this store"), required=False)
    bought_on = forms.DateField(label=gettext_lazy("on this day"), required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    first_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("Another person approves it before."),
    )
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    budget = MoneyField(label="", help_text=gettext_lazy("When what it gave is expected to cost so much, it gives nothing more."))
    holdout_percent = forms.DecimalField(
        label=gettext_lazy("Held out, percent"),
        min_value=0,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        help_text=gettext_lazy("They get nothing from it, so that its effect can be measured. Nobody is told."),
    )
    past_days = forms.IntegerField(
        label=gettext_lazy("Days of the past"),
        min_value=1,
        max_value=MOST_PAST_DAYS,
        help_text=gettext_lazy("What it would have given and cost on these days, before one member sees it."),
    )

    def __init__(self, programme: Programme, playbook: Playbook, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme, self.playbook = programme, playbook
        asked = {*RECIPES[playbook].asks, "name", "token", "first_on", "last_on", "budget", "holdout_percent", "past_days"}
        asked |= {"least"} if "least_minor" in asked else set()
        asked |= set(_AFFECTED) if "affected" in asked else set()
        for name in set(self.fields) - asked:
            del self.fields[name]
        self._say_money()
        self.today = today
        self._offer()

    def _say_money(self) -> None:
        currency = self.programme.currency
        labels = {"least": _("Paid at least, in %(currency)s"), "budget": _("Budget in %(currency)s")}
        for name in labels.keys() & self.fields.keys():
            self.fields[name].currency = currency  # type: ignore[attr-defined]  # a MoneyField
            self.fields[name].label = labels[name] % {"currency": currency}

    def _offer(self) -> None:
        """What there is to choose from, and what the days mean here."""
        if "tier" in self.fields:
            tiers = [(tier.code, tier.name) for tier in tiers_to_near(self.programme)]
            self.fields["tier"].choices = tiers  # type: ignore[attr-defined]
            if not tiers:
                self.fields["tier"].help_text = _("The main ladder has no tier that is counted over the same days for everybody.")
        if "store" in self.fields:
            stores = Store.objects.selling_for(self.programme.legal_entity_id).order_by("name", "pk").values_list("code", "name")
            self.fields["store"].choices = [("", _("no store")), *stores]  # type: ignore[attr-defined]
        if "names" in self.fields:
            self.fields["names"].label = _("Members who are affected")
            self.fields["names"].help_text = _(
                "One in each line: card number, number in the shop system, e-mail, or the number of a receipt."
            )
        if "days" in self.fields:
            words, field = WORDS[self.playbook], self.fields["days"]
            field.label, field.help_text = str(words.days), str(words.days_hint)
            if self.playbook is Playbook.BIRTHDAY:
                self.fields["days"] = forms.IntegerField(label=str(words.days), min_value=1, max_value=_MOST_BIRTHDAY_DAYS)

    @functools.cached_property
    def categories(self) -> list[str]:
        """What may be named as a category: known ones, read when the page is written."""
        return [name for name, _members in categories_of(self.programme, self.today)] if "category" in self.fields else []

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields under their headings, without empty ones."""
        named = [(title, [self[name] for name in names if name in self.fields]) for title, names in _SECTIONS]
        return [{"title": title, "fields": fields} for title, fields in named if fields]

    def clean_factor(self) -> Any:
        if self.cleaned_data["factor"] <= 1:
            raise forms.ValidationError(_("Write a number above 1, for example 2."))
        return self.cleaned_data["factor"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_on"), given.get("last_on")
        if first and last and not 0 <= (last - first).days < MOST_CAMPAIGN_DAYS:
            self.add_error("last_on", _("Choose a day from the first day on, at most a year later."))
        if "names" in self.fields:
            self._check_affected(given)
        return given

    def _check_affected(self, given: dict[str, Any]) -> None:
        """Members are named, or a store and a day; not both."""
        given["lines"] = self.read_lines(given)
        names_some = any(line.strip() for line in given["lines"])
        chosen = [name for name in ("store", "bought_on") if given.get(name)]
        if names_some and chosen:
            self.add_error(chosen[0], _("Name members, or choose a store and a day: not both."))
        elif len(chosen) == 1:
            self.add_error("store" if "store" not in chosen else "bought_on", _("Choose the store and the day."))
        elif not names_some and not chosen and not self.errors:
            self.add_error("names", _("Name the members, or choose a store and a day below."))

    def inputs(self) -> Inputs:
        given = self.cleaned_data
        names = ("points", "factor", "days", "weekday", "category", "tier", "percent", "store", "bought_on")
        return Inputs(
            first_on=given["first_on"],
            last_on=given["last_on"],
            holdout_percent=given["holdout_percent"],
            budget_minor=given["budget"].minor,
            least_minor=given["least"].minor if given.get("least") else 0,
            **{name: given[name] for name in names if given.get(name) not in (None, "")},
        )

    def mark(self, problem: Problem) -> None:
        """Put a refusal beside the fields that it names."""
        for error in problem.errors:
            name = error.pointer.removeprefix("/")
            name = _FIELDS.get(name, name)
            self.add_error(name if name in self.fields else None, error.detail)
        if not problem.errors:
            self.add_error(None, problem.detail)


def initial_of(given: Inputs, playbook: Playbook, money: str) -> dict[str, Any]:
    """Return the fields that say what is suggested, with a new token."""
    return {
        "token": uuid.uuid4(),
        "name": str(WORDS[playbook].name),
        "points": given.points,
        "factor": given.factor,
        "weekday": given.weekday,
        "category": given.category,
        "least": minor_text(given.least_minor, money) if given.least_minor else "",
        "tier": given.tier,
        "percent": given.percent,
        "days": given.days,
        "first_on": given.first_on,
        "last_on": given.last_on,
        "budget": minor_text(given.budget_minor, money),
        "holdout_percent": given.holdout_percent,
        "past_days": 90,
    }
