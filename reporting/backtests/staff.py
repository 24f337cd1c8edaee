"""Back-tests for colleagues: ask, watch, read, take along, accept a cost."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page, working
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from reporting.backtests import pages
from reporting.backtests.domain import report_of
from reporting.backtests.files import months_table, sheets
from reporting.backtests.forms import BackTestForm
from reporting.backtests.predictions import drafts_of, name_of, predictions
from reporting.exports.downloads import download
from reporting.rollforward.files import as_csv, as_xlsx
from rewards.backtests.models import BackTest
from rewards.backtests.queries import back_test_by_id, back_tests_of
from rewards.backtests.services import request_back_test, request_repetition, stop_back_test
from rewards.trade_files.queries import files_of_trade_to_try
from rewards.versions.costs import accept_cost

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def back_tests(request: StaffRequest, programme: str) -> HttpResponse:
    """List what was tried on the past, newest first."""
    found = programme_by_slug(programme)
    page = list_page(request, back_tests_of(found), BY_NEWEST_ID)
    context = {
        **frame(found, "back-tests"),
        "columns": pages.list_columns(),
        "rows": [pages.listed(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("staff:back-test-new", args=[found.slug]) if may(request.user, Act.PREPARE_RULES) else "",
        "trade_url": reverse("staff:trade-files", args=[found.slug]),
    }
    return render(request, "reporting/backtests/back_tests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def new(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Ask for a back-test; ?draft= chooses a draft beforehand, ?trade= a file of trade with its days."""
    found = programme_by_slug(programme)
    at = clock.now()
    form = BackTestForm(found, clock.business_date(at, found.time_zone), posted(request), initial=_initial(request, found))
    if form.is_valid():
        try:
            row = request_back_test(programme=found, author=request.user, at=at, **form.asked())
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:back-test", found.slug, row.pk)
    context = {**frame(found, "back-tests"), "form": form, "cancel_url": reverse("staff:back-tests", args=[found.slug])}
    return render(request, "reporting/backtests/new.html", context, status=422 if form.errors else 200)


def _initial(request: StaffRequest, programme: Programme) -> dict[str, Any]:
    chosen: dict[str, Any] = {"drafts": request.GET.getlist("draft")}
    asked = request.GET.get("trade", "")
    trade = next((of for of in files_of_trade_to_try(programme) if str(of.pk) == asked), None) if asked else None
    return chosen | {"trade": trade, "first_on": trade.first_on, "last_on": trade.last_on} if trade else chosen


@require_safe
@staff_page(*_SEE)
def back_test(request: StaffRequest, programme: str, back_test: uuid.UUID) -> HttpResponse:
    """Show a back-test: how far it is, or what it found."""
    found = programme_by_slug(programme)
    row = back_test_by_id(found, back_test)
    with timezone.override(found.time_zone):
        context = {
            **frame(found, "back-tests"),
            "row": row,
            "chip": pages.CHIPS[row.state],
            "facts": pages.facts_of(row),
            "looked_at": pages.looked_at_text(row),
            "may_ask": may(request.user, Act.PREPARE_RULES),
            "repeat_url": reverse("staff:back-test-repeat", args=[found.slug, row.pk]),
            "stop_url": reverse("staff:back-test-stop", args=[found.slug, row.pk]),
            **_job(row),
            **(_report(request, row) if row.state == BackTest.State.DONE else {}),
        }
        return render(request, "reporting/backtests/back_test.html", context)


@require_safe
@staff_page(*_SEE)
def progress(request: StaffRequest, programme: str, back_test: uuid.UUID) -> HttpResponse:
    """Show how far the work is; when it is done, the page is loaded again."""
    row = back_test_by_id(programme_by_slug(programme), back_test)
    return working(request, _job(row))


