"""Members for colleagues: find them, see their whole story, follow every point."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.entities.models import Store
from accounts.entities.queries import place_choices
from accounts.members.models import Member, MemberStatus
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.staff.lists import list_page, typed
from accounts.staff.pages import StaffRequest, is_partial, programme_choices, programme_page, render_part, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from reporting.care import movements, profile
from reporting.care.files import member_lines
from reporting.care.queries.directory import (
    NEWEST_FIRST,
    NO_TIER,
    MemberFilter,
    MemberRow,
    all_with_figures,
    members_like,
    tier_choices,
    with_figures,
)
from reporting.care.queries.member import member_with_programme, open_lots_of, profile_of
from reporting.care.queries.movement import movement_story
from reporting.care.queries.search import Found, search
from reporting.care.queries.timeline import KINDS, Place, timeline_of
from reporting.care.wording import rows_of

_audit = logging.getLogger("pointbook.audit")
_MOST_LOTS = 500
_LAST_EVENTS = 5
_COLUMNS = ("member", "tier", "points", "status", "reached", "joined")


@require_safe
@staff_list("members", Act.FIND_MEMBERS, filters=("status", "tier", "store"), columns=_COLUMNS)
def members(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List members, newest first; ?q= finds by card, name, phone, e-mail or number in the shop system."""
    wanted, today = _filter(request), _today(programme)
    page = list_page(request, members_like(programme, wanted, today), NEWEST_FIRST)
    stores = place_choices(Store.objects.selling_for(programme.legal_entity_id))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "words": wanted.words,
        "statuses": [{"value": value, "label": label, "selected": value == wanted.status} for value, label in MemberStatus.choices],
        "tiers": [
            {"value": value, "label": label, "selected": value == wanted.tier}
            for value, label in [*tier_choices(programme), (NO_TIER, _("Without a tier"))]
        ],
        "stores": [{"value": str(pk), "label": name, "selected": pk == wanted.store} for pk, name in stores],
        "columns": _columns(),
        "rows": [_row(row) for row in with_figures(programme, page.rows, today)],
        "export_url": reverse("staff:members-csv") + query_with(request.GET) if request.user.has_perm("accounts.view_member") else "",
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "reporting/care/members.html", "reporting/care/members_rows.html", context)


