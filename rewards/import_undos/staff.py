"""Undos of imports for colleagues: ask, see what would move, decide, watch it being posted, take the report."""

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
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import Key
from rewards.import_undos import pages, queries
from rewards.import_undos.files import report_lines
from rewards.import_undos.forms import UndoForm
from rewards.import_undos.models import ImportUndo
from rewards.import_undos.services import approve_undo, refuse_undo, request_undo
from rewards.imports.models import BalanceImport
from rewards.imports.pages import currencies_of
from rewards.imports.queries import import_by_id

_audit = logging.getLogger("pointbook.audit")
_SEE = ("accounts.view_programme", Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS)
_SEE_LINES = ("accounts.view_member", Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.REQUEST_ADJUSTMENTS)
def begin(request: StaffRequest, programme: str, balance_import: uuid.UUID) -> HttpResponseBase:
    """Ask to undo an import."""
    found = programme_by_slug(programme)
    of = import_by_id(found, balance_import)
    form = UndoForm(posted(request))
    if form.is_valid():
        try:
            undo = request_undo(balance_import=of.pk, reason=form.cleaned_data["reason"], author=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("It is being worked out now. Nothing moves before another person agrees."))
            return redirect("staff:import-undo", found.slug, undo.pk)
    return _form_page(request, found, of, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def import_undo(request: StaffRequest, programme: str, undo: uuid.UUID) -> HttpResponseBase:
    """Show an undo; who may approve decides here."""
    found = programme_by_slug(programme)
    row = queries.undo_by_id(found, undo)
    decision = _decision(request, row)
    if decision.is_made:
        return redirect("staff:import-undo", found.slug, row.pk)
    currencies = currencies_of(found)
    with timezone.override(found.time_zone):
        context = {
            **_frame(found, row),
            "row": row,
            "title": pages.title_of(row),
            "chip": pages.CHIPS[row.state],
            "facts": pages.facts_of(row, currencies),
            "stats": pages.stats_of(row, currencies),
            "short_text": pages.short_text(row, currencies),
            "form": decision.form,
            **_lines_to_look_at(request, found, row),
            **_job(row, found),
        }
        return render(request, "rewards/import_undos/undo.html", context, status=decision.status)


@require_safe
@staff_page(*_SEE)
def progress(request: StaffRequest, programme: str, undo: uuid.UUID) -> HttpResponse:
    """Show how far the work is; when it is done, the page is loaded again."""
    found = programme_by_slug(programme)
    row = queries.undo_by_id(found, undo)
    return working(request, _job(row, found))


@require_safe
@staff_page(*_SEE_LINES)
def lines(request: StaffRequest, programme: str, undo: uuid.UUID) -> HttpResponse:
    """List every line of an undo, with what became of it."""
    found = programme_by_slug(programme)
    row = queries.undo_by_id(found, undo)
    page = list_page(request, queries.lines_of(row), (Key("line", int),))
    context = {
        **_frame(found, row),
        "title": pages.title_of(row),
        "columns": pages.columns(),
        "rows": pages.table_rows(page.rows, sees_members=may(request.user, Act.FIND_MEMBERS)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/import_undos/lines.html", context)


@require_safe
@staff_page(*_SEE_LINES)
def report(request: StaffRequest, programme: str, undo: uuid.UUID) -> StreamingHttpResponse:
    """Send every line with what became of it as CSV; who took it is written into the audit log."""
    found = programme_by_slug(programme)
    row = queries.undo_by_id(found, undo)
    _audit.info("report of an undo taken: %s of %s by user %s", row.pk, found.slug, request.user.pk)
    response = StreamingHttpResponse(report_lines(row), content_type="text/csv; charset=utf-8")
    name = slugify(row.balance_import.file_name.rpartition(".")[0]) or "import"
    response["Content-Disposition"] = f'attachment; filename="undo-{found.slug}-{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _decision(request: StaffRequest, row: ImportUndo) -> Decision:
    if not row.is_waiting or not may_decide(request, Act.APPROVE_ADJUSTMENTS, asked_by=row.author_id):
        return Decision(None)
    return decide(
        DecisionForm(posted(request)),
        agree=lambda: approve_undo(undo=row.pk, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_undo(undo=row.pk, refuser=request.user, note=note, at=clock.now()),
    )


def _lines_to_look_at(request: StaffRequest, programme: Programme, row: ImportUndo) -> dict[str, Any]:
    """The first lines that are out of the ordinary, for those who may read them."""
    sees = may(request.user, Act.REQUEST_ADJUSTMENTS) or may(request.user, Act.APPROVE_ADJUSTMENTS)
    if row.state == ImportUndo.State.PREVIEWING or not (sees or request.user.has_perm("accounts.view_member")):
        return {}
    return {
        "columns": pages.columns(),
        "rows": pages.table_rows(queries.lines_to_look_at(row), sees_members=may(request.user, Act.FIND_MEMBERS)),
        "all_url": reverse("staff:import-undo-lines", args=[programme.slug, row.pk]),
        "report_url": reverse("staff:import-undo-report", args=[programme.slug, row.pk]),
    }


def _job(row: ImportUndo, programme: Programme) -> dict[str, Any]:
    return {
        "job": pages.job_of(row),
        "is_working": pages.is_working(row),
        "progress_url": reverse("staff:import-undo-progress", args=[programme.slug, row.pk]),
        "page_url": reverse("staff:import-undo", args=[programme.slug, row.pk]),
    }


def _crumbs(programme: Programme, of: BalanceImport) -> list[dict[str, Any]]:
    return [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": programme.name, "url": reverse("staff:imports", args=[programme.slug])},
        {"label": of.file_name, "url": reverse("staff:import", args=[programme.slug, of.pk])},
    ]


def _frame(programme: Programme, row: ImportUndo) -> dict[str, Any]:
    here = {"label": _("Undo"), "url": reverse("staff:import-undo", args=[programme.slug, row.pk])}
    return frame(programme, "imports") | {"crumbs": [*_crumbs(programme, row.balance_import), here]}


def _form_page(request: StaffRequest, programme: Programme, of: BalanceImport, form: UndoForm) -> HttpResponse:
    title = _("Undo the import %(file)s") % {"file": of.file_name}
    context = {
        "title": title,
        "text": _(
            "What it gave is taken back, what it took is given back, exactly. First you see what would move; another person decides."
        ),
        "form": form,
        "submit_label": _("Work it out"),
        "cancel_url": reverse("staff:import", args=[programme.slug, of.pk]),
        "crumbs": [*_crumbs(programme, of), {"label": _("Undo")}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
