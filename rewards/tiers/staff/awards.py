"""Tiers given by hand: asked for by one colleague, decided by another."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.members.models import Member
from accounts.members.queries import MemberNotFound
from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.deciding import Decision, decide, may_decide
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, programme_choices, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.problems import NotFound, Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.tiers.forms import AwardDecisionForm, AwardForm
from rewards.tiers.models import Tier, TierAward
from rewards.tiers.services import grant_award, refuse_award, request_award

_SEE = (Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS, "rewards.view_tieraward")
_COLUMNS = ("member", "tier", "why", "asked_by", "last_day", "state")
_STATES = {"waiting": "pending", "granted": "posted", "refused": "refused"}


class AwardNotFound(NotFound):
    code = "award_not_found"


@require_safe
@staff_list("tier-awards", *_SEE, filters=("state",), columns=_COLUMNS)
def awards(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List tiers given by hand, newest first; without ?state= those that wait."""
    asked = request.GET.get("state", TierAward.State.WAITING)
    state = asked if asked in TierAward.State.values else ""
    rows = TierAward.objects.filter(member__programme=programme).select_related("member", "tier", "requested_by")
    page = list_page(request, rows.filter(state=state) if state else rows, BY_NEWEST_ID)
    labels = (_("Member"), _("Tier"), _("Why"), _("Asked by"), _("Last day"), _("State"))
    tabs = [(value, label) for value, label in (*TierAward.State.choices, ("all", _("all")))]
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "tabs": [
            {"label": str(label).capitalize(), "url": f"?state={value}", "current": value == (state or "all")} for value, label in tabs
        ],
        "columns": [{"key": key, "label": label} for key, label in zip(_COLUMNS, labels, strict=True)],
        "rows": [_row(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "rewards/tiers/awards.html", "rewards/tiers/awards_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.REQUEST_ADJUSTMENTS)
def ask(request: StaffRequest, member: uuid.UUID) -> HttpResponseBase:
    """Ask for a tier to be given to a member; it waits for a second person."""
    found = Member.objects.select_related("programme").filter(pk=member).first()
    if found is None:
        raise MemberNotFound(_("There is no such member."))
    tiers = list(Tier.objects.filter(ladder__programme=found.programme_id).select_related("ladder").order_by("ladder__code", "rank"))
    form = AwardForm([(tier.pk, f"{tier.local_name} ({tier.ladder.local_name})") for tier in tiers], posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            award = request_award(
                member=found,
                tier=next(tier for tier in tiers if tier.pk == given["tier"]),
                kind=TierAward.Kind(given["kind"]),
                to_on=given["to_on"],
                note=given["note"],
                proof=given["proof"],
                staff=request.user,
                at=clock.now(),
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("A second person is asked now. Nothing has changed yet."))
            return redirect("staff:tier-award", award.pk)
    back = reverse("staff:member", args=[found.pk]) if may(request.user, Act.FIND_MEMBERS) else reverse("staff:tier-awards")
    context = {
        "title": _("Give a tier"),
        "text": _("Another colleague decides first. The member can still rise, and falls back after the last day."),
        "form": form,
        "submit_label": _("Ask for the tier"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Tiers by hand"), "url": reverse("staff:tier-awards")},
            {"label": str(found), "url": back},
            {"label": _("Give a tier")},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def award(request: StaffRequest, award: uuid.UUID) -> HttpResponseBase:
    """Show a tier that was asked for; who may approve decides here."""
    related = ("member__programme", "tier__ladder", "requested_by", "decided_by")
    found = TierAward.objects.select_related(*related).filter(pk=award).first()
    if found is None:
        raise AwardNotFound(_("There is no such tier by hand."))
    decision = _decision(request, found)
    if decision.is_made:
        return redirect("staff:tier-award", found.pk)
    with timezone.override(found.member.programme.time_zone):
        context = {"award": found, "state": _STATES[found.state], "facts": _facts(found, request.user), "form": decision.form}
        return render(request, "rewards/tiers/award.html", context, status=decision.status)


def _decision(request: StaffRequest, row: TierAward) -> Decision:
    if not row.is_waiting or not may_decide(request, Act.APPROVE_ADJUSTMENTS, asked_by=row.requested_by_id):
        return Decision(None)
    return decide(
        AwardDecisionForm(posted(request)),
        agree=lambda: grant_award(award=row, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_award(award=row, refuser=request.user, note=note, at=clock.now()),
    )


def _facts(row: TierAward, user: Any) -> list[dict[str, Any]]:
    url = {"url": reverse("staff:member", args=[row.member_id])} if may(user, Act.FIND_MEMBERS) else {}
    facts = [
        {"label": _("Member"), "value": str(row.member), **url},
        {"label": _("Ladder"), "value": row.tier.ladder.local_name},
        {"label": _("First day"), "value": date_format(row.from_on, "j F Y") if row.from_on else ""},
        {"label": _("Last day"), "value": date_format(row.to_on, "j F Y")},
        {"label": _("Why"), "value": row.get_kind_display()},
        {"label": _("Reason"), "value": row.note},
        {"label": _("Evidence"), "value": row.proof},
        {"label": _("Asked by"), "value": str(row.requested_by), "hint": date_format(localtime(row.requested_at), "j F Y, H:i")},
        {
            "label": _("Decided by"),
            "value": str(row.decided_by or ""),
            "hint": date_format(localtime(row.decided_at), "j F Y, H:i") if row.decided_at else "",
        },
        {"label": _("Why so decided"), "value": row.decision_note},
    ]
    return [fact for fact in facts if fact["value"]]


def _row(row: TierAward) -> list[Any]:
    return [
        {"value": str(row.member), "url": reverse("staff:tier-award", args=[row.pk]), "hint": row.note[:80]},
        row.tier.local_name,
        row.get_kind_display(),
        str(row.requested_by),
        date_format(row.to_on, "j M Y"),
        {"value": row.get_state_display(), "state": _STATES[row.state]},
    ]