@require_safe
@staff_page(*_SEE)
def export(request: StaffRequest, programme: str, back_test: uuid.UUID, name: str) -> HttpResponse:  # noqa: ARG001 a view gets its request
    """Answer with the months as CSV or all tables as XLSX."""
    row = back_test_by_id(programme_by_slug(programme), back_test)
    if row.state != BackTest.State.DONE or name not in ("months.csv", "back-test.xlsx"):
        raise Http404
    report = report_of(row.figures)
    stem = f"{row.programme.slug}-{slugify(row.name) or 'back-test'}"
    if name == "months.csv":
        return download(as_csv(months_table(row, report)), f"{stem}-months.csv")
    return download(as_xlsx(sheets(row, report)), f"{stem}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def repeat(request: StaffRequest, programme: str, back_test: uuid.UUID) -> HttpResponseBase:
    """Work it out again from the same inputs."""
    row = back_test_by_id(programme_by_slug(programme), back_test)
    if request.method == "POST":
        row = request_repetition(of=row, author=request.user, at=clock.now())
    return redirect("staff:back-test", row.programme.slug, row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def stop(request: StaffRequest, programme: str, back_test: uuid.UUID) -> HttpResponseBase:
    """Give it up; what is done already changes nothing."""
    row = back_test_by_id(programme_by_slug(programme), back_test)
    if request.method == "POST" and row.is_working:
        stop_back_test(back_test=row)
    return redirect("staff:back-test", row.programme.slug, row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.APPROVE_RULES)
def accept(request: StaffRequest, programme: str, back_test: uuid.UUID) -> HttpResponseBase:
    """Accept that the drafts of this back-test cost more than their budget."""
    row = back_test_by_id(programme_by_slug(programme), back_test)
    for draft in drafts_of(row) if request.method == "POST" else ():
        if draft.over_budget_id == row.pk and draft.approved_at is None and draft.author_id != request.user.pk:
            accept_cost(draft=draft, person=request.user)
    return redirect("staff:back-test", row.programme.slug, row.pk)


def _job(row: BackTest) -> dict[str, Any]:
    place = [row.programme.slug, row.pk]
    return {
        "job": pages.job_of(row),
        "is_working": row.is_working,
        "progress_url": reverse("staff:back-test-progress", args=place),
        "page_url": reverse("staff:back-test", args=place),
    }


def _report(request: StaffRequest, row: BackTest) -> dict[str, Any]:
    report = report_of(row.figures)
    writer = pages.Writer(row, report)
    today = clock.business_date(clock.now(), row.programme.time_zone)
    since = predictions(row, report, today=today)
    drafts = drafts_of(row)
    waiting = [of for of in drafts if of.over_budget_id == row.pk and of.approved_at is None and of.cost_accepted_by_id is None]
    place = [row.programme.slug, row.pk]
    return {
        "sentences": writer.sentences(),
        "stats": writer.stats(),
        "charts": writer.charts(),
        "points_word": writer.currency.plural_word,
        "months": writer.months(),
        "groups": writer.groups(),
        "moves": writer.moves(),
        "rules": writer.rules(),
        "members": writer.members(sees=may(request.user, Act.FIND_MEMBERS)),
        "proof_text": writer.proof_text(),
        "estimate_text": writer.estimate_text(),
        "unplayed_text": writer.unplayed_text(),
        "is_proven": not report.differing and row.trade is None,
        "predictions": writer.predictions(since) if since else None,
        "waiting": [(of, name_of(of)) for of in waiting],
        "may_accept": bool(waiting) and may(request.user, Act.APPROVE_RULES) and all(of.author_id != request.user.pk for of in waiting),
        "accept_url": reverse("staff:back-test-accept", args=place),
        "accepted": [(of, name_of(of)) for of in drafts if of.over_budget_id == row.pk and of.cost_accepted_by_id is not None],
        "csv_url": reverse("staff:back-test-export", args=[*place, "months.csv"]),
        "xlsx_url": reverse("staff:back-test-export", args=[*place, "back-test.xlsx"]),
    }
