"""Gift cards for finance: what is owed on them month by month, and how much of it nobody will spend."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money, exponent
from loyalty.kit.problems import Problem
from reporting.exports.downloads import download
from reporting.gift_cards.forms import CardEstimateForm
from reporting.gift_cards.models import CardEstimate
from reporting.gift_cards.pages import estimates_of
from reporting.gift_cards.queries import CardMonth, CardReport, card_reports, estimate_months, estimates
from reporting.gift_cards.services import approve_estimate, draft_estimate
from reporting.rollforward.files import Cell, as_csv
from rewards.gift_cards.domain import CardKind

FIGURES = ("opening", "issued", "charged", "given_back", "expired", "closing")


@require_safe
@programme_page(Act.SEE_BOOKS)
def report(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the months of sold and of given cards."""
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "reports": [_shown(one, programme.currency) for one in card_reports(programme)],
        "may_draft": may(request.user, Act.PREPARE_CLOSE),
        "estimates": estimates_of(estimates(programme), _user(request), may_approve=may(request.user, Act.APPROVE_CLOSE)),
    }
    return render(request, "reporting/gift_cards/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.PREPARE_CLOSE)
def draft(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Write a new estimate; nothing changes before another person approves it."""
    form = CardEstimateForm(request.POST or None, months=estimate_months(programme))
    if form.is_valid():
        draft_estimate(programme=programme, preparer=_user(request), at=clock.now(), **form.draft())
        messages.success(request, _("The draft is saved. It changes nothing before another person approves it."))
        return redirect("staff:gift-card-report")
    crumbs = [{"label": _("Gift cards, month by month"), "url": reverse("staff:gift-card-report")}, {"label": _("New estimate")}]
    context = {
        "title": _("New estimate for gift cards"),
        "form": form,
        "text": _("A draft changes nothing. Another person approves it."),
        "submit_label": _("Save the draft"),
        "cancel_url": reverse("staff:gift-card-report"),
        "crumbs": crumbs,
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Act.APPROVE_CLOSE)
def approve(request: HttpRequest, estimate: int) -> HttpResponse:
    found = get_object_or_404(CardEstimate, pk=estimate)
    try:
        approve_estimate(estimate=found, approver=_user(request), at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("The estimate is in force. The next close uses it."))
    return redirect("staff:gift-card-report")


@require_safe
@programme_page(Act.SEE_BOOKS)
def report_file(_request: HttpRequest, programme: Programme) -> HttpResponse:
    """Send all months as CSV, amounts in major units."""
    digits = exponent(programme.currency)
    table: list[list[Cell]] = [["month", "kind", *FIGURES]]
    for one in card_reports(programme):
        for row in one.months:
            amounts = (Decimal(getattr(row, name)).scaleb(-digits) for name in FIGURES)
            table.append([f"{row.month:%Y-%m}", row.kind.value, *amounts])
    return download(as_csv(table), f"gift-cards-{programme.slug}.csv")


def _shown(report: CardReport, currency: str) -> dict[str, Any]:
    labels = (_("Opening"), _("Issued"), _("Paid with them"), _("Given back"), _("Ran out"), _("Closing"))
    is_sold = report.kind == CardKind.SOLD
    return {
        "title": _("Sold cards") if is_sold else _("Given cards"),
        "text": _("Paid for in advance: owed until they pay or run out.")
        if is_sold
        else _("Promotions: nobody paid, so nothing is owed. What they pay is a price concession."),
        "columns": [{"label": _("Month")}, *({"label": label, "number": True} for label in labels)],
        "rows": [_row(row, currency) for row in reversed(report.months)],
        "state": "verified" if report.ties else "refused",
        "tie": _("ties with the cards") if report.ties else _("differs from the cards"),
        "on_cards": money_text(Money(report.on_cards, currency)),
    }


def _row(row: CardMonth, currency: str) -> list[str]:
    return [date_format(row.month, "F Y"), *(money_text(Money(getattr(row, name), currency)) for name in FIGURES)]


def _user(request: HttpRequest) -> Any:
    return request.user.pk
