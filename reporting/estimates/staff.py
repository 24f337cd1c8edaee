"""Estimates for colleagues: every version, a new one, and another person's approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from ledger.valuation.models import Estimate
from ledger.valuation.services import approve_estimate, draft_estimate
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from reporting.estimates import pages
from reporting.estimates.forms import EstimateForm
from reporting.estimates.queries import choices, estimate_story, versions


@require_safe
@programme_page(Act.SEE_BOOKS)
def estimates(request: HttpRequest, programme: Programme) -> HttpResponse:
    """List every version, newest first."""
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "may_draft": may(request.user, Act.PREPARE_CLOSE),
        **pages.versions_of(versions(programme)),
    }
    return render(request, "reporting/estimates/estimates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.PREPARE_CLOSE)
def draft(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Write a new estimate; nothing changes before another person approves it."""
    allowed = choices(programme)
    form = EstimateForm(request.POST or None, choices=allowed)
    if form.is_valid():
        try:
            made = draft_estimate(unit=allowed.unit, preparer=_user(request), at=clock.now(), **form.draft())
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            return redirect("staff:estimate", made.pk)
    context = {
        "title": _("New estimate"),
        "form": form,
        "text": _("A draft changes nothing. You see its effect next, and another person approves it."),
        "submit_label": _("Save the draft"),
        "cancel_url": reverse("staff:estimates"),
        "crumbs": [{"label": _("Estimates"), "url": reverse("staff:estimates")}, {"label": _("New estimate")}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Act.SEE_BOOKS)
def estimate(request: HttpRequest, estimate: int) -> HttpResponse:
    """Show one estimate; a draft with its effect."""
    return _page(request, estimate)


@require_POST
@staff_page(Act.APPROVE_CLOSE)
def approve(request: HttpRequest, estimate: int) -> HttpResponse:
    try:
        approve_estimate(estimate=Estimate(pk=estimate), approver=_user(request), at=clock.now())
    except Estimate.DoesNotExist:
        return _page(request, estimate)
    except Problem as problem:
        return _page(request, estimate, problem)
    messages.success(request, _("The estimate is in force. The next close uses it."))
    return redirect("staff:estimate", estimate)


def _page(request: HttpRequest, pk: int, problem: Problem | None = None) -> HttpResponse:
    """Show the estimate as it is; a refusal stands on top. Raises: EstimateNotFound."""
    story = estimate_story(pk, clock.now())
    with timezone.override(story.book.time_zone):
        context: dict[str, Any] = pages.page_of(story)
    context |= {
        "may_approve": may(request.user, Act.APPROVE_CLOSE),
        "is_own": story.estimate.prepared_by == _user(request),
        "refusal": problem.detail if problem else "",
    }
    return render(request, "reporting/estimates/estimate.html", context, status=problem.status if problem else 200)


def _user(request: HttpRequest) -> Any:
    return request.user.pk
