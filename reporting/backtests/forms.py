"""A back-test as colleagues ask for it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.programmes.models import Programme
from loyalty.kit.clock import add_months
from loyalty.kit.money import exponent
from rewards.backtests.queries import drafts_to_try, files_to_try, ladders_to_try
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.programme_files.models import ProgrammeDraft
from rewards.tiers.models import TierLadderVersion
from rewards.trade_files.models import TradeFile
from rewards.trade_files.queries import files_of_trade_to_try
from rewards.trade_files.words import days_text

_DAY = {"type": "date"}


class DraftChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the stub is generic, the class is not
    """Names a draft by its rule and its version."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(rule)s, version %(version)s, from %(day)s") % {
            "rule": obj.rule.name,
            "version": obj.version,
            "day": date_format(obj.valid_from, "j M Y"),
        }


class LadderChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the stub is generic, the class is not
    """Names a draft by its ladder and its version."""

    def label_from_instance(self, obj: Any) -> str:
        day = date_format(obj.valid_from, "j M Y")
        return _("%(ladder)s, version %(version)s, from %(day)s") % {"ladder": obj.ladder.local_name, "version": obj.version, "day": day}


class TradeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stub is generic, the class is not
    """Names a file of trade with its days."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({days_text(obj)})"


class BackTestForm(forms.Form):
    """Which drafts, over which days, with which budget."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What do you want to know?"))
    drafts = DraftChoice(
        label=gettext_lazy("Drafts to try"),
        queryset=EarningRuleVersion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They take the place of the live versions of their rules. Write drafts under Earning rules."),
    )
    ladders = LadderChoice(
        label=gettext_lazy("Drafted ladders to try"),
        queryset=TierLadderVersion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They count from the first day on. Write drafts under Tiers."),
    )
    file = forms.ModelChoiceField(
        label=gettext_lazy("Or a file that waits for approval"),
        queryset=ProgrammeDraft.objects.none(),
        required=False,
        empty_label=gettext_lazy("no file"),
        help_text=gettext_lazy(
            "All that it changes is tried at once: rules, tiers, segments, campaigns, the value and the life of points."
        ),
    )
    dropped = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Live rules to leave out"),
        queryset=EarningRule.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trade = TradeChoice(
        label=gettext_lazy("Whose purchases"),
        queryset=TradeFile.objects.none(),
        required=False,
        empty_label=gettext_lazy("those of members"),
        help_text=gettext_lazy("Or those of a file of trade: then what is in force today is in force on all of its days."),
    )
    first_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    budget = forms.DecimalField(
        label=gettext_lazy("Budget"),
        required=False,
        min_value=0,
        max_digits=14,
        help_text=gettext_lazy(
            "What the change may cost more than the live rules. When it is expected to cost more, a further person must accept the cost"
            " before a draft can be approved."
        ),
    )

    def __init__(self, programme: Programme, today: dt.date, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("first_on", add_months(today, -12))
        kwargs["initial"].setdefault("last_on", today - dt.timedelta(days=1))
        super().__init__(*args, **kwargs)
        self.minor_digits = exponent(programme.currency)
        live = EarningRule.objects.filter(programme=programme, versions__approved_at__isnull=False).distinct().order_by("name", "pk")
        self.fields["drafts"].queryset = drafts_to_try(programme)  # type: ignore[attr-defined]
        self.fields["dropped"].queryset = live  # type: ignore[attr-defined]
        self.fields["ladders"].queryset = ladders_to_try(programme)  # type: ignore[attr-defined]
        self.fields["file"].queryset = files_to_try(programme)  # type: ignore[attr-defined]
        self.fields["trade"].queryset = files_of_trade_to_try(programme)  # type: ignore[attr-defined]
        for name in ("drafts", "ladders", "file", "trade"):
            if not self.fields[name].queryset.exists():  # type: ignore[attr-defined]
                del self.fields[name]
        self.fields["budget"].label = _("Budget in %(currency)s") % {"currency": programme.currency}

    def clean_budget(self) -> Decimal | None:
        budget: Decimal | None = self.cleaned_data["budget"]
        if budget is not None and budget != round(budget, self.minor_digits):
            raise forms.ValidationError(
                ngettext("The money has %(digits)s decimal.", "The money has %(digits)s decimals.", self.minor_digits)
                % {"digits": self.minor_digits}
            )
        return budget

    def asked(self) -> dict[str, Any]:
        """Return what `request_back_test` takes."""
        given = dict(self.cleaned_data)
        budget = given.pop("budget")
        minor = None if budget is None else int(budget.scaleb(self.minor_digits).to_integral_value())
        return given | {name: list(given.get(name, ())) for name in ("drafts", "dropped", "ladders")} | {"budget_minor": minor}
