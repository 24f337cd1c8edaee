"""Corrections of points by hand: asked for by one colleague, decided by another."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.members.models import Member
from accounts.members.queries import MemberNotFound
from accounts.programmes.models import PointCurrency, Programme
from accounts.staff.access import may
from accounts.staff.deciding import Decision, DecisionForm, decide, may_decide
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, is_partial, posted, programme_choices, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.figures import signed_points_text
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.models import Adjustment
from rewards.adjustments.queries import AdjustmentNotFound
from rewards.adjustments.services import Wish, approve_adjustment, refuse_adjustment, request_adjustment

_SEE = (Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS, "rewards.view_adjustment")
_COLUMNS = ("member", "reason", "asked_by", "asked", "state", "points")
STATES = {"waiting": "pending", "posted": "posted", "refused": "refused"}


class WishForm(forms.Form):
    """What should be given or taken, and why."""

    direction = forms.ChoiceField(
        label=gettext_lazy("What should happen?"), choices=Adjustment.Direction.choices, widget=forms.RadioSelect, initial="add"
    )
    units = forms.IntegerField(label=gettext_lazy("How many points?"), min_value=1, max_value=MOST_POINTS)
    reason = forms.ChoiceField(label=gettext_lazy("Why?"), choices=Adjustment.Reason.choices)
    note = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The colleague who decides reads this; so does the auditor."),
    )


@require_safe
@staff_list("adjustments", *_SEE, filters=("state",), columns=_COLUMNS)
def adjustments(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List corrections, newest first; without ?state= those that wait."""
    asked = request.GET.get("state", Adjustment.State.WAITING)
    state = asked if asked in Adjustment.State.values else ""
    rows = Adjustment.objects.filter(member__programme=programme).select_related(
        "member", "currency__unit", "requested_by", "partner_key__partner"
    )
    page = list_page(request, rows.filter(state=state) if state else rows, BY_NEWEST_ID)
    tabs = [(value, label) for value, label in (*Adjustment.State.choices, ("all", _("all")))]
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "tabs": [
            {"label": str(label).capitalize(), "url": f"?state={value}", "current": value == (state or "all")} for value, label in tabs
        ],
        "columns": _columns(),
        "rows": [_row(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "rewards/adjustments/adjustments.html", "rewards/adjustments/adjustments_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.REQUEST_ADJUSTMENTS)
def ask(request: StaffRequest, member: uuid.UUID) -> HttpResponseBase:
    """Ask for a correction of a member's points; it waits for a second person."""
    found = Member.objects.select_related("programme__legal_entity__book").filter(pk=member).first()
    if found is None:
        raise MemberNotFound(_("There is no such member."))
    form = WishForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        wish = Wish(
            direction=Direction(given["direction"]), units=given["units"], reason=AdjustmentReason(given["reason"]), note=given["note"]
        )
        try:
            adjustment = request_adjustment(member=found, wish=wish, staff=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("A second person is asked now. Nothing has changed yet."))
            return redirect("staff:adjustment", adjustment.pk)
    # who may ask need not be one who may find members (finance): then the way back is the list of corrections
    back = reverse("staff:member", args=[found.pk]) if may(request.user, Act.FIND_MEMBERS) else reverse("staff:adjustments")
    context = {
        "title": _("Correct points"),
        "text": _("For mistakes and goodwill. Another colleague decides before a single point moves."),
        "form": form,
        "submit_label": _("Ask for the correction"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Corrections"), "url": reverse("staff:adjustments")},
            {"label": str(found), "url": back},
            {"label": _("Correct points")},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def adjustment(request: StaffRequest, adjustment: uuid.UUID) -> HttpResponseBase:
    """Show a correction; who may approve decides here."""
    found = _adjustment(adjustment)
    decision = _decision(request, found)
    if decision.is_made:
        return redirect("staff:adjustment", found.pk)
    with timezone.override(found.member.programme.time_zone):
        context = {
            "adjustment": found,
            "state": STATES[found.state],
            "facts": _facts(found, request.user),
            "form": decision.form,
            "change": _change(found),
        }
        return render(request, "rewards/adjustments/adjustment.html", context, status=decision.status)


@require_safe
@staff_page(*_SEE)
def peek(request: StaffRequest, adjustment: uuid.UUID) -> HttpResponseBase:
    """Show the side panel of the list what is asked for; who comes without htmx gets the whole page."""
    if not is_partial(request):
        return redirect("staff:adjustment", adjustment)
    found = _adjustment(adjustment)
    with timezone.override(found.member.programme.time_zone):
        context = {
            "title": _change(found),
            "url": reverse("staff:adjustment", args=[found.pk]),
            "state": STATES[found.state],
            "state_label": found.get_state_display(),
            "facts": _facts(found, request.user),
        }
        return render(request, "accounts/staff/peek_body.html", context)


def _adjustment(key: uuid.UUID) -> Adjustment:
    related = ("member__programme__legal_entity__book", "currency__unit", "requested_by", "decided_by", "partner_key__partner")
    found = Adjustment.objects.select_related(*related).filter(pk=key).first()
    if found is None:
        raise AdjustmentNotFound(_("There is no such correction."))
    return found


def _decision(request: StaffRequest, row: Adjustment) -> Decision:
    if not row.is_waiting or not may_decide(request, Act.APPROVE_ADJUSTMENTS, asked_by=row.requested_by_id):
        return Decision(None)
    return decide(
        DecisionForm(posted(request)),
        agree=lambda: approve_adjustment(adjustment=row, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_adjustment(adjustment=row, refuser=request.user, note=note, at=clock.now()),
    )


def _change(row: Adjustment) -> str:
    units = row.units if row.direction == Direction.ADD else -row.units
    currency: PointCurrency = row.currency
    return f"{signed_points_text(units, currency.unit.scale)} {currency.word(units)}"


def _asked_by(row: Adjustment) -> str:
    if row.requested_by is not None:
        return str(row.requested_by)
    return _("%(partner)s, by key") % {"partner": row.partner_key.partner} if row.partner_key else ""


def _facts(row: Adjustment, user: Any) -> list[dict[str, Any]]:
    sees_members = may(user, Act.FIND_MEMBERS)
    facts = [
        {
            "label": _("Member"),
            "value": str(row.member),
            **({"url": reverse("staff:member", args=[row.member_id])} if sees_members else {}),
        },
        {"label": _("Reason"), "value": row.get_reason_display()},
        {"label": _("What happened"), "value": row.note},
        {"label": _("Asked by"), "value": _asked_by(row), "hint": date_format(localtime(row.requested_at), "j F Y, H:i")},
        {
            "label": _("Decided by"),
            "value": str(row.decided_by or ""),
            "hint": date_format(localtime(row.decided_at), "j F Y, H:i") if row.decided_at else "",
        },
        {"label": _("Why so decided"), "value": row.decision_note},
    ]
    if row.movement and sees_members:
        facts.append({"label": _("Posted as"), "value": _("movement of points"), "url": reverse("staff:movement", args=[row.movement])})
    return [fact for fact in facts if fact["value"]]


def _columns() -> list[dict[str, Any]]:
    labels = (_("Member"), _("Reason"), _("Asked by"), _("Asked"), _("State"), _("Points"))
    return [{"key": key, "label": label, "number": key == "points"} for key, label in zip(_COLUMNS, labels, strict=True)]


def _row(row: Adjustment) -> list[Any]:
    return [
        {
            "value": str(row.member),
            "url": reverse("staff:adjustment", args=[row.pk]),
            "hint": row.note[:80],
            "peek": reverse("staff:adjustment-peek", args=[row.pk]),
        },
        row.get_reason_display(),
        _asked_by(row),
        date_format(localtime(row.requested_at), "j M Y, H:i"),
        {"value": row.get_state_display(), "state": STATES[row.state]},
        _change(row),
    ]
