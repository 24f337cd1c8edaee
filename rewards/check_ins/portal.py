"""Where a scanned code leads: one tap, and what it earned. And the screen in the shop on which a code changes."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page, public_programme
from accounts.members.models import Member
from loyalty.kit import clock
from loyalty.kit.problems import NotFound, Problem
from loyalty.kit.qr import qr_svg
from rewards.check_ins.domain import seconds_left
from rewards.check_ins.models import CheckInPoint
from rewards.check_ins.pages import forget_scan, note_scan, scanned_at
from rewards.check_ins.queries import check_open, point_of_code, point_of_screen
from rewards.check_ins.services import CheckedInBefore
from rewards.check_ins.services import check_in as check_member_in
from rewards.check_ins.tokens import code_of
from rewards.check_ins.words import days_text, hours_text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, programme: str, token: str) -> HttpResponseBase:
    """Note the scan of a code that counts; then sign in if needed, and tap."""
    found = public_programme(programme)
    try:
        point_of_code(found, token, scanned_at(request, token) or clock.now())
    except Problem:
        pass
    else:
        note_scan(request, token)
    return _tap(request, programme=programme, token=token)


@portal_member
def _tap(request: HttpRequest, member: Member, token: str) -> HttpResponse:
    """Show what the code is for, and check in when tapped; a second tap leads to what the first one earned."""
    at = scanned_at(request, token)
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    try:
        point = point_of_code(member.programme, token, at or clock.now())
        if request.method != "POST":
            return _page(request, member, "check_in", point=point, days=days_text(point), hours=hours_text(point))
        done = check_member_in(member=member, token=token, scanned_at=at, at=clock.now())
    except CheckedInBefore as problem:
        forget_scan(request)
        messages.info(request, problem.detail)
        return redirect("portal:activity-event", programme=member.programme.slug, event=problem.extra["event"])
    except Problem as problem:
        return _page(request, member, "refused", refusal=problem.detail, back_url=home, status=problem.status)
    forget_scan(request)
    messages.success(request, _("You are checked in: %(title)s.") % {"title": done.check_in.point.title})
    return redirect("portal:activity-event", programme=member.programme.slug, event=done.record.event.pk)


@never_cache
@require_safe
def screen(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """Show the code of now on a tablet in the shop, which needs no sign-in; the page loads itself again when the code changes."""
    found, at = public_programme(programme), clock.now()
    try:
        point = point_of_screen(found, token)
    except NotFound as problem:
        raise Http404(problem.detail) from problem
    closed = _closed(point, at)
    link = request.build_absolute_uri(reverse("portal:check-in", kwargs={"programme": found.slug, "token": code_of(point, at)}))
    response = portal_page(
        request,
        found,
        "rewards/check_ins/screen.html",
        point=point,
        closed=closed,
        qr="" if closed else qr_svg(link),
        hours=hours_text(point),
    )
    response["Refresh"] = str(seconds_left(at))
    return response


def _closed(point: CheckInPoint, at: dt.datetime) -> str:
    try:
        check_open(point, at)
    except Problem as problem:
        return problem.detail
    return ""


def _page(request: HttpRequest, member: Member, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return portal_page(request, member.programme, f"rewards/check_ins/{template}.html", status=status, **context)
