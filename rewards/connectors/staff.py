"""Connections for colleagues: the address to paste, the secret, what was delivered and what became of it."""

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
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.lists import list_page, typed
from accounts.staff.pages import StaffRequest, posted, programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.connectors import queries, services
from rewards.connectors.domain import Sender
from rewards.connectors.forms import AnswerForm, ConnectionForm, NewConnectionForm, SecretForm
from rewards.connectors.models import Connection, Delivery, PrivacyWish

_SEE = (Act.MANAGE_PARTNERS, "accounts.view_partner")
_WISH_COLUMNS = ("asked", "shop", "member", "due", "state")
STATES = {"waiting": "pending", "done": "posted", "skipped": "closed", "failed": "failed"}


@require_safe
@programme_page(*_SEE)
def connectors(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List the connections of a programme."""
    page = list_page(request, queries.connections_of(programme), BY_NEWEST_ID)
    failed = queries.failed_of(page.rows)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "columns": [
            {"label": _("Connection")},
            {"label": _("Sender")},
            {"label": _("State")},
            {"label": _("Needs a person"), "number": True},
        ],
        "rows": [
            [
                {"value": row.name, "url": reverse("staff:connector", args=[row.pk])},
                row.get_sender_display(),
                _state(row),
                failed.get(row.pk, 0),
            ]
            for row in page.rows
        ],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_manage": may(request.user, Act.MANAGE_PARTNERS),
        "open_wishes": queries.wishes_of(programme, state="open").count(),
    }
    return render(request, "rewards/connectors/connectors.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.MANAGE_PARTNERS)
def add(request: StaffRequest, programme: Programme) -> HttpResponseBase:
    """Open a connection; a secret that is ours to make is shown, this once."""
    form = NewConnectionForm(programme, posted(request))
    if form.is_valid():
        try:
            made, secret = services.open_connection(
                programme=programme, sender=Sender(form.cleaned_data["sender"]), facts=form.facts, at=clock.now()
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            return _show_once(request, made, secret) if secret else redirect("staff:connector", made.pk)
    text = _("Next you get the address to paste at the sender. Its programme is %(programme)s.") % {"programme": programme.name}
    return _form(request, form, None, title=_("New connection"), submit=_("Make the address"), text=text)


@require_safe
@staff_page(*_SEE)
def connector(request: StaffRequest, connection: uuid.UUID) -> HttpResponse:
    """Show a connection and its deliveries, newest first; ?outcome=, ?topic= and ?q= (number of an order or a delivery) narrow the list."""
    found = queries.connection_by_id(connection)
    asked, words = request.GET.get("outcome", ""), typed(request, "q", most=200)
    outcome = asked if asked in Delivery.Outcome.values else ""
    topic = request.GET.get("topic", "") if request.GET.get("topic", "") in found.topics else ""
    page = list_page(request, queries.deliveries_of(found, outcome=outcome, topic=topic, words=words), BY_NEWEST_ID)
    tabs = [("", _("all")), *Delivery.Outcome.choices]
    with timezone.override(found.programme.time_zone):
        context = {
            "connection": found,
            "state": _state(found),
            "address": queries.address_of(found),
            "facts": _facts(found),
            "has_secret": found.secret is not None,
            "may_manage": may(request.user, Act.MANAGE_PARTNERS),
            "tabs": [
                {
                    "label": str(label).capitalize(),
                    "url": query_with(request.GET, outcome=value or None, cursor=None),
                    "current": value == outcome,
                }
                for value, label in tabs
            ],
            "outcome": outcome,
            "words": words,
            "topics": [{"value": one, "label": one, "selected": one == topic} for one in found.topics],
            "columns": [{"label": label} for label in (_("Delivery"), _("Outcome"), _("Topic"), _("Order"), _("Received"))],
            "rows": [_row(row) for row in page.rows],
            "previous_url": page.previous_url,
            "next_url": page.next_url,
            "crumbs": [_crumbs(found)[0], {"label": found.name}],
        }
        return render(request, "rewards/connectors/connector.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PARTNERS)
def change(request: StaffRequest, connection: uuid.UUID) -> HttpResponseBase:
    """Change what counts from now on."""
    found = queries.connection_by_id(connection)
    form = ConnectionForm(found, posted(request))
    if form.is_valid():
        try:
            services.change_connection(connection=found, facts=form.facts)
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:connector", found.pk)
    return _form(request, form, found, title=_("Change the connection"), submit=_("Save"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PARTNERS)
def secret(request: StaffRequest, connection: uuid.UUID) -> HttpResponseBase:
    """Set a secret, or make one and show it, this once; the old one works for another week."""
    found = queries.connection_by_id(connection)
    form = SecretForm(found.kind, posted(request))
    if form.is_valid():
        try:
            kept = services.set_secret(connection=found, secret=form.cleaned_data["secret"], at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            if not form.cleaned_data["secret"]:
                return _show_once(request, found, kept)
            messages.success(request, _("The secret is kept. It is not shown again."))
            return redirect("staff:connector", found.pk)
    text = _("A delivery that was signed with the old secret is still taken in for seven days.") if found.secret else ""
    return _form(request, form, found, title=_("Secret"), submit=_("Keep the secret"), text=text)


@require_http_methods(["POST"])
@staff_page(Act.MANAGE_PARTNERS)
def turn(request: StaffRequest, connection: uuid.UUID) -> HttpResponseBase:
    """Pause a connection, or let a paused one work again."""
    found = queries.connection_by_id(connection)
    services.turn_connection(connection=found, is_active=not found.is_active)
    messages.success(request, _("Paused. What comes meanwhile is kept and waits.") if found.is_active else _("It works again."))
    return redirect("staff:connector", found.pk)


@require_safe
@staff_page(*_SEE)
def delivery(request: StaffRequest, delivery: uuid.UUID) -> HttpResponse:
    """Show what became of a delivery, and why."""
    found = queries.delivery_by_id(delivery)
    with timezone.override(found.connection.programme.time_zone):
        context = {
            "delivery": found,
            "state": STATES[found.outcome],
            "reason": _reason(found),
            "facts": _delivery_facts(found, sees_purchases=may(request.user, Act.FIND_MEMBERS)),
            "may_retry": may(request.user, Act.MANAGE_PARTNERS) and found.outcome != Delivery.Outcome.DONE,
            "crumbs": [*_crumbs(found.connection), {"label": found.number[:40]}],
        }
        return render(request, "rewards/connectors/delivery.html", context)


@require_http_methods(["POST"])
@staff_page(Act.MANAGE_PARTNERS)
def retry(request: StaffRequest, delivery: uuid.UUID) -> HttpResponseBase:
    """Try a delivery again."""
    found = queries.delivery_by_id(delivery)
    try:
        services.retry_delivery(delivery=found, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("It is tried again within seconds."))
    return redirect("staff:delivery", found.pk)


@require_safe
@staff_list("privacy-wishes", *_SEE, filters=("state",), columns=_WISH_COLUMNS)
def wishes(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List what shops asked about people's data, newest first; without ?state= what nobody answered."""
    asked = request.GET.get("state", "open")
    state = asked if asked in {"open", "answered"} else ""
    page = list_page(request, queries.wishes_of(programme, state=state), BY_NEWEST_ID)
    tabs = (("open", _("open")), ("answered", _("answered")), ("all", _("all")))
    labels = (_("Asked"), _("Shop"), _("Member"), _("Answer by"), _("State"))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "tabs": [{"label": label.capitalize(), "url": f"?state={value}", "current": value == (state or "all")} for value, label in tabs],
        "columns": [{"key": key, "label": label} for key, label in zip(_WISH_COLUMNS, labels, strict=True)],
        "rows": [_wish_row(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "crumbs": [{"label": _("Connectors"), "url": reverse("staff:connectors")}, {"label": _("Wishes about personal data")}],
    }
    return render_list(request, "rewards/connectors/wishes.html", "rewards/connectors/wishes_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def wish(request: StaffRequest, wish: uuid.UUID) -> HttpResponseBase:
    """Show a wish; who may manage connections writes here what was done."""
    found = queries.wish_by_id(wish)
    may_answer = found.answered_at is None and may(request.user, Act.MANAGE_PARTNERS)
    form = AnswerForm(posted(request)) if may_answer else None
    if form is not None and form.is_valid():
        try:
            services.answer_wish(wish=found, note=form.cleaned_data["note"], staff=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Written down as answered."))
            return redirect("staff:privacy-wish", found.pk)
    with timezone.override(found.connection.programme.time_zone):
        context = {
            "title": found.get_wish_display().capitalize(),
            "state": _wish_state(found),
            "facts": _wish_facts(found, sees_members=may(request.user, Act.FIND_MEMBERS)),
            "form": form,
            "crumbs": [
                {"label": _("Wishes about personal data"), "url": reverse("staff:privacy-wishes")},
                {"label": found.connection.name},
            ],
        }
        return render(request, "rewards/connectors/wish.html", context, status=422 if form is not None and form.errors else 200)


def _show_once(request: StaffRequest, connection: Connection, secret: str) -> HttpResponse:
    crumbs = [*_crumbs(connection), {"label": _("Secret")}]
    context = {"connection": connection, "secret": secret, "address": queries.address_of(connection), "crumbs": crumbs}
    return render(request, "rewards/connectors/secret_once.html", context)


def _form(
    request: StaffRequest, form: forms.Form, connection: Connection | None, *, title: str, submit: str, text: str = ""
) -> HttpResponse:
    trail = _crumbs(connection) if connection else [{"label": _("Connectors"), "url": reverse("staff:connectors")}]
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit_label": submit,
        "cancel_url": trail[-1]["url"],
        "crumbs": [*trail, {"label": title}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _crumbs(connection: Connection) -> list[dict[str, str]]:
    return [
        {"label": _("Connectors"), "url": reverse("staff:connectors")},
        {"label": connection.name, "url": reverse("staff:connector", args=[connection.pk])},
    ]


def _state(connection: Connection) -> dict[str, str]:
    if not connection.is_active:
        return {"value": _("paused"), "state": "pending"}
    if connection.secret is None:
        return {"value": _("waits for its secret"), "state": "draft"}
    return {"value": _("works"), "state": "active"}


def _facts(connection: Connection) -> list[dict[str, Any]]:
    until = connection.previous_until
    rotating = until is not None and clock.now() < until
    facts = [
        {"label": _("Sender"), "value": connection.get_sender_display()},
        {"label": _("Programme"), "value": connection.programme.name},
        {"label": _("Channel"), "value": connection.channel.name, "hint": connection.store.name if connection.store else ""},
        {"label": _("What counts"), "value": ", ".join(connection.topics)},
        {"label": _("Members are found by"), "value": connection.get_finds_by_display()},
        {"label": _("Secret"), "value": _("kept") if connection.secret is not None else _("missing")},
        {"label": _("The old secret works until"), "value": _moment(until) if rotating else ""},
    ]
    return [fact for fact in facts if fact["value"]]


def _delivery_facts(delivery: Delivery, *, sees_purchases: bool) -> list[dict[str, Any]]:
    link = {"url": reverse("staff:purchase", args=[delivery.purchase])} if delivery.purchase and sees_purchases else {}
    waits = delivery.outcome == Delivery.Outcome.WAITING
    facts = [
        {"label": _("Number"), "value": delivery.number},
        {"label": _("Topic"), "value": delivery.topic},
        {"label": _("Received"), "value": _moment(delivery.received_at)},
        {"label": _("Order"), "value": delivery.order},
        {"label": _("Purchase"), "value": _("look at it") if link else "", **link},
        {"label": _("Tries"), "value": str(delivery.attempts)},
        {"label": _("Next try"), "value": _moment(delivery.due_at) if waits else ""},
        {"label": _("Settled"), "value": _moment(delivery.settled_at)},
    ]
    return [fact for fact in facts if fact["value"]]


def _reason(delivery: Delivery) -> str:
    """Say why it is as it is; what waits says so in the words of its last try."""
    why, error = str(delivery.get_why_display()), str(delivery.error)
    return error or why if delivery.outcome == Delivery.Outcome.WAITING else why or error


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def _row(row: Delivery) -> list[Any]:
    number = row.number if len(row.number) <= 20 else f"{row.number[:19]}…"
    return [
        {"value": number, "url": reverse("staff:delivery", args=[row.pk])},
        {"value": row.get_outcome_display(), "state": STATES[row.outcome], "hint": _reason(row)[:100]},
        row.topic,
        row.order,
        date_format(localtime(row.received_at), "j M Y, H:i"),
    ]


def _wish_row(row: PrivacyWish) -> list[Any]:
    return [
        {"value": row.get_wish_display().capitalize(), "url": reverse("staff:privacy-wish", args=[row.pk])},
        row.connection.name,
        str(row.member) if row.member else "",
        date_format(row.due_on, "j M Y"),
        _wish_state(row),
    ]


def _wish_state(row: PrivacyWish) -> dict[str, str]:
    if row.answered_at is not None:
        return {"value": _("answered"), "state": "posted"}
    late = clock.business_date(clock.now(), row.connection.programme.time_zone) > row.due_on
    return {"value": _("overdue"), "state": "failed"} if late else {"value": _("open"), "state": "pending"}


def _wish_facts(row: PrivacyWish, *, sees_members: bool) -> list[dict[str, Any]]:
    link = {"url": reverse("staff:member", args=[row.member_id])} if row.member_id and sees_members else {}
    by = str(row.answered_by) if row.answered_by else _("by itself: nothing else was kept")
    facts = [
        {"label": _("Shop"), "value": row.connection.name},
        {"label": _("Customer number of the sender"), "value": row.customer},
        {"label": _("Member"), "value": str(row.member), **link}
        if row.member
        else {"label": _("Member"), "value": _("nobody who is known here")},
        {"label": _("Deliveries that were forgotten at once"), "value": str(row.forgotten)},
        {"label": _("Asked"), "value": _moment(row.asked_at)},
        {"label": _("Answer by"), "value": date_format(row.due_on, "j F Y")},
        {"label": _("Answered"), "value": by if row.answered_at else "", "hint": _moment(row.answered_at)},
        {"label": _("What was done"), "value": row.note},
    ]
    return [fact for fact in facts if fact["value"]]