@require_safe
@programme_page("accounts.view_member")
def members_csv(request: StaffRequest, programme: Programme) -> StreamingHttpResponse:
    """Send every member that fits as CSV; who took how many is written into the audit log."""
    wanted, today = _filter(request), _today(programme)
    rows = _counted(all_with_figures(programme, wanted, today), request, programme, wanted)
    response = StreamingHttpResponse(member_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="members-{programme.slug}-{today}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@staff_page(Act.FIND_MEMBERS)
def member(request: StaffRequest, member: uuid.UUID) -> HttpResponse:
    """Show a member; ?show= names one kind of event, ?before= goes on where the last page of the timeline ended."""
    found = member_with_programme(member)
    today = _today(found.programme)
    asked = request.GET.get("show", "")
    shown = asked if asked in KINDS else ""
    with timezone.override(found.programme.time_zone):
        about = profile_of(found, today)
        story = timeline_of(found, only=shown, before=Place.read(request.GET.get("before", "")))
        more = {"show": shown, "before": str(story.next_place) if story.next_place else ""}
        context = {
            "events": rows_of(story, about.main.currency),
            "more_url": query_with(request.GET, **more) if story.next_place else "",
            "tabs": profile.timeline_tabs(found, shown),
            **profile.page_of(about, today, request.user),
        }
        return render_part(request, "reporting/care/member.html", "reporting/care/timeline_rows.html", context)


@require_safe
@staff_page(Act.FIND_MEMBERS)
def member_peek(request: StaffRequest, member: uuid.UUID) -> HttpResponseBase:
    """Show the side panel of the list who it is and what happened last; who comes without htmx gets the whole page."""
    if not is_partial(request):
        return redirect("staff:member", member)
    found = member_with_programme(member)
    with timezone.override(found.programme.time_zone):
        row = with_figures(found.programme, [found], _today(found.programme))[0]
        events = rows_of(timeline_of(found, limit=_LAST_EVENTS), currency_of(found.programme))
        return render(request, "reporting/care/member_peek.html", {**profile.glance_of(row), "events": events})


@require_safe
@staff_page(Act.FIND_MEMBERS)
def member_lots(request: StaffRequest, member: uuid.UUID) -> HttpResponse:
    """Show all points that are left, grant by grant, those that end first on top."""
    found = member_with_programme(member)
    today = _today(found.programme)
    lots, in_all = open_lots_of(found, today, limit=_MOST_LOTS)
    context = {
        "member": found,
        "programme": found.programme,
        "lots": [profile.lot_cells(lot, today) for lot in lots],
        "hidden": in_all - len(lots),
    }
    return render(request, "reporting/care/lots.html", context)


@require_safe
@staff_page(Act.FIND_MEMBERS)
def movement(request: StaffRequest, movement: uuid.UUID) -> HttpResponse:
    """Show one movement of points down to the lots."""
    story = movement_story(movement)
    with timezone.override(story.member.programme.time_zone):
        return render(request, "reporting/care/movement.html", movements.page_of(story))


@require_safe
@programme_page(Act.FIND_MEMBERS)
def find(request: StaffRequest, programme: Programme) -> HttpResponse:
    """Search for whatever was typed; a single hit is opened at once."""
    words = typed(request, "q")
    found = search(programme, words)
    if found.count == 1:
        return redirect(_only(found))
    context = {"programme": programme, "search_words": words, "found": found, "has_words": bool(words)}
    return render(request, "reporting/care/search.html", context)


def _only(found: Found) -> str:
    if found.members:
        return reverse("staff:member", args=[found.members[0].pk])
    if found.purchases:
        return reverse("staff:purchase", args=[found.purchases[0].pk])
    if found.redemptions:
        return reverse("staff:redemption", args=[found.redemptions[0].pk])
    return reverse("staff:reward", args=[found.rewards[0].pk])


def _counted(rows: Iterator[MemberRow], request: HttpRequest, programme: Programme, wanted: MemberFilter) -> Iterator[MemberRow]:
    """Hand the rows through and note at the end how many went out, also when the visitor hangs up."""
    count = 0
    try:
        for row in rows:
            count += 1
            yield row
    finally:
        narrowed = sorted(name for name in ("words", "status", "tier", "store") if getattr(wanted, name))
        _audit.info("members exported: %s rows of %s by user %s, narrowed by %s", count, programme.slug, request.user.pk, narrowed)


def _filter(request: StaffRequest) -> MemberFilter:
    """Read the filters; what cannot be read narrows nothing."""
    asked = request.GET
    store = asked.get("store", "")
    return MemberFilter(
        words=typed(request, "q"),
        status=asked.get("status", "") if asked.get("status", "") in MemberStatus.values else "",
        tier=typed(request, "tier", most=20),
        store=int(store) if store.isdecimal() and len(store) < 15 else None,
    )


def _today(programme: Programme) -> dt.date:
    return clock.business_date(clock.now(), programme.time_zone)


def _columns() -> list[dict[str, Any]]:
    labels = (_("Member"), _("Tier"), _("Points"), _("Status"), _("Reached by"), _("Joined"))
    return [{"key": key, "label": label, "number": key == "points"} for key, label in zip(_COLUMNS, labels, strict=True)]


def _row(row: MemberRow) -> list[Any]:
    found: Member = row.member
    return [
        {
            "value": str(found),
            "url": reverse("staff:member", args=[found.pk]),
            "hint": found.grouped_number,
            "peek": reverse("staff:member-peek", args=[found.pk]),
        },
        row.tier or "–",
        row.available,
        {"value": found.get_status_display(), "state": profile.STATES[found.status]},
        {"value": found.email or found.phone or "–", "hint": found.phone if found.email and found.phone else ""},
        {"value": date_format(localtime(found.joined_at), "j M Y"), "hint": str(found.home_store) if found.home_store else ""},
    ]
