"""Companies for colleagues: which there are, and how another one of the group is opened with its book."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entities import domain
from accounts.entities.models import LegalEntity, validate_country, validate_time_zone
from accounts.entities.services import open_entity
from accounts.members.forms import show_problem
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from ledger.books.domain import Profile
from loyalty.kit.clock import add_months
from loyalty.kit.problems import Problem

FIRST_YEAR = dt.date(2000, 1, 1)


def _in_a_year() -> dt.date:
    return add_months(timezone.localdate(), 12)


class CompanyForm(forms.Form):
    """Which company, and how are its books kept?"""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"), help_text=gettext_lazy("Small letters, digits and hyphens, for example harbour-hotels.")
    )
    country = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=2,
        validators=[validate_country],
        help_text=gettext_lazy("Two capital letters, for example TR."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency of its book"), max_length=3, help_text=gettext_lazy("Three letters, for example EUR.")
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, validators=[validate_time_zone])
    books_from = forms.DateField(
        label=gettext_lazy("Books from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(_in_a_year)],
        help_text=gettext_lazy("Its first month is that of this day."),
    )
    profile = forms.ChoiceField(
        label=gettext_lazy("Who books its sales?"),
        choices=[
            (Profile.OVERLAY.value, gettext_lazy("Its own system does, we add the points")),
            (Profile.FULL.value, gettext_lazy("We do, sales included")),
        ],
    )

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not domain.is_currency(currency):
            raise forms.ValidationError(_("Write the currency as three letters, for example EUR."))
        return currency


@require_safe
@staff_page(Act.MANAGE_PROGRAMMES, Act.MANAGE_PARTNERS)
def companies(request: StaffRequest) -> HttpResponse:
    """List our companies with their books; they are few."""
    found = LegalEntity.objects.select_related("book").annotate(shops=Count("stores")).order_by("name", "pk")
    profiles = {Profile.OVERLAY: _("points beside its own books"), Profile.FULL: _("all sales")}
    context: dict[str, Any] = {
        "columns": [
            {"label": _("Company")},
            {"label": _("Country")},
            {"label": _("Currency")},
            {"label": _("Its book has")},
            {"label": _("Stores"), "number": True},
        ],
        "rows": [[row.name, row.country, row.book.currency, profiles[Profile(row.book.profile)], row.shops] for row in found],
        "may_open": may(request.user, Act.MANAGE_PROGRAMMES),
        "crumbs": [{"label": _("Partners"), "url": reverse("staff:partners")}, {"label": _("Companies of the group")}],
    }
    return render(request, "accounts/entities/companies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PROGRAMMES)
def open_company(request: StaffRequest) -> HttpResponseBase:
    """Open a company with its book and the usual channels; its stores are added in the administration."""
    form = CompanyForm(posted(request))
    back = reverse("staff:companies")
    if form.is_valid():
        said = form.cleaned_data | {"profile": Profile(form.cleaned_data["profile"])}
        try:
            company = open_entity(**said)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%(company)s is open. Add its stores, and name it as a partner.") % {"company": company})
            return redirect(back)
    title = _("Open a company")
    trail = [
        {"label": _("Partners"), "url": reverse("staff:partners")},
        {"label": _("Companies of the group"), "url": back},
        {"label": title},
    ]
    text = _(
        "A company of the group keeps its own book. As a partner it sells in the programmes of another one, pays for the points and is paid for rewards."
    )
    context = {"title": title, "text": text, "form": form, "submit_label": _("Open the company"), "cancel_url": back, "crumbs": trail}
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
