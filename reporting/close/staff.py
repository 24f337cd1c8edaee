"""Month close for colleagues: the list of months, the cockpit of one, and its pack."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import chosen_company, programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from accounts.users.queries import names_of
from ledger.books.models import Period
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from reporting.close import services
from reporting.close.cockpit import cockpit, is_working
from reporting.close.files import file_of
from reporting.close.models import CloseRun
from reporting.close.pages import job_of, page_of
from reporting.close.queries import had_a_hand
from reporting.close.tasks import prepare_soon
from reporting.close.wording import refusal_words
from reporting.close.years import year_of_closes
from reporting.exports.downloads import download, file_name
from reporting.journals.queries import period_with_book
from reporting.journals.wording import period_name, person


@require_safe
@programme_page(Act.SEE_BOOKS)
def closes(request: HttpRequest, programme: Programme) -> HttpResponse:
    """List the months of the programme's book, or of another company's that sells in it, newest first."""
    company, companies = chosen_company(request, programme)
    choices = {"programmes": programme_choices(programme), "companies": companies}
    return render(request, "reporting/close/closes.html", {**choices, **year_of_closes(company.book, clock.now())})


@require_safe
@staff_page(Act.SEE_BOOKS)
def close(request: HttpRequest, period: int) -> HttpResponse:
    """Show one month: checklist, figures, exceptions, and what comes next."""
    return _page(request, period)


@require_safe
@staff_page(Act.SEE_BOOKS)
def progress(request: HttpRequest, period: int) -> HttpResponse:
    """Show how far a preparation is; when none runs, let the page around it load anew, or lead to it."""
    shown = _preparation(period_with_book(period))
    if shown is not None:
        return render(request, "reporting/close/progress.html", {**shown, "may_prepare": may(request.user, Act.PREPARE_CLOSE)})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("staff:close-period", period)


@require_POST
@staff_page(Act.PREPARE_CLOSE)
def prepare(request: HttpRequest, period: int) -> HttpResponse:
    found = period_with_book(period)
    return _act(request, found, lambda: prepare_soon(period=found, preparer=_user(request), at=clock.now()))


@require_POST
@staff_page(Act.PREPARE_CLOSE)
def accept(request: HttpRequest, period: int) -> HttpResponse:
    """Accept the chosen exceptions with one note."""
    found, note = period_with_book(period), request.POST.get("note", "")
    checks = [int(value) for value in request.POST.getlist("check") if value.isdecimal() and len(value) < 15]

    def accept_them() -> None:
        number = services.acknowledge_many(run=_run(found), checks=checks, actor=_user(request), note=note, at=clock.now())
        messages.success(
            request, ngettext("%(number)s exception accepted.", "%(number)s exceptions accepted.", number) % {"number": number}
        )

    return _act(request, found, accept_them)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.APPROVE_CLOSE)
def approve(request: HttpRequest, period: int) -> HttpResponse:
    """Ask once more, then close the month."""
    found = period_with_book(period)
    if request.method != "POST":
        return render(request, "reporting/close/approve.html", _context(request, period))

    def close_it() -> None:
        services.approve_close(run=_run(found), approver=_user(request), at=clock.now())
        messages.success(request, _("%(month)s is closed. Its pack is below.") % {"month": period_name(found)})

    return _act(request, found, close_it)


@require_POST
@staff_page(Act.APPROVE_CLOSE)
def send_back(request: HttpRequest, period: int) -> HttpResponse:
    found, note = period_with_book(period), request.POST.get("note", "")

    def return_it() -> None:
        services.send_back(run=_run(found), approver=_user(request), note=note)
        messages.info(request, _("%(month)s is open again; the preparer sees your note.") % {"month": period_name(found)})

    return _act(request, found, return_it)


@require_safe
@staff_page(Act.SEE_BOOKS)
def file(_request: HttpRequest, period: int, name: str) -> HttpResponse:
    """Send one file of a closed month's pack."""
    shown = cockpit(period, clock.now())
    content = file_of(shown, name) if shown.is_closed else None
    if content is None:
        raise Http404(_("There is no such file. A month has its pack when it is closed."))
    what, _dot, suffix = name.rpartition(".")
    return download(content, file_name(shown.book, str(shown.period), what, suffix=suffix))


def _act(request: HttpRequest, period: Period, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the month; a refusal stands on top of the month as it is."""
    try:
        act()
    except Problem as problem:
        return _page(request, period.pk, problem)
    return redirect("staff:close-period", period.pk)


def _page(request: HttpRequest, pk: int, problem: Problem | None = None) -> HttpResponse:
    context = _context(request, pk)
    if problem is not None:
        context["refusal"] = refusal_words(problem, context["month"], context["period"].ends_on)
        context["written"] = request.POST.get("note", "")
    return render(request, "reporting/close/close.html", context, status=problem.status if problem else 200)


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Return the page's context: the month, and what this person may do with it."""
    shown = cockpit(pk, clock.now())
    with timezone.override(shown.book.time_zone):
        page = page_of(shown)
    may_prepare, may_approve = may(request.user, Act.PREPARE_CLOSE), may(request.user, Act.APPROVE_CLOSE)
    is_own = shown.run is not None and had_a_hand(shown.run, _user(request))
    return {
        **page,
        "may_prepare": may_prepare,
        "may_approve": may_approve,
        "is_own": is_own,
        "may_judge": may_approve and not is_own and shown.is_prepared,
        "journals_url": reverse("staff:journals") + f"?period={pk}",
        "estimates_url": reverse("staff:estimates"),
    }


def _preparation(period: Period) -> dict[str, Any] | None:
    """Return what the bar of a running preparation shows, without the rest of the page; nothing when none runs."""
    run = CloseRun.objects.filter(period=period, state=CloseRun.State.PREPARING).first()
    if run is None or period.is_closed:
        return None
    return {
        "stage": "working" if is_working(period.book) else "queued",
        "job": job_of(run),
        "month": period_name(period),
        "preparer": person(names_of([run.preparer]), run.preparer),
        "period": period,
    }


def _run(period: Period) -> CloseRun:
    """Raises: CloseNotPrepared."""
    run = CloseRun.objects.filter(period=period).select_related("period__book").first()
    if run is None:
        raise services.CloseNotPrepared("Nobody has prepared this month yet.")
    return run


def _user(request: HttpRequest) -> Any:
    return request.user.pk
