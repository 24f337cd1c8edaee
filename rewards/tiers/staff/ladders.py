"""The ladders of a programme for colleagues: what each tier asks and brings, how many members stand there, versions, drafts, approvals."""

import datetime as dt
import uuid
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.tiers.forms import LadderForm, NewLadderForm, initial_of
from rewards.tiers.ladders import compiled, scales_of
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion, TierStanding
from rewards.tiers.services import approve_ladder, write_ladder_version
from rewards.tiers.words import Writer, sentences_of

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def tiers(request: StaffRequest, programme: str) -> HttpResponse:
    """Show every ladder of a programme with all its versions, in words."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    ladders = list(TierLadder.objects.filter(programme=found).order_by("-is_main", "code"))
    tiers_of = list(Tier.objects.filter(ladder__in=ladders).select_related("ladder__programme").order_by("rank"))
    held = _members_by_tier([tier.pk for tier in tiers_of], today)
    slug = found.slug if may(request.user, Act.FIND_MEMBERS) else ""
    rows = {
        ladder: [_row(tier, held, slug if ladder.is_main else "") for tier in tiers_of if tier.ladder_id == ladder.pk] for ladder in ladders
    }
    context = {
        **frame(found, "tiers"),
        "columns": [
            {"label": _("Tier")},
            {"label": _("Benefits")},
            {"label": _("Spend of a year"), "number": True},
            {"label": _("Members"), "number": True},
        ],
        "rows": rows[ladders[0]] if ladders else [],
        "ladders": [_ladder(ladder, rows[ladder], found, request.user, today) for ladder in ladders],
        "new_url": reverse("staff:ladder-new", args=[found.slug]),
        "check_url": reverse("staff:tier-checks", args=[found.slug]),
        "may_write": may(request.user, Act.PREPARE_RULES),
    }
    return render(request, "rewards/tiers/tiers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, programme: str, ladder: str) -> HttpResponseBase:
    """Write the next version of a ladder; another person approves it."""
    found = programme_by_slug(programme)
    of = TierLadder.objects.filter(programme=found, code=ladder).first()
    newest = of.versions.order_by("-version").first() if of else None
    if of is None or newest is None:
        return redirect("staff:tiers", found.slug)
    form = LadderForm(found, posted(request), said=newest.definition, initial=initial_of(newest.definition, found))
    if form.is_valid() and _hand_in(request, form, found, of.code, of.name):
        return redirect("staff:tiers", found.slug)
    return _form_page(request, found, form, _("New version of %(ladder)s") % {"ladder": of})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Write the first version of a new ladder; another person approves it."""
    found = programme_by_slug(programme)
    form = NewLadderForm(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        if _hand_in(request, form, found, given["code"], given["name"], is_main=given["is_main"]):
            return redirect("staff:tiers", found.slug)
    return _form_page(request, found, form, _("New ladder"))


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, version: uuid.UUID) -> HttpResponseBase:
    """Approve a draft that somebody else wrote."""
    found = programme_by_slug(programme)
    row = TierLadderVersion.objects.filter(pk=version, ladder__programme=found).first()
    if row is not None:
        try:
            approve_ladder(version=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. The version begins on %(day)s.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:tiers", found.slug)


def _hand_in(request: StaffRequest, form: LadderForm, programme: Programme, code: str, name: str, *, is_main: bool = False) -> bool:
    """Draft what the form says; a refusal is shown beside the fields."""
    try:
        write_ladder_version(
            programme=programme,
            code=code,
            name=name,
            definition=form.definition(),
            valid_from=form.cleaned_data["valid_from"],
            author=request.user,
            is_main=is_main,
        )
    except Problem as problem:
        form.mark(problem)
        return False
    messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
    return True


def _form_page(request: StaffRequest, programme: Programme, form: LadderForm, title: str) -> HttpResponse:
    back = reverse("staff:tiers", args=[programme.slug])
    crumbs = [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": programme.name, "url": back}, {"label": title}]
    context = {"title": title, "form": form, "cancel_url": back, "crumbs": crumbs}
    return render(request, "rewards/tiers/ladder_form.html", context, status=422 if form.errors else 200)


def _ladder(ladder: TierLadder, rows: list[list[Any]], programme: Programme, user: User, today: dt.date) -> dict[str, Any]:
    versions = list(ladder.versions.select_related("author", "approver").order_by("-version"))
    in_force = next((row for row in versions if row.approved_at and row.valid_from <= today), None)
    scales, writer = scales_of(programme.pk), Writer(programme)
    said = {row.pk: sentences_of(compiled(row, scales), writer) for row in versions}
    return {
        "name": ladder.local_name,
        "code": "" if ladder.is_main else f"member.tiers.{ladder.code}",
        "rows": rows,
        "draft_url": reverse("staff:ladder-draft", args=[programme.slug, ladder.code]),
        "versions": [
            _version(row, row == in_force, programme, user)
            | {"text": " ".join(said[row.pk]), "changes": _changes(said[before.pk] if before else [], said[row.pk])}
            for row, before in zip_longest(versions, versions[1:])
        ],
    }


def _version(row: TierLadderVersion, is_current: bool, programme: Programme, user: User) -> dict[str, Any]:
    state, label = ("awaiting", _("waits for approval")) if row.approved_at is None else ("", _("approved"))
    state, label = ("active", _("in force")) if is_current else (state, label)
    may_approve = row.approved_at is None and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": _("Version %(version)s") % {"version": row.version},
        "days": _("from %(first)s") % {"first": date_format(row.valid_from, "j F Y")},
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:ladder-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _changes(was: list[str], now: list[str]) -> list[dict[str, str]]:
    """Say in words what a version leaves out of the one before, and what it says in its place; nothing for the first."""
    if not was:
        return []
    gone = [{"kind": "removed", "mark": "\N{MINUS SIGN}", "label": _("no longer"), "text": text} for text in was if text not in now]
    return gone + [{"kind": "added", "mark": "+", "label": _("new"), "text": text} for text in now if text not in was]


def _members_by_tier(tiers: list[int], today: Any) -> dict[int, int]:
    """Return how many members have each tier in a standing that holds today; one query, and one more where some ended."""
    held = TierStanding.objects.filter(tier__in=tiers, from_on__lte=today, to_on__gte=today)
    lost = TierStanding.objects.filter(tier__in=tiers, to_on__isnull=True, from_on__lte=today)
    if not lost.exists():
        return dict(held.values_list("tier_id").annotate(members=Count("member", distinct=True)).order_by())
    ends = TierStanding.objects.filter(
        member=OuterRef("member"),
        tier=OuterRef("tier"),
        year=OuterRef("year"),
        id__gt=OuterRef("id"),
        to_on__isnull=True,
        from_on__lte=today,
    )
    still = held.exclude(Exists(ends)).values_list("tier_id")
    return dict(still.annotate(members=Count("member", distinct=True)).order_by())


def _row(tier: Tier, held: dict[int, int], slug: str) -> list[Any]:
    url = f"{reverse('staff:members')}?programme={slug}&tier={tier.code}" if slug else ""
    return [
        {"value": tier.local_name, "url": url} if url else tier.local_name,
        tier.local_benefits or "–",
        Money(tier.threshold_minor, tier.ladder.programme.currency) if tier.threshold_minor is not None else "–",
        held.get(tier.pk, 0),
    ]
