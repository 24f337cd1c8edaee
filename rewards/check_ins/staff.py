"""Check-in points for colleagues: which there are, a new one, its code to print or to put on a screen, and its end."""

import uuid
from typing import Any

from django import forms
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
from loyalty.kit.problems import Problem
from loyalty.kit.qr import qr_svg
from rewards.check_ins import services
from rewards.check_ins.domain import CodeKind
from rewards.check_ins.forms import PointForm
from rewards.check_ins.models import CheckInPoint
from rewards.check_ins.queries import NEWEST_FIRST, point_by_id, points_of
from rewards.check_ins.tokens import code_of, screen_of
from rewards.check_ins.words import days_text, hours_text, state_of
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup

_SEE = ("accounts.view_programme", Act.PREPARE_RULES)


@require_safe
@staff_page(*_SEE)
def points(request: StaffRequest, programme: str) -> HttpResponse:
    """List the points, newest first, with how many checked in."""
    found = programme_by_slug(programme)
    page = list_page(request, points_of(found).counted(), NEWEST_FIRST)
    labels = [_("Title"), _("Days"), _("Reports"), _("The code"), _("State")]
    context = {
        **frame(found, "setups"),
        "may_write": may(request.user, Act.PREPARE_RULES),
        "columns": [*({"label": label} for label in labels), {"label": _("Check-ins"), "number": True}],
        "rows": [_row(row, found) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/check_ins/points.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Make a point."""
    found = programme_by_slug(programme)
    types = list(
        Setup.objects.filter(programme=found, kind=SetupKind.EVENT_TYPE, versions__approved_at__isnull=False)
        .distinct()
        .order_by("name", "pk")
    )
    form = PointForm(posted(request), programme=found, types=types)
    if form.is_valid():
        try:
            made = services.make_point(programme=found, facts=form.facts(), author=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The check-in point is ready. Here is its code."))
            return redirect("staff:check-in-point", found.slug, made.pk)
    title = _("New check-in point")
    no_types = _("There is no approved event type yet. Set one up first, then come back.")
    context = {
        "title": title,
        "text": _("Members scan its code and tap once. It stays as it is: to change something, close it and make another.")
        if types
        else no_types,
        "form": form,
        "submit_label": _("Make it"),
        "cancel_url": _list_url(found),
        "crumbs": _crumbs(found, title),
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(*_SEE)
def point(request: StaffRequest, programme: str, point: uuid.UUID) -> HttpResponse:
    """Show a point with its code to print, or with the address of the screen on which the code changes."""
    found = programme_by_slug(programme)
    row, at = point_by_id(found, point), clock.now()
    is_printed = row.code_kind == CodeKind.PRINTED
    name, token = ("portal:check-in", code_of(row, at)) if is_printed else ("portal:check-in-screen", screen_of(row))
    link = request.build_absolute_uri(reverse(name, kwargs={"programme": found.slug, "token": token}))
    is_open = row.closed_at is None
    state, label = state_of(row, at)
    context = {
        "programme": found,
        "point": row,
        "state": state,
        "state_label": label,
        "crumbs": _crumbs(found, row.title),
        "facts": _facts(row, found),
        "is_open": is_open,
        "is_printed": is_printed,
        "link": link,
        "qr": qr_svg(link) if is_open and is_printed else "",
        "valid": f"{days_text(row)}, {hours_text(row)}",
        "close_url": reverse("staff:check-in-point-close", args=[found.slug, row.pk])
        if is_open and may(request.user, Act.PREPARE_RULES)
        else "",
    }
    return render(request, "rewards/check_ins/point.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def close(request: StaffRequest, programme: str, point: uuid.UUID) -> HttpResponseBase:
    """Let nobody check in any more, after a question."""
    found = programme_by_slug(programme)
    row = point_by_id(found, point)
    form = forms.Form(posted(request))
    if form.is_valid():
        services.close_point(point=row, closer=request.user, at=clock.now())
        messages.success(request, _("Closed. Nobody checks in with this code any more; what was earned stays."))
        return redirect("staff:check-in-point", found.slug, row.pk)
    title = _("Close the check-in point")
    context = {
        "title": title,
        "text": _("For %(title)s. Every copy of its code stops working at once; what was earned stays. This cannot be undone.")
        % {"title": row.title},
        "form": form,
        "submit_label": title,
        "kind": "danger",
        "cancel_url": reverse("staff:check-in-point", args=[found.slug, row.pk]),
        "crumbs": _crumbs(found, title),
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _list_url(programme: Programme) -> str:
    return reverse("staff:check-in-points", args=[programme.slug])


def _crumbs(programme: Programme, title: str) -> list[dict[str, str]]:
    return [
        {"label": _("Programmes"), "url": reverse("staff:programmes")},
        {"label": programme.name, "url": reverse("staff:setups", args=[programme.slug])},
        {"label": _("Check-in points"), "url": _list_url(programme)},
        {"label": title},
    ]


def _row(point: Any, programme: Programme) -> list[Any]:
    state, label = state_of(point, clock.now())
    return [
        {"value": point.title, "url": reverse("staff:check-in-point", args=[programme.slug, point.pk]), "hint": str(point.store or "")},
        {"value": days_text(point), "hint": hours_text(point)},
        {"value": point.event_type, "hint": point.get_limit_display()},
        point.get_code_kind_display(),
        {"value": label, "state": state},
        point.times,
    ]


def _facts(point: CheckInPoint, programme: Programme) -> list[dict[str, Any]]:
    particulars = ", ".join(f"{name}: {value}" for name, value in point.payload.items())
    closed = date_format(point.local(point.closed_at), "j F Y, H:i") if point.closed_at else ""
    facts = [
        {"label": _("Store"), "value": str(point.store or "")},
        {"label": _("Days"), "value": days_text(point)},
        {"label": _("Hours"), "value": hours_text(point), "hint": point.store.time_zone if point.store else programme.time_zone},
        {"label": _("Reports"), "value": point.event_type, "hint": particulars},
        {"label": _("How often it counts for a member"), "value": point.get_limit_display()},
        {"label": _("The code"), "value": point.get_code_kind_display()},
        {"label": _("Check-ins"), "value": str(point.check_ins.count())},
        {"label": _("Made by"), "value": str(point.author), "hint": date_format(point.local(point.made_at), "j F Y, H:i")},
        {"label": _("Closed by"), "value": str(point.closed_by or ""), "hint": closed},
    ]
    return [fact for fact in facts if fact["value"]]
