"""Imports of balances for colleagues: hand in a file, see what it would move, decide, watch it being posted, take the report."""

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.deciding import Decision, DecisionForm, decide, may_decide
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page, working
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID, Key
from rewards.imports import pages, queries
from rewards.imports.domain import ImportMode
from rewards.imports.files import report_lines
from rewards.imports.forms import ImportForm
from rewards.imports.models import BalanceImport
from rewards.imports.services import ImportFile, approve_import, refuse_import, request_import

_audit = logging.getLogger("pointbook.audit")
_SEE = ("accounts.view_programme", Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS)
_SEE_ROWS = ("accounts.view_member", Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS)


@require_safe
@staff_page(*_SEE)
def imports(request: StaffRequest, programme: str) -> HttpResponse:
    """List the files that came in, newest first."""
    found = programme_by_slug(programme)
    page = list_page(request, queries.imports_of(found), BY_NEWEST_ID)
    context = {
        **frame(found, "imports"),
        "columns": pages.list_columns(),
        "rows": [pages.listed(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("staff:import-new", args=[found.slug]),
        "may_ask": may(request.user, Act.REQUEST_ADJUSTMENTS),
    }
    return render(request, "rewards/imports/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def balance_import(request: StaffRequest, programme: str, balance_import: uuid.UUID) -> HttpResponseBase:
    """Show an import; who may approve decides here."""
    found = programme_by_slug(programme)
    row = queries.import_by_id(found, balance_import)
    decision = _decision(request, row)
    if decision.is_made:
        return redirect("staff:import", found.slug, row.pk)
    with timezone.override(found.time_zone):
        context = {
            **_frame(found, row),
            "row": row,
            "chip": pages.CHIPS[row.state],
            "facts": pages.facts_of(row),
            "stats": pages.stats_of(row, pages.currencies_of(found)),
            "warning": pages.warning_of(row),
            "form": decision.form,
            **_rows_to_look_at(request, found, row),
            **_undo(request, found, row),
            **_job(row, found),
        }
        return render(request, "rewards/imports/import.html", context, status=decision.status)


@require_safe
@staff_page(*_SEE)
def progress(request: StaffRequest, programme: str, balance_import: uuid.UUID) -> HttpResponse:
    """Show how far the work is; when it is done, the page is loaded again."""
    found = programme_by_slug(programme)
    row = queries.import_by_id(found, balance_import)
    return working(request, _job(row, found))


@require_safe
@staff_page(*_SEE_ROWS)
def rows(request: StaffRequest, programme: str, balance_import: uuid.UUID) -> HttpResponse:
    """List every row of an import, with what became of it."""
    found = programme_by_slug(programme)
    row = queries.import_by_id(found, balance_import)
    page = list_page(request, queries.rows_of(row), (Key("line", int),))
    context = {
        **_frame(found, row),
        "row": row,
        "columns": pages.row_columns(),
        "rows": pages.table_rows(page.rows, sees_members=may(request.user, Act.FIND_MEMBERS)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/imports/rows.html", context)


@require_safe
@staff_page(*_SEE_ROWS)
def report(request: StaffRequest, programme: str, balance_import: uuid.UUID) -> StreamingHttpResponse:
    """Send every row with what became of it as CSV; who took it is written into the audit log."""
    found = programme_by_slug(programme)
    row = queries.import_by_id(found, balance_import)
    _audit.info("import report taken: %s of %s by user %s", row.pk, found.slug, request.user.pk)
    response = StreamingHttpResponse(report_lines(row), content_type="text/csv; charset=utf-8")
    name = slugify(row.file_name.rpartition(".")[0]) or "import"
    response["Content-Disposition"] = f'attachment; filename="report-{found.slug}-{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.REQUEST_ADJUSTMENTS)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Hand in a file."""
    found = programme_by_slug(programme)
    form = ImportForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            row = _ask(found, form.cleaned_data, request.user)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The file is being read now. Nothing moves before another person agrees."))
            return redirect("staff:import", found.slug, row.pk)
    return _form_page(request, found, form)


def _ask(programme: Programme, given: dict[str, Any], author: User) -> BalanceImport:
    file = ImportFile(given["file"].name, given["file"].read())
    options = {name: given[name] for name in ("creates_missing", "keeps_policy", "counts_again", "reason")}
    return request_import(programme=programme, file=file, mode=ImportMode(given["mode"]), author=author, at=clock.now(), **options)


def _decision(request: StaffRequest, row: BalanceImport) -> Decision:
    if not row.is_waiting or not may_decide(request, Act.APPROVE_ADJUSTMENTS, asked_by=row.author_id):
        return Decision(None)
    return decide(
        DecisionForm(posted(request)),
        agree=lambda: approve_import(balance_import=row.pk, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_import(balance_import=row.pk, refuser=request.user, note=note, at=clock.now()),
    )


def _rows_to_look_at(request: StaffRequest, programme: Programme, row: BalanceImport) -> dict[str, Any]:
    """The first rows that do not count, for those who may read them."""
    if row.state == BalanceImport.State.READING or not (
        may(request.user, Act.REQUEST_ADJUSTMENTS)
        or may(request.user, Act.APPROVE_ADJUSTMENTS)
        or request.user.has_perm("accounts.view_member")
    ):
        return {}
    return {
        "columns": pages.row_columns(),
        "rows": pages.table_rows(queries.rows_to_look_at(row), sees_members=may(request.user, Act.FIND_MEMBERS)),
        "all_url": reverse("staff:import-rows", args=[programme.slug, row.pk]),
        "report_url": reverse("staff:import-report", args=[programme.slug, row.pk]),
    }


def _undo(request: StaffRequest, programme: Programme, row: BalanceImport) -> dict[str, Any]:
    """The undo of an import that was posted, or where to ask for it."""
    undo = queries.undo_of(row)
    if undo is not None:
        return {"undo": undo, "undo_url": reverse("staff:import-undo", args=[programme.slug, undo.pk])}
    if row.state != BalanceImport.State.DONE or not may(request.user, Act.REQUEST_ADJUSTMENTS):
        return {}
    return {"ask_undo_url": reverse("staff:import-undo-new", args=[programme.slug, row.pk])}


def _job(row: BalanceImport, programme: Programme) -> dict[str, Any]:
    return {
        "job": pages.job_of(row),
        "is_working": pages.is_working(row),
        "progress_url": reverse("staff:import-progress", args=[programme.slug, row.pk]),
        "page_url": reverse("staff:import", args=[programme.slug, row.pk]),
    }


def _frame(programme: Programme, row: BalanceImport) -> dict[str, Any]:
    crumbs = [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": programme.name, "url": reverse("staff:imports", args=[programme.slug])},
        {"label": row.file_name, "url": reverse("staff:import", args=[programme.slug, row.pk])},
    ]
    return frame(programme, "imports") | {"crumbs": crumbs}


def _form_page(request: StaffRequest, programme: Programme, form: ImportForm) -> HttpResponse:
    back = reverse("staff:imports", args=[programme.slug])
    title = _("Import balances")
    context = {
        "title": title,
        "text": _("Members and points from another system. First you see what would move; another person decides."),
        "form": form,
        "submit_label": _("Read the file"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
