"""Causes for colleagues: how far each is, its months, what is owed, and what was handed over."""

import csv
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.clock import month_start
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money, minor_text
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.causes import queries, services
from rewards.causes.domain import CauseMonth
from rewards.causes.forms import HandOverForm
from rewards.causes.models import CauseHandover
from rewards.causes.queries import Cause
from rewards.causes.words import progress_text, rest_text, units_text

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.SEE_BOOKS)


@require_safe
@staff_page(*_SEE)
def causes(request: StaffRequest, programme: str) -> HttpResponse:
    """List the causes with how far they are and what is owed."""
    found, today = _programme(programme)
    labels = (_("Counted"), _("Given"), _("Owed, not handed over"))
    context = {
        **frame(found, "setups"),
        "columns": [{"label": _("Cause")}, *({"label": label, "number": True} for label in labels)],
        "rows": [_row(one, found, today) for one in queries.causes_of(found)],
    }
    return render(request, "rewards/causes/staff_causes.html", context)


@require_safe
@staff_page(*_SEE)
def cause(request: StaffRequest, programme: str, cause: str) -> HttpResponse:
    """Show a cause: its months, newest first, and what was handed over."""
    found, today = _programme(programme)
    one = queries.cause_by_code(found, cause)
    terms, standing, owed = one.terms_on(today), queries.standing_on(one, today), queries.owed_on(one, today)
    page = list_page(request, queries.handovers(one).select_related("handed_by"), BY_NEWEST_ID)
    links = [found.slug, one.code]
    context = {
        **frame(found, "setups"),
        "title": one.setup.name,
        "given": standing.given,
        "pledge": standing.pledge,
        "progress": progress_text(terms, standing),
        "rest": rest_text(terms, standing),
        "facts": [
            {"label": _("Counted"), "value": points_text(standing.counted)},
            {"label": _("Given"), "value": units_text(terms, standing.given)},
            {"label": _("Handed over"), "value": f"{units_text(terms, owed.handed)}, {_money(owed.handed_minor, found)}"},
            {"label": _("Owed, not handed over"), "value": f"{units_text(terms, owed.open_units)}, {_money(owed.open_minor, found)}"},
        ],
        "public_url": reverse("portal:cause", args=links),
        "report_url": reverse("staff:cause-report", args=links),
        "hand_over_url": reverse("staff:cause-hand-over", args=links) if may(request.user, Act.PREPARE_CLOSE) else "",
        "month_columns": [
            {"label": _("Month")},
            *({"label": label, "number": True} for label in (_("Counted"), terms.plural.capitalize(), _("Carried on"), _("Owed"))),
        ],
        "months": [_month(row, found) for row in reversed(queries.months(one, today))],
        "columns": [
            *({"label": label} for label in (_("Number"), _("Through"), _("Reference"), _("Proof"), _("By"))),
            *({"label": label, "number": True} for label in (terms.plural.capitalize(), _("Amount"))),
        ],
        "rows": [_handover(row, found) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/causes/staff_cause.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_CLOSE)
def hand_over(request: StaffRequest, programme: str, cause: str) -> HttpResponseBase:
    """Note that what is owed was handed over to the cause: through which month, by which reference, with which proof."""
    found, today = _programme(programme)
    one = queries.cause_by_code(found, cause)
    back = reverse("staff:cause", args=[found.slug, one.code])
    month = _open_month(one, today)
    if month is None:
        messages.error(request, _("Nothing of a month that is over is owed."))
        return redirect(back)
    owed = queries.owed_on(one, month.last_on)
    form = HandOverForm(posted(request), initial={"through_on": month.last_on, "given": owed.open_units})
    if form.is_valid():
        try:
            row = services.hand_over(cause=one, **form.cleaned_data, staff=request.user, at=clock.now())
        except services.OwedHasChanged as problem:
            messages.error(request, problem.detail)
            return redirect(request.path)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Noted: %(units)s handed over.") % {"units": units_text(one.terms_on(today), row.given)})
            return redirect(back)
    title = _("Hand over: %(cause)s") % {"cause": one.setup.name}
    words = {
        "units": units_text(one.terms_on(today), owed.open_units),
        "amount": _money(owed.open_minor, found),
        "month": date_format(month.month, "F Y"),
    }
    crumbs = [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": one.setup.name, "url": back},
        {"label": title},
    ]
    context = {
        "title": title,
        "text": _("%(units)s for %(amount)s are owed through %(month)s. The payment itself is made outside; this notes it.") % words,
        "form": form,
        "submit_label": _("Note the hand-over"),
        "cancel_url": back,
        "crumbs": crumbs,
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(*_SEE)
def report(_request: StaffRequest, programme: str, cause: str) -> HttpResponse:
    """Send the report to the cause as CSV: the months that are over, and with which hand-over their units went."""
    found, today = _programme(programme)
    one = queries.cause_by_code(found, cause)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cause-{found.slug}-{one.code}.csv"'
    response["Cache-Control"] = "no-store"
    file = csv.writer(response)
    file.writerow(["month", "counted", "given", "carried", "owed", "currency", "handed_over_with", "proof"])
    handed = list(queries.handovers(one).order_by("number"))
    for row in queries.months(one, today):
        with_ = next((of for of in handed if of.through_on >= row.last_on), None)
        proof = [_plain(with_.reference), _plain(with_.document)] if with_ else ["", ""]
        owed = minor_text(row.owed_minor, found.currency)
        file.writerow([f"{row.month:%Y-%m}", row.counted, row.given, row.rest, owed, found.currency, *proof])
    return response


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _programme(slug: str) -> tuple[Programme, dt.date]:
    found = programme_by_slug(slug)
    return found, clock.business_date(clock.now(), found.time_zone)


def _open_month(one: Cause, today: dt.date) -> CauseMonth | None:
    """Return the newest month that is over, if something is owed through it."""
    over = [row for row in queries.months(one, today) if row.last_on < month_start(today)]
    return over[-1] if over and queries.owed_on(one, over[-1].last_on).open_units > 0 else None


def _row(one: Cause, programme: Programme, today: dt.date) -> list[Any]:
    terms, standing, owed = one.terms_on(today), queries.standing_on(one, today), queries.owed_on(one, today)
    return [
        {"value": one.setup.name, "url": reverse("staff:cause", args=[programme.slug, one.code])},
        points_text(standing.counted),
        progress_text(terms, standing),
        _money(owed.open_minor, programme),
    ]


def _month(row: CauseMonth, programme: Programme) -> list[str]:
    figures = [points_text(row.counted), points_text(row.given), points_text(row.rest)]
    return [date_format(row.month, "F Y"), *figures, _money(row.owed_minor, programme)]


def _handover(row: CauseHandover, programme: Programme) -> list[Any]:
    number = {"value": str(row.number), "hint": date_format(row.handed_at, "j M Y")}
    texts = [date_format(row.through_on, "j M Y"), row.reference, row.document, str(row.handed_by)]
    return [number, *texts, points_text(row.given), _money(row.amount_minor, programme)]


def _money(minor: int, programme: Programme) -> str:
    return money_text(Money(minor, programme.currency))
