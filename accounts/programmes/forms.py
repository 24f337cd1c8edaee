"""What colleagues type about a programme; what it means is decided by the services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes import domain
from accounts.programmes.domain import Activity, ExpiryKind, Terms, Words
from accounts.programmes.models import EXPIRY_KINDS, CurrencyKind, Programme, ProgrammeState, code_validator
from ledger.points.models import PointUnit
from loyalty.kit.points import MOST_POINTS

UNITS = ("tender_step_units", "send_least_units", "send_most_units", "send_most_units_30_days")
"""What people write in points."""
SENDING = ("may_be_sent", "send_least_units", "send_most_units", "send_most_units_30_days", "send_after_days", "send_every_hours")


EXPIRY = ("expiry_kind", "expiry_number", "expiry_month", "expiry_day", "expiry_date", "slide_kind", "slide_number", "slide_by")
SLIDING = [
    (ExpiryKind.DAYS.value, gettext_lazy("days")),
    (ExpiryKind.MONTHS.value, gettext_lazy("months")),
    (ExpiryKind.END_OF_MONTH.value, gettext_lazy("months, to the end of the month")),
    (ExpiryKind.END_OF_QUARTER.value, gettext_lazy("quarters, to the end of the quarter")),
    (ExpiryKind.END_OF_YEAR.value, gettext_lazy("years, to the end of the year")),
]
NEVER = {"kind": "none", "number": 0}


class TermsForm(forms.Form):
    """The next version of how points live; what members hold keeps the terms under which it was given."""

    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Tomorrow or later."),
    )
    expiry_kind = forms.ChoiceField(label=gettext_lazy("Points lapse"), choices=EXPIRY_KINDS, initial=ExpiryKind.MONTHS.value)
    expiry_number = forms.IntegerField(
        label=gettext_lazy("Number of days, months, quarters or years"), min_value=0, max_value=36_500, required=False
    )
    expiry_month = forms.IntegerField(
        label=gettext_lazy("Month of the fixed day"), min_value=1, max_value=12, required=False, help_text=gettext_lazy("1 to 12.")
    )
    expiry_day = forms.IntegerField(
        label=gettext_lazy("Fixed day"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=gettext_lazy("The first day without the points."),
    )
    expiry_date = forms.DateField(
        label=gettext_lazy("Fixed date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day without the points. Who earns later has until the same day a year later."),
    )
    slide_kind = forms.ChoiceField(
        label=gettext_lazy("All points lapse when the member is not active for"),
        choices=[("", gettext_lazy("no such rule")), *SLIDING],
        required=False,
        help_text=gettext_lazy("The earlier of this end and the one above counts."),
    )
    slide_number = forms.IntegerField(label=gettext_lazy("How many of them"), min_value=0, max_value=36_500, required=False)
    slide_by = forms.ChoiceField(
        label=gettext_lazy("What counts as being active"),
        choices=[
            (Activity.ANY.value, gettext_lazy("earning or spending points")),
            (Activity.EARN.value, gettext_lazy("earning points")),
            (Activity.REDEEM.value, gettext_lazy("spending points")),
        ],
        required=False,
    )
    never_tiers = forms.CharField(
        label=gettext_lazy("Tiers whose points never lapse"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Codes of tiers with commas, for example gold, black. Empty: none."),
    )
    pending_days = forms.IntegerField(label=gettext_lazy("Days until points can be spent"), min_value=0, max_value=365)
    point_value_minor = forms.DecimalField(
        label=gettext_lazy("Value of one point"),
        max_digits=14,
        decimal_places=6,
        min_value=Decimal(0),
        help_text=gettext_lazy("In the currency's smallest unit: 1 is one cent."),
    )

    tender_step_units = forms.IntegerField(
        label=gettext_lazy("Points pay in steps of"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        help_text=gettext_lazy("1: any number of points can pay. 100: they pay in hundreds."),
    )

    may_be_sent = forms.BooleanField(label=gettext_lazy("Members may send points to one another"), required=False)
    send_least_units = forms.IntegerField(label=gettext_lazy("Fewest points to send"), min_value=1, max_value=MOST_POINTS, required=False)
    send_most_units = forms.IntegerField(
        label=gettext_lazy("Most points to send at once"),
        min_value=1,
        max_value=MOST_POINTS,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
    )
    send_most_units_30_days = forms.IntegerField(
        label=gettext_lazy("Most points that a member sends in 30 days"),
        min_value=1,
        max_value=MOST_POINTS,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
    )
    send_after_days = forms.IntegerField(
        label=gettext_lazy("Days of membership before points can be sent"), min_value=0, max_value=3650, required=False
    )
    send_every_hours = forms.IntegerField(
        label=gettext_lazy("Hours between two transfers of a member"), min_value=0, max_value=8760, required=False
    )

    def __init__(self, *args: Any, scale: int = 0, **kwargs: Any) -> None:
        """`scale`: decimals of the currency. People write points, the terms keep units: the smallest part of one."""
        super().__init__(*args, **kwargs)
        self.scale = scale
        for name in UNITS if scale else ():
            whole = self.fields[name]
            self.fields[name] = forms.DecimalField(
                label=whole.label,
                min_value=Decimal(1).scaleb(-scale),
                max_value=MOST_POINTS,
                decimal_places=scale,
                required=whole.required,
                help_text=whole.help_text,
            )

    def clean_point_value_minor(self) -> Decimal:
        value: Decimal = self.cleaned_data["point_value_minor"]
        of_a_unit = value.scaleb(-self.scale)
        if of_a_unit != round(of_a_unit, 6):
            raise forms.ValidationError(_("Write at most %(places)s decimals.") % {"places": 6 - self.scale})
        return of_a_unit

    def terms(self, kept_tiers: Mapping[str, Any] | None = None) -> Terms:
        """Return the terms; `kept_tiers` are ends of tiers that were written elsewhere and stay."""
        given = self.cleaned_data
        slides = bool(given["slide_kind"])
        never = {tier.strip() for tier in given["never_tiers"].split(",") if tier.strip()}
        other = {tier: stored for tier, stored in (kept_tiers or {}).items() if stored != NEVER}
        sending: dict[str, Any] = {name: given[name] for name in SENDING if given[name] is not None}
        sending |= {name: self._units(of) for name, of in sending.items() if name in UNITS}
        return Terms(
            expiry_kind=given["expiry_kind"],
            expiry_number=given["expiry_number"] or 0,
            expiry_month=given["expiry_month"],
            expiry_day=given["expiry_day"],
            expiry_date=given["expiry_date"],
            slide_kind=given["slide_kind"],
            slide_number=(given["slide_number"] or 0) if slides else 0,
            slide_by=(given["slide_by"] or Activity.ANY.value) if slides else "",
            tier_expiry={**other, **dict.fromkeys(sorted(never), NEVER)},
            pending_days=given["pending_days"],
            point_value_minor=given["point_value_minor"],
            **sending,
            tender_step_units=self._units(given["tender_step_units"]),
        )

    def _units(self, points: int | Decimal) -> int:
        return int(Decimal(points).scaleb(self.scale))


class CurrencyForm(TermsForm):
    """A new currency of a programme, with the terms under which its points are given first."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        validators=[code_validator],
        help_text=gettext_lazy("For rules and programs, for example stars."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is for"), choices=CurrencyKind.choices, help_text=gettext_lazy("This can never be changed.")
    )
    singular = forms.CharField(label=gettext_lazy("One of them"), max_length=30, help_text=gettext_lazy("For example: point."))
    plural = forms.CharField(label=gettext_lazy("Many of them"), max_length=30, help_text=gettext_lazy("For example: points."))
    turkish = forms.CharField(label=gettext_lazy("In Turkish"), max_length=30, required=False, help_text=gettext_lazy("For example: puan."))
    consumption_order = forms.TypedChoiceField(label=gettext_lazy("Spent first"), choices=PointUnit.Order.choices, coerce=int)
    arrears_policy = forms.TypedChoiceField(
        label=gettext_lazy("Spent points of returned goods"), choices=PointUnit.Arrears.choices, coerce=int, initial=PointUnit.Arrears.LIMIT
    )

    field_order = ("code", "kind", "singular", "plural", "turkish", "valid_from")

    def words(self) -> Words:
        given = self.cleaned_data
        others = {"tr": (given["turkish"], given["turkish"])} if given["turkish"] else {}
        return Words(
            code=given["code"], singular=given["singular"], plural=given["plural"], others=others, kind=domain.CurrencyKind(given["kind"])
        )

    def unit_policies(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in ("consumption_order", "arrears_policy")}


class TextsForm(forms.Form):
    """The next text that new members agree to."""

    effective_on = forms.DateField(label=gettext_lazy("In force from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    en = forms.CharField(label=gettext_lazy("English"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 6}))
    tr = forms.CharField(label=gettext_lazy("Turkish"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 6}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("en") or cleaned.get("tr")):
            self.add_error("en", _("Write the text in at least one language."))
        return cleaned

    def texts(self) -> dict[str, str]:
        return {locale: self.cleaned_data[locale] for locale in ("en", "tr") if self.cleaned_data[locale]}


class StateForm(forms.Form):
    """What becomes of the programme."""

    state = forms.ChoiceField(label=gettext_lazy("What should happen?"), widget=forms.RadioSelect)

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            ProgrammeState.DRAFT: [("live", _("Set it live: members can join and earn"))],
            ProgrammeState.LIVE: [("paused", _("Pause it: nothing is earned until it is live again"))],
            ProgrammeState.PAUSED: [("live", _("Set it live again"))],
        }
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices.get(ProgrammeState(programme.state), [])
