"""Segments for colleagues: lists to fill, rules to draft and approve."""

import uuid
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money, exponent
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import Key
from rewards.earning.condition_words import condition_text
from rewards.earning.domain.expressions import write
from rewards.segments import queries, services
from rewards.segments.domain import SegmentKind
from rewards.segments.forms import ListForm, SegmentForm, SegmentRuleForm
from rewards.segments.models import Segment, SegmentVersion

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
MOST_UNKNOWN = 20


@require_safe
@staff_page(*_SEE)
def segments(request: StaffRequest, programme: str) -> HttpResponse:
    """List the segments of a programme."""
    found = programme_by_slug(programme)
    page = list_page(request, Segment.objects.filter(programme=found), (Key("code", str),))
    context = {
        **frame(found, "segments"),
        "columns": [{"label": _("Segment")}, {"label": _("Code")}, {"label": _("Kind")}],
        "rows": [
            [{"value": row.name, "url": reverse("staff:segment", args=[found.slug, row.code])}, row.code, row.get_kind_display()]
            for row in page.rows
        ],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("staff:segment-new", args=[found.slug]),
        "may_write": may(request.user, Act.PREPARE_RULES),
    }
    return render(request, "rewards/segments/segments.html", context)


@require_safe
@staff_page(*_SEE)
def segment(request: StaffRequest, programme: str, segment: str) -> HttpResponse:
    """Show a segment: the versions of its rule, or who is on its list."""
    found = programme_by_slug(programme)
    of = queries.segment_by_code(found, segment)
    name = "staff:segment-list" if of.is_static else "staff:segment-draft"
    context = {
        **frame(found, "segments"),
        "segment": of,
        "change_url": reverse(name, args=[found.slug, of.code]) if may(request.user, Act.PREPARE_RULES) else "",
        **(_listed(request, of) if of.is_static else {"versions": _versions(of, found, request.user)}),
    }
    return render(request, "rewards/segments/segment.html", context)


def _listed(request: StaffRequest, of: Segment) -> dict[str, Any]:
    page = list_page(request, queries.listed(of), (Key("id", int),))
    sees = may(request.user, Act.FIND_MEMBERS)
    return {
        "columns": [{"label": _("Member")}, {"label": _("On the list since")}],
        "rows": [
            [
                {"value": str(row.member), **({"url": reverse("staff:member", args=[row.member_id])} if sees else {})},
                date_format(localtime(row.added_at), "j M Y, H:i"),
            ]
            for row in page.rows
        ],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }


def _versions(of: Segment, programme: Programme, user: User) -> list[dict[str, Any]]:
    rows = list(of.versions.select_related("author", "approver").order_by("-version"))
    return [_version(row, before, programme, user) for row, before in zip_longest(rows, rows[1:])]


def _version(row: SegmentVersion, before: SegmentVersion | None, programme: Programme, user: User) -> dict[str, Any]:
    text, waits = _text(row, programme), row.approved_at is None
    was = _text(before, programme) if before else text
    changes = [("removed", "\N{MINUS SIGN}", _("no longer"), was), ("added", "+", _("new"), text)] if was != text else []
    may_approve = waits and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": _("Version %(version)s") % {"version": row.version},
        "days": _("from %(first)s") % {"first": date_format(row.valid_from, "j F Y")},
        "text": text,
        "changes": [{"kind": kind, "mark": mark, "label": label, "text": said} for kind, mark, label, said in changes],
        "people": people_of(row.author, row.approver),
        "state": "awaiting" if waits else "active",
        "state_label": _("waits for approval") if waits else _("approved"),
        "approve_url": reverse("staff:segment-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _text(row: SegmentVersion, programme: Programme) -> str:
    said = condition_text(row.definition["when"], lambda minor: money_text(Money(minor, programme.currency)))
    return _("Members with %(condition)s.") % {"condition": said}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Name a new segment."""
    found = programme_by_slug(programme)
    form = SegmentForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            of = services.open_segment(programme=found, code=given["code"], name=given["name"], kind=SegmentKind(given["kind"]))
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:segment-list" if of.is_static else "staff:segment-draft", found.slug, of.code)
    return _form_page(request, found, form, _("New segment"), _("Go on"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, programme: str, segment: str) -> HttpResponseBase:
    """Write the next version of a rule; another person approves it."""
    found = programme_by_slug(programme)
    of = queries.segment_by_code(found, segment)
    newest = of.versions.order_by("-version").first()
    decimals = exponent(found.currency)
    form = SegmentRuleForm(
        posted(request), initial={"when": write(newest.definition["when"], of_lines=False, decimals=decimals)} if newest else {}
    )
    form.fields["when"].decimals = decimals  # type: ignore[attr-defined]  # a ConditionField
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.draft_segment(segment=of, definition={"when": given["when"]}, valid_from=given["valid_from"], author=request.user)
        except Problem as problem:
            for error in problem.errors:
                form.add_error("when", error.detail)
            if not problem.errors:
                show_problem(form, problem)
        else:
            messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
            return redirect("staff:segment", found.slug, of.code)
    return _form_page(request, found, form, _("New version of %(segment)s") % {"segment": of}, _("Hand in the draft"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def change_list(request: StaffRequest, programme: str, segment: str) -> HttpResponseBase:
    """Put members on a list or take them off it; a line that names nobody is told, and nothing changes."""
    found = programme_by_slug(programme)
    of = queries.segment_by_code(found, segment)
    form = ListForm(posted(request), request.FILES or None)
    if form.is_valid():
        named = queries.members_named(found, form.cleaned_data["lines"])
        for place, text in named.unknown[:MOST_UNKNOWN]:
            form.add_error(None, _("Line %(line)s: nobody is known as %(text)s.") % {"line": place, "text": text[:60]})
        if len(named.unknown) > MOST_UNKNOWN:
            form.add_error(None, _("%(count)s more lines name nobody.") % {"count": len(named.unknown) - MOST_UNKNOWN})
        if not named.unknown and _change(request, form, of, named.members):
            return redirect("staff:segment", found.slug, of.code)
    return _form_page(request, found, form, str(of), _("Change the list"))


def _change(request: StaffRequest, form: ListForm, of: Segment, members: list[uuid.UUID]) -> bool:
    change = services.add_to_list if form.cleaned_data["what"] == "add" else services.take_off_list
    try:
        count = change(segment=of, members=members, at=clock.now())
    except Problem as problem:
        show_problem(form, problem)
        return False
    messages.success(request, ngettext("%(count)s member changed.", "%(count)s members changed.", count) % {"count": count})
    return True


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, version: uuid.UUID) -> HttpResponseBase:
    """Approve a version that somebody else wrote."""
    found = programme_by_slug(programme)
    row = SegmentVersion.objects.select_related("segment").filter(pk=version, segment__programme=found).first()
    if row is None:
        return redirect("staff:segments", found.slug)
    try:
        services.approve_segment(version=row, approver=request.user, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("Approved. It counts from %(day)s.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:segment", found.slug, row.segment.code)


def _form_page(request: StaffRequest, programme: Programme, form: Any, title: str, submit: str) -> HttpResponse:
    back = reverse("staff:segments", args=[programme.slug])
    context = {
        "title": title,
        "form": form,
        "submit_label": submit,
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
