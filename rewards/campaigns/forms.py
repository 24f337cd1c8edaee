"""A campaign as colleagues fill it in."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import Problem
from rewards.campaigns.domain import MOST_FIGURE, Metric, Terms
from rewards.segments.models import Segment

_DAY = {"type": "date"}
_METRICS = [
    ("", gettext_lazy("no goal")),
    (Metric.MEMBERS.value, gettext_lazy("members reached")),
    (Metric.USES.value, gettext_lazy("purchases")),
    (Metric.INCREMENTAL_SPEND.value, gettext_lazy("incremental spend")),
]
_FIELDS = {
    "/first_on": "first_on",
    "/last_on": "last_on",
    "/segment": "segment",
    "/holdout_percent": "holdout_percent",
    "/budget/units": "budget_units",
    "/budget/cost_minor": "budget_cost",
    "/budget/uses": "budget_uses",
    "/goal/figure": "goal_figure",
}


class CampaignForm(forms.Form):
    """The next version of a campaign. `definition` is what the fields say."""

    first_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    blackout = forms.CharField(
        label=gettext_lazy("Days on which it does not count"),
        max_length=5_000,
        required=False,
        help_text=gettext_lazy("Separated by commas, for example 2026-12-24, 2026-12-25."),
    )
    segment = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    needs_clip = forms.BooleanField(label=gettext_lazy("Members take the offer before it counts"), required=False)
    holdout_percent = forms.DecimalField(
        label=gettext_lazy("Held out, percent"),
        min_value=0,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        initial=10,
        help_text=gettext_lazy("They get nothing from it, so that its effect can be measured. Nobody is told."),
    )
    budget_units = forms.IntegerField(
        label=gettext_lazy("Budget: at most so many points"), min_value=1, max_value=MOST_FIGURE, required=False
    )
    budget_cost = forms.CharField(label=gettext_lazy("Budget: at most this expected cost"), max_length=30, required=False)
    budget_uses = forms.IntegerField(
        label=gettext_lazy("Budget: at most so many purchases"), min_value=1, max_value=MOST_FIGURE, required=False
    )
    goal_metric = forms.ChoiceField(label=gettext_lazy("Goal"), choices=_METRICS, required=False)
    goal_figure = forms.CharField(label=gettext_lazy("Figure of the goal"), max_length=30, required=False)
    goal_words = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.money = programme.currency
        segment = self.fields["segment"]
        assert isinstance(segment, forms.ChoiceField)
        named = [(of.code, of.name) for of in Segment.objects.filter(programme=programme).order_by("name", "pk")]
        segment.choices = [("", _("everybody")), *named]

    def clean_blackout(self) -> list[str]:
        days = [day.strip() for day in self.cleaned_data["blackout"].split(",") if day.strip()]
        try:
            return [dt.date.fromisoformat(day).isoformat() for day in days]
        except ValueError as problem:
            raise forms.ValidationError(_("Write days as 2026-12-24, separated by commas.")) from problem

    def clean_budget_cost(self) -> int | None:
        text = self.cleaned_data["budget_cost"].strip()
        return self._minor(text) if text else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("goal_metric") and "goal_figure" in given:
            try:
                given["goal_figure"] = self._figure(given["goal_metric"], given["goal_figure"].strip())
            except forms.ValidationError as problem:
                self.add_error("goal_figure", problem)
        return given

    def _figure(self, metric: str, text: str) -> int:
        if metric == Metric.INCREMENTAL_SPEND:
            return self._minor(text)
        if not text.isascii() or not text.isdigit():
            raise forms.ValidationError(_("Write a whole number."))
        return int(text)

    def _minor(self, text: str) -> int:
        try:
            return Money.parse(text.replace(",", "."), self.money).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 1.00.")) from problem

    def mark(self, problem: Problem) -> None:
        """Put a refusal of the definition beside the fields that say what it names."""
        for error in problem.errors:
            self.add_error(_FIELDS.get(error.pointer), error.detail)
        if not problem.errors:
            self.add_error(None, problem.detail)

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        percent = given["holdout_percent"].normalize()
        found: dict[str, Any] = {name: given[name].isoformat() for name in ("first_on", "last_on")}
        found |= {"holdout_percent": int(percent) if percent == int(percent) else f"{percent:f}"}
        found |= {name: given[name] for name in ("blackout", "segment", "needs_clip") if given[name]}
        limits = {"units": given["budget_units"], "cost_minor": given["budget_cost"], "uses": given["budget_uses"]}
        budget = {kind: most for kind, most in limits.items() if most is not None}
        found |= {"budget": budget} if budget else {}
        if given["goal_metric"]:
            goal = {"metric": given["goal_metric"], "figure": given["goal_figure"]}
            found["goal"] = goal | ({"words": given["goal_words"]} if given["goal_words"] else {})
        return found


class NewCampaignForm(CampaignForm):
    """A new campaign with its first version."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Members read it."))
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters and hyphens, for example spring.")
    )
    field_order = ("name", "code")


class TurnForm(forms.Form):
    """Pause, resume or end, and why."""

    state = forms.ChoiceField(
        label=gettext_lazy("What should happen?"),
        choices=[
            ("running", gettext_lazy("Resume it")),
            ("paused", gettext_lazy("Pause it")),
            ("ended", gettext_lazy("End it for good")),
        ],
    )
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)


def initial_of(terms: Terms, money: str) -> dict[str, Any]:
    """Return the fields that say what a version says."""
    found: dict[str, Any] = {
        "first_on": terms.first_on,
        "last_on": terms.last_on,
        "blackout": ", ".join(day.isoformat() for day in sorted(terms.blackout)),
        "segment": terms.segment,
        "needs_clip": terms.needs_clip,
        "holdout_percent": terms.holdout_percent,
        "budget_units": terms.budget.units,
        "budget_uses": terms.budget.uses,
        "budget_cost": "" if terms.budget.cost_minor is None else str(Money(terms.budget.cost_minor, money)),
    }
    if terms.goal:
        is_money = terms.goal.metric is Metric.INCREMENTAL_SPEND
        figure = str(Money(terms.goal.figure, money)) if is_money else terms.goal.figure
        found |= {"goal_metric": terms.goal.metric.value, "goal_figure": figure, "goal_words": terms.goal.words}
    return found
