"""Single events for colleagues: find one, see why it earned what it earned, and take it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.deciding import Decision, decide, may_decide
from accounts.staff.lists import list_page, typed
from accounts.staff.pages import (
    StaffRequest,
    is_partial,
    month_choices,
    posted,
    programme_choices,
    read_month,
    staff_page,
)
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from loyalty.kit.figures import points_text
from loyalty.kit.problems import Problem
from rewards.earning.domain.triggers import SYSTEM, is_trigger
from rewards.earning.queries import explanations
from rewards.earning.trigger_words import trigger_text
from rewards.events import queries
from rewards.events.domain import UndoReason
from rewards.events.forms import UndoDecisionForm, UndoForm
from rewards.events.listing import EventFilter, events_like
from rewards.events.models import Event, EventUndo, EventUndoRequest
from rewards.events.services import Asker, approve_undo, refuse_undo, request_undo
from rewards.events.words import particulars, reason_text, what_happened
from rewards.setups.queries import event_kinds

_SEE = (Act.FIND_MEMBERS, Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS)
_COLUMNS = ("what", "member", "sender", "state", "earned")
STATES = {"waiting": "pending", "posted": "reversed", "refused": "refused"}


@require_safe
@staff_list("events", *_SEE, filters=("what", "month", "waiting"), columns=_COLUMNS)
def events(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List events, newest first; ?q= is a number, ?what=, ?month=, ?member= and ?waiting=1 narrow the list."""
    wanted = _filter(request, programme)
    page = list_page(request, events_like(programme, wanted), queries.NEWEST_FIRST)
    undone = queries.undone_among(page.rows) if page.rows else {}
    today = clock.business_date(clock.now(), programme.time_zone)
    triggers = [*SYSTEM, *(f"event:{code}" for code in sorted(event_kinds(programme)))]
    sees_members = may(request.user, Act.FIND_MEMBERS)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "words": wanted.number,
        "waiting": wanted.waiting,
        "member": wanted.member,
        "all_members_url": query_with(request.GET, member=None),
        "triggers": [{"value": one, "label": trigger_text(one), "selected": one == wanted.trigger} for one in triggers],
        "months": month_choices(today, wanted.month),
        "columns": _columns(),
        "rows": [_row(event, undone.get(event.pk), sees_members=sees_members) for event in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "rewards/events/events.html", "rewards/events/events_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def event(request: StaffRequest, event: uuid.UUID) -> HttpResponseBase:
    """Show one event on its programme's clock; who may approve corrections decides here whether it is taken back."""
    found = _event(event)
    wish = queries.newest_request(found)
    undo = queries.undone_among([found]).get(found.pk)
    is_waiting = wish is not None and wish.is_waiting
    decision = _decision(request, wish)
    if decision.is_made:
        return redirect("staff:event", found.pk)
    may_ask = undo is None and not is_waiting and may(request.user, Act.REQUEST_ADJUSTMENTS)
    with timezone.override(found.member.programme.time_zone):
        context = {
            "title": what_happened(found),
            "event": found,
            "when": date_format(localtime(found.occurred_at), "j F Y, H:i"),
            "earned": _points(found),
            "undone": undo is not None,
            "facts": _facts(found, sees_members=may(request.user, Act.FIND_MEMBERS)),
            "particulars": particulars(found),
            "rules": explanations(found.evaluation, currency=found.member.programme.currency, locale=get_language() or "en"),
            "wish": _wish_facts(wish, undo),
            "wish_state": STATES[wish.state] if wish else "",
            "wish_label": wish.get_state_display() if wish else "",
            "waiting": is_waiting,
            "form": decision.form,
            "undo_url": reverse("staff:event-undo", args=[found.pk]) if may_ask else "",
        }
        return render(request, "rewards/events/event.html", context, status=decision.status)


@require_safe
@staff_page(*_SEE)
def peek(request: StaffRequest, event: uuid.UUID) -> HttpResponseBase:
    """Show the side panel of the list what happened; who comes without htmx gets the whole page."""
    if not is_partial(request):
        return redirect("staff:event", event)
    found = _event(event)
    undo = queries.undone_among([found]).get(found.pk)
    with timezone.override(found.member.programme.time_zone):
        context = {
            "title": what_happened(found),
            "url": reverse("staff:event", args=[found.pk]),
            "subtitle": date_format(localtime(found.occurred_at), "j F Y, H:i"),
            "state": "reversed" if undo else "",
            "state_label": _("taken back"),
            "stats": [{"label": _("Points earned"), "value": _points(found)}],
            "facts": _facts(found, sees_members=may(request.user, Act.FIND_MEMBERS)),
        }
        return render(request, "accounts/staff/peek_body.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.REQUEST_ADJUSTMENTS)
def undo(request: StaffRequest, event: uuid.UUID) -> HttpResponseBase:
    """Take an event back, or ask a second person to."""
    found = _event(event)
    form = UndoForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            asker = Asker(staff=request.user)
            wish = request_undo(event=found, reason=UndoReason(given["reason"]), note=given["note"], asker=asker, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            done, asked = _("The event is taken back."), _("A second person is asked now. Nothing has changed yet.")
            messages.success(request, asked if wish.is_waiting else done)
            return redirect("staff:event", found.pk)
    back = reverse("staff:event", args=[found.pk])
    context = {
        "title": _("Take the event back"),
        "text": _("Everything that it gave is taken back: %(points)s, its use of limits, and its stamps and steps.")
        % {"points": _points(found)},
        "form": form,
        "submit_label": _("Take it back"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Events"), "url": reverse("staff:events")},
            {"label": what_happened(found), "url": back},
            {"label": _("Take the event back")},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _event(event_id: uuid.UUID) -> Event:
    """Raises: EventNotFound."""
    found = Event.objects.filter(pk=event_id).select_related("member__programme__legal_entity__book", "type_version__setup").first()
    if found is None:
        raise queries.EventNotFound(_("There is no such event."))
    return found


def _decision(request: StaffRequest, wish: EventUndoRequest | None) -> Decision:
    if wish is None or not wish.is_waiting or not may_decide(request, Act.APPROVE_ADJUSTMENTS, asked_by=wish.requested_by_id):
        return Decision(None)
    return decide(
        UndoDecisionForm(posted(request)),
        agree=lambda: approve_undo(request=wish, approver=request.user, at=clock.now()),
        refuse=lambda note: refuse_undo(request=wish, refuser=request.user, note=note, at=clock.now()),
    )


def _filter(request: StaffRequest, programme: Programme) -> EventFilter:
    """Read the filters; what cannot be read narrows nothing."""
    asked = request.GET
    trigger = typed(request, "what", most=50)
    try:
        member = Member.objects.of(programme).filter(pk=uuid.UUID(asked.get("member", ""))).first()
    except ValueError:
        member = None
    return EventFilter(
        number=typed(request, "q", most=150),
        trigger=trigger if is_trigger(trigger) else "",
        month=read_month(asked.get("month", "")),
        member=member,
        waiting=asked.get("waiting") == "1",
    )


def _columns() -> list[dict[str, Any]]:
    labels = (_("What happened"), _("Member"), _("Sent by"), _("State"), _("Points earned"))
    return [{"key": key, "label": label, "number": key == "earned"} for key, label in zip(_COLUMNS, labels, strict=True)]


def _row(event: Event, undo: EventUndo | None, *, sees_members: bool) -> list[Any]:
    when = date_format(localtime(event.occurred_at), "j M Y, H:i")
    return [
        {
            "value": what_happened(event),
            "url": reverse("staff:event", args=[event.pk]),
            "hint": when,
            "peek": reverse("staff:event-peek", args=[event.pk]),
        },
        {"value": str(event.member), "url": reverse("staff:member", args=[event.member_id])} if sees_members else str(event.member),
        {"value": event.external_id, "hint": event.source},
        {"value": _("taken back"), "state": "reversed"} if undo else "",
        event.units,
    ]


def _points(event: Event) -> str:
    """Say what the event earned in the programme's main currency, the others behind it."""
    main = currency_of(event.programme_id)
    units = sum(of["units"] for of in event.earned if of["currency"] == main.code)
    others = [f"{of['units']} {of['currency']}" for of in event.earned if of["currency"] != main.code]
    return ", ".join([f"{points_text(units, main.unit.scale)} {main.word(units)}", *others])


def _facts(event: Event, *, sees_members: bool) -> list[dict[str, Any]]:
    link = {"url": reverse("staff:member", args=[event.member_id])} if sees_members else {}
    facts = [
        {"label": _("Member"), "value": str(event.member), **link},
        {"label": _("Happened"), "value": date_format(localtime(event.occurred_at), "j F Y, H:i")},
        {"label": _("Business day"), "value": date_format(event.business_on, "j F Y")},
        {"label": _("Recorded"), "value": date_format(localtime(event.recorded_at), "j F Y, H:i")},
        {"label": _("Sent by"), "value": event.source, "hint": event.external_id},
    ]
    posted_as = [{"label": _("Posted as"), "value": _("movement of points"), "url": reverse("staff:movement", args=[of["movement"]])}
                 for of in event.earned] if sees_members else []  # fmt: skip
    return facts + posted_as


def _wish_facts(wish: EventUndoRequest | None, undo: EventUndo | None) -> list[dict[str, Any]]:
    """Say who asked for it to be taken back, who decided, and what that did; nothing without either."""
    facts: list[dict[str, Any]] = []
    if undo is not None:
        facts.append(
            {"label": _("Taken back"), "value": reason_text(undo.reason), "hint": date_format(localtime(undo.recorded_at), "j F Y, H:i")}
        )
        sums = {name: sum(of[name] for of in undo.reversed) for name in ("taken", "owed", "forgiven")}
        words = {"taken": _("Points taken back"), "owed": _("of them owed"), "forgiven": _("of them forgiven")}
        facts += [{"label": words[name], "value": str(units)} for name, units in sums.items() if units]
    if wish is not None:
        asked = str(wish.requested_by or (wish.partner_key.partner if wish.partner_key else ""))
        decided = date_format(localtime(wish.decided_at), "j F Y, H:i") if wish.decided_at else ""
        facts += [
            {"label": _("Why"), "value": wish.get_reason_display()},
            {"label": _("What happened"), "value": wish.note},
            {"label": _("Asked by"), "value": asked, "hint": date_format(localtime(wish.requested_at), "j F Y, H:i")},
            {"label": _("Decided by"), "value": str(wish.decided_by or ""), "hint": decided},
            {"label": _("Why so decided"), "value": wish.decision_note},
        ]
    return [fact for fact in facts if fact["value"]]
