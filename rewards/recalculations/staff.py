"""Recalculations for colleagues: ask, see what would move, decide, watch it being posted."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
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
from loyalty.kit.rest.paging import BY_NEWEST_ID, Key
from rewards.recalculations import pages, queries
from rewards.recalculations.forms import PastForm, UndoForm
from rewards.recalculations.models import Recalculation
from rewards.recalculations.services import approve_recalculation, refuse_recalculation, request_retroactive, request_undo

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def recalculations(request: StaffRequest, programme: str) -> HttpResponse:
    """List what was undone and added for the past, newest first."""
    found = programme_by_slug(programme)
    page = list_page(request, queries.recalculations_of(found), BY_NEWEST_ID)
    context = {
        **frame(found, "recalculations"),
        "columns": pages.list_columns(),
        "rows": [pages.listed(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "undo_url": reverse("staff:recalculation-undo", args=[found.slug]),
        "past_url": reverse("staff:recalculation-past", args=[found.slug]),
        "may_ask": may(request.user, Act.PREPARE_RULES),
    }
    return render(request, "rewards/recalculations/recalculations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def recalculation(request: StaffRequest, programme: str, recalculation: uuid.UUID) -> HttpResponseBase:
    """Show a recalculation; who may approve decides here."""
    found = programme_by_slug(programme)
    row = queries.recalculation_by_id(found, recalculation)
    decision = _decision(request, row)
    if decision.is_made:
        return redirect("staff:recalculation", found.slug, row.pk)
    currencies = pages.currencies_of(found)
    items = [] if row.state == Recalculation.State.PREVIEWING else queries.largest_items(row)
    with timezone.override(found.time_zone):
        context = {
            **_frame(found, row),
            "row": row,
            "title": pages.title_of(row),
            "chip": pages.CHIPS[row.state],
            "facts": pages.facts_of(row),
            "stats": pages.stats_of(row, currencies),
            "short_text": pages.short_text(row, currencies),
            "newcomers_text": pages.newcomers_text(row),
            "columns": pages.item_columns(),
            "rows": pages.item_rows(items, queries.results_of(row, items), currencies, sees_members=may(request.user, Act.FIND_MEMBERS)),
            "all_url": reverse("staff:recalculation-purchases", args=[found.slug, row.pk]),
            "form": decision.form,
            **_job(row, found),
        }
        return render(request, "rewards/recalculations/recalculation.html", context, status=decision.status)


@require_safe
@staff_page(*_SEE)
def progress(request: StaffRequest, programme: str, recalculation: uuid.UUID) -> HttpResponse:
    """Show how far the work is; when it is done, the page is loaded again."""
    found = programme_by_slug(programme)
    row = queries.recalculation_by_id(found, recalculation)
    return working(request, _job(row, found))


@require_safe
@staff_page(*_SEE)
def purchases(request: StaffRequest, programme: str, recalculation: uuid.UUID) -> HttpResponse:
    """List every purchase of a recalculation, with what became of it."""
    found = programme_by_slug(programme)
    row = queries.recalculation_by_id(found, recalculation)
    page = list_page(request, queries.items_of(row), (Key("id", uuid.UUID),))
    results = queries.results_of(row, page.rows)
    context = {
        **_frame(found, row),
        "title": pages.title_of(row),
        "columns": pages.item_columns(),
        "rows": pages.item_rows(page.rows, results, pages.currencies_of(found), sees_members=may(request.user, Act.FIND_MEMBERS)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/recalculations/purchases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def undo(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Ask to undo rules for the purchases of some days."""
    found = programme_by_slug(programme)
    form = UndoForm(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        days = {"first_on": given["first_on"], "last_on": given["last_on"], "store": given["store"]}
        try:
            row = request_undo(programme=found, reason=given["reason"], author=request.user, at=clock.now(), **days, **form.chosen())
        except Problem as problem:
            show_problem(form, problem)
        else:
            return _asked(request, found, row)
    return _form_page(request, found, form, _("Undo rules"), _("What they gave is taken back, exactly. First you see what would move."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def past(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Ask to let a drafted rule count for days that have passed."""
    found = programme_by_slug(programme)
    form = PastForm(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = request_retroactive(
                version=given["version"], store=given["store"], reason=given["reason"], author=request.user, at=clock.now()
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            return _asked(request, found, row)
    text = _("The rule counts for purchases that were made already. First you see what would move.")
    return _form_page(request, found, form, _("Rule for the past"), text)


def _decision(request: StaffRequest, row: Recalculation) -> Decision:
    if not row.is_waiting or not may_decide(request, Act.APPROVE_RULES, asked_by=row.author_id):
        return Decision(None)
    return decide(
        DecisionForm(posted(request)),
        agree=lambda: approve_recalculation(recalculation=row.pk, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_recalculation(recalculation=row.pk, refuser=request.user, note=note, at=clock.now()),
    )


def _asked(request: StaffRequest, programme: Programme, row: Recalculation) -> HttpResponseBase:
    messages.success(request, _("It is being worked out now. Nothing moves before another person agrees."))
    return redirect("staff:recalculation", programme.slug, row.pk)


def _job(row: Recalculation, programme: Programme) -> dict[str, Any]:
    return {
        "job": pages.job_of(row),
        "is_working": pages.is_working(row),
        "progress_url": reverse("staff:recalculation-progress", args=[programme.slug, row.pk]),
        "page_url": reverse("staff:recalculation", args=[programme.slug, row.pk]),
    }


def _frame(programme: Programme, row: Recalculation) -> dict[str, Any]:
    crumbs = [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": programme.name, "url": reverse("staff:recalculations", args=[programme.slug])},
        {"label": pages.title_of(row), "url": reverse("staff:recalculation", args=[programme.slug, row.pk])},
    ]
    return frame(programme, "recalculations") | {"crumbs": crumbs}


def _form_page(request: StaffRequest, programme: Programme, form: Any, title: str, text: str) -> HttpResponse:
    back = reverse("staff:recalculations", args=[programme.slug])
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit_label": _("Work it out"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
