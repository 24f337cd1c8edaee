"""A recalculation as colleagues ask for it, and the decision of the second person."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from rewards.campaigns.models import Campaign
from rewards.earning.models import EarningRule, EarningRuleVersion

_DAY = {"type": "date"}


class _AskForm(forms.Form):
    """What both kinds ask."""

    store = forms.ModelChoiceField(
        label=gettext_lazy("Only this store"),
        queryset=Store.objects.none(),
        required=False,
        empty_label=gettext_lazy("all stores and channels"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("The colleague who decides reads this; so does the auditor.")
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.fields["store"].queryset = Store.objects.selling_for(programme.legal_entity_id).order_by("name", "pk")  # type: ignore[attr-defined]


class UndoForm(_AskForm):
    """Which rules are undone, for the purchases of which days."""

    what = forms.ChoiceField(label=gettext_lazy("What should be undone?"))
    first_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    field_order = ("what", "first_on", "last_on", "store", "reason")

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(programme, *args, **kwargs)
        rules = EarningRule.objects.filter(programme=programme, versions__approved_at__isnull=False).distinct().order_by("name", "pk")
        campaigns = Campaign.objects.filter(programme=programme).order_by("name", "pk")
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (_("Rules"), [(f"rule:{rule.code}", rule.name) for rule in rules]),
            *([(_("Campaigns"), [(f"campaign:{of.code}", of.name) for of in campaigns])] if campaigns else []),
            ("all", _("all rules of these days")),
        ]

    def chosen(self) -> dict[str, Any]:
        """Return the rule or the campaign."""
        kind, _colon, code = self.cleaned_data["what"].partition(":")
        if kind == "rule":
            return {"rule": EarningRule.objects.get(programme=self.programme, code=code)}
        return {"campaign": Campaign.objects.get(programme=self.programme, code=code)} if kind == "campaign" else {}


class VersionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stub is generic, the class is not
    """Names a draft by its rule and its days."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.rule.name}: {obj.valid_from} – {obj.valid_to}"


class PastForm(_AskForm):
    """Which drafted rule counts for the days that it names."""

    version = VersionChoice(
        label=gettext_lazy("Which rule?"),
        queryset=EarningRuleVersion.objects.none(),
        help_text=gettext_lazy("Drafts of new rules whose last day has passed. Write one under Earning rules first."),
    )
    field_order = ("version", "store", "reason")

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(programme, *args, **kwargs)
        drafts = EarningRuleVersion.objects.filter(rule__programme=programme, approved_at__isnull=True, version=1, valid_to__isnull=False)
        self.fields["version"].queryset = drafts.select_related("rule").order_by("rule__name", "pk")  # type: ignore[attr-defined]
