"""Files of trade for colleagues: hand one in, watch it being read, see what is in it, let it go."""

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

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
from rewards.trade_files import words
from rewards.trade_files.forms import TradeFileForm
from rewards.trade_files.models import TradeFile
from rewards.trade_files.queries import trade_file_by_id, trade_files_of
from rewards.trade_files.services import forget, hand_in

_audit = logging.getLogger("pointbook.audit")
_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def trade_files(request: StaffRequest, programme: str) -> HttpResponse:
    """List the files of trade, newest first."""
    found = programme_by_slug(programme)
    page = list_page(request, trade_files_of(found), BY_NEWEST_ID)
    context = {
        **_frame(found),
        "columns": words.list_columns(),
        "rows": [words.listed(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("staff:trade-file-new", args=[found.slug]) if may(request.user, Act.PREPARE_RULES) else "",
    }
    return render(request, "rewards/trade_files/files.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def new(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Hand in a file."""
    found = programme_by_slug(programme)
    form = TradeFileForm(posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = hand_in(programme=found, name=file.name, chunks=file.chunks(), author=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:trade-file", found.slug, row.pk)
    context = {**_frame(found), "form": form, "cancel_url": reverse("staff:trade-files", args=[found.slug])}
    return render(request, "rewards/trade_files/new.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(*_SEE)
def trade_file(request: StaffRequest, programme: str, trade_file: uuid.UUID) -> HttpResponse:
    """Show a file: how far it is read, what is in it, which lines do not count."""
    found = programme_by_slug(programme)
    row = trade_file_by_id(found, trade_file)
    may_ask = may(request.user, Act.PREPARE_RULES)
    is_ready = row.state == TradeFile.State.READY
    with timezone.override(found.time_zone):
        context = {
            **_frame(found, row),
            "row": row,
            "chip": words.CHIPS[row.state],
            "stats": words.stats_of(row),
            "facts": words.facts_of(row),
            "fault_columns": words.fault_columns(),
            "faults": words.faults_of(row),
            "try_url": f"{reverse('staff:back-test-new', args=[found.slug])}?trade={row.pk}" if may_ask and is_ready else "",
            "forget_url": reverse("staff:trade-file-forget", args=[found.slug, row.pk]) if may_ask and row.state != "forgotten" else "",
            **_job(row),
        }
        return render(request, "rewards/trade_files/file.html", context)


@require_safe
@staff_page(*_SEE)
def progress(request: StaffRequest, programme: str, trade_file: uuid.UUID) -> HttpResponse:
    """Show how far the reading is; when it is done, the page is loaded again."""
    return working(request, _job(trade_file_by_id(programme_by_slug(programme), trade_file)))


@require_POST
@staff_page(Act.PREPARE_RULES)
def let_go(request: HttpRequest, programme: str, trade_file: uuid.UUID) -> HttpResponseBase:
    """Forget the lines of a file; back-tests of it keep their figures."""
    row = trade_file_by_id(programme_by_slug(programme), trade_file)
    try:
        forget(file=row.pk)
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        _audit.info("trade file forgotten: %s by user %s", row.pk, request.user.pk)
        messages.success(request, _("The lines of the file are gone. Back-tests of it keep their figures."))
    return redirect("staff:trade-file", row.programme.slug, row.pk)


def _job(row: TradeFile) -> dict[str, Any]:
    place = [row.programme.slug, row.pk]
    return {
        "job": words.job_of(row),
        "is_working": row.is_reading,
        "progress_url": reverse("staff:trade-file-progress", args=place),
        "page_url": reverse("staff:trade-file", args=place),
    }


def _frame(programme: Programme, row: TradeFile | None = None) -> dict[str, Any]:
    crumbs = [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": programme.name, "url": reverse("staff:back-tests", args=[programme.slug])},
        {"label": _("Files of trade"), "url": reverse("staff:trade-files", args=[programme.slug])},
    ]
    if row is not None:
        crumbs.append({"label": row.name, "url": reverse("staff:trade-file", args=[programme.slug, row.pk])})
    return frame(programme, "back-tests") | {"crumbs": crumbs}
