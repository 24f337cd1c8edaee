"""Gift cards for colleagues: the list, a card with what happened to it, issue, block."""

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
from accounts.programmes.models import Programme
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.deciding import Decision, decide, may_decide
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, programme_choices, programme_page, staff_page
from accounts.staff.roles import Act as Permission
from ledger.points.domain import last_day
from loyalty.kit import clock
from loyalty.kit.figures import money_text, signed
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.gift_cards import queries, services
from rewards.gift_cards.domain import EventKind, grouped_code
from rewards.gift_cards.forms import BlockForm, IssueDecisionForm, IssueForm
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest
from rewards.gift_cards.services import Act

_SEE = (Permission.REQUEST_ADJUSTMENTS, Permission.APPROVE_ADJUSTMENTS, "rewards.view_giftcard")
SOURCE = "staff"
STATES = {"active": "posted", "blocked": "refused", "empty": "expired"}


@require_safe
@programme_page(*_SEE)
def cards(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List cards, newest first; with ?state= those that are so, with ?last= those whose code ends so."""
    state, last = request.GET.get("state", ""), request.GET.get("last", "").strip().upper()[:4]
    rows = queries.cards_of(programme).select_related("member")
    rows = rows.filter(state=state) if state in GiftCard.State.values else rows
    page = list_page(request, rows.filter(last_four=last) if last else rows, queries.NEWEST_FIRST)
    tabs = [("", _("all")), *GiftCard.State.choices]
    labels = (_("Card"), _("Kind"), _("Issued"), _("Last day"), _("Member"), _("State"))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "last": last,
        "tabs": [{"label": str(label).capitalize(), "url": f"?state={value}", "current": value == state} for value, label in tabs],
        "columns": [*({"label": label} for label in labels), *({"label": label, "number": True} for label in (_("Value"), _("Balance")))],
        "rows": [_row(card) for card in page.rows],
        "issue_url": reverse("staff:gift-card-new", args=[programme.slug]) if may(request.user, Permission.APPROVE_ADJUSTMENTS) else "",
        "report_url": reverse("staff:gift-card-report") if may(request.user, Permission.SEE_BOOKS) else "",
        "waiting": _waiting(programme) if may(request.user, Permission.APPROVE_ADJUSTMENTS) else [],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/gift_cards/cards.html", context)


@require_safe
@staff_page(*_SEE)
def card(request: StaffRequest, card: uuid.UUID) -> HttpResponse:
    """Show a card and what happened to it, newest first."""
    found = _card(card)
    page = list_page(request, queries.events_of(found), BY_NEWEST_ID)
    may_block = may(request.user, Permission.REQUEST_ADJUSTMENTS) or may(request.user, Permission.APPROVE_ADJUSTMENTS)
    with timezone.override(found.programme.time_zone):
        context = {
            "card": found,
            "state": STATES[found.state],
            "is_blocked": found.state == GiftCard.State.BLOCKED,
            "facts": _facts(found, sees_members=may(request.user, Permission.FIND_MEMBERS)),
            "block_url": reverse("staff:gift-card-block", args=[found.pk]) if may_block else "",
            "columns": [
                *({"label": label} for label in (_("When"), _("What"), _("Receipt"))),
                *({"label": label, "number": True} for label in (_("Amount"), _("Before"), _("After"))),
            ],
            "rows": [_event_row(event, found.currency) for event in page.rows],
            "previous_url": page.previous_url,
            "next_url": page.next_url,
        }
        return render(request, "rewards/gift_cards/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.APPROVE_ADJUSTMENTS)
def issue(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Issue a card and show its code, once."""
    found = programme_by_slug(programme)
    form = IssueForm(posted(request), initial={"number": uuid.uuid4()})
    if form.is_valid() and (new := form.new_card(found.currency)):
        number, note = form.cleaned_data["number"], form.cleaned_data["note"]
        try:
            done = services.issue_or_ask(programme=found, new=new, number=number, note=note, staff=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            if isinstance(done, services.Issued):
                return _issued(request, done)
            messages.info(
                request, _("That is more than one person may issue in a day. It waits for a colleague, who also chooses the PIN.")
            )
            return redirect("staff:gift-card-request", done.pk)
    text = _("The code is shown once, right after: nobody can look it up later. Whoever has it can spend the money.")
    return _form_page(request, form, title=_("Issue a gift card"), text=text, back=reverse("staff:gift-cards"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.APPROVE_ADJUSTMENTS)
def requested(request: StaffRequest, asked: uuid.UUID) -> HttpResponseBase:
    """Show a card that was asked for; a second person issues it, and sees its code once, or refuses it."""
    found = queries.request_by_id(asked)
    decision = _decision(request, found)
    if isinstance(decision.brought, services.Issued):
        return _issued(request, decision.brought)
    if decision.is_made:
        messages.success(request, _("The card is refused. Nothing was issued."))
        return redirect("staff:gift-cards")
    context = {
        "asked": found,
        "value": money_text(Money(found.amount_minor, found.programme.currency)),
        "form": decision.form,
        "is_waiting": found.is_waiting,
    }
    with timezone.override(found.programme.time_zone):
        return render(request, "rewards/gift_cards/request.html", context, status=decision.status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REQUEST_ADJUSTMENTS, Permission.APPROVE_ADJUSTMENTS)
def block(request: StaffRequest, card: uuid.UUID) -> HttpResponseBase:
    """Block a card, or let it pay again; its money stays where it is."""
    found = _card(card)
    blocks = found.state != GiftCard.State.BLOCKED
    form = BlockForm(posted(request), initial={"number": uuid.uuid4()})
    back = reverse("staff:gift-card", args=[found.pk])
    if form.is_valid():
        at = clock.now()
        act = Act(SOURCE, str(form.cleaned_data["number"]), at, at, by=request.user, note=form.cleaned_data["note"])
        try:
            services.block_card(card=found, blocked=blocks, act=act)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The card is blocked.") if blocks else _("The card pays again."))
            return redirect(back)
    title = _("Block the card") if blocks else _("Unblock the card")
    text = _("A blocked card does not pay. What is on it stays, and money that comes back goes on it.")
    return _form_page(request, form, title=title, text=text, back=back)


def _decision(request: StaffRequest, asked: GiftCardRequest) -> Decision:
    if not asked.is_waiting or not may_decide(request, Permission.APPROVE_ADJUSTMENTS, asked_by=asked.requested_by_id):
        return Decision(None)
    form, at = IssueDecisionForm(posted(request)), clock.now()
    return decide(
        form,
        agree=lambda: services.approve_request(request=asked, approver=request.user, pin=form.cleaned_data["pin"], at=at),
        refuse=lambda note: services.refuse_request(request=asked, refuser=request.user, note=note, at=at),
    )


def _issued(request: StaffRequest, issued: services.Issued) -> HttpResponse:
    """Show the code of a card, once."""
    context = {"card": issued.event.card, "code": grouped_code(issued.code) if issued.code else ""}
    response = render(request, "rewards/gift_cards/issued.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _card(card_id: uuid.UUID) -> GiftCard:
    """Raises: GiftCardNotFound."""
    found = GiftCard.objects.filter(pk=card_id).select_related("programme", "member").first()
    if found is None:
        raise queries.GiftCardNotFound(_("There is no such gift card."))
    return found


def _form_page(request: StaffRequest, form: Any, *, title: str, text: str, back: str) -> HttpResponse:
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit_label": title,
        "cancel_url": back,
        "crumbs": [{"label": _("Gift cards"), "url": reverse("staff:gift-cards")}, {"label": title}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _waiting(programme: Programme) -> list[dict[str, str]]:
    return [
        {
            "url": reverse("staff:gift-card-request", args=[asked.pk]),
            "value": money_text(Money(asked.amount_minor, programme.currency)),
            "who": str(asked.requested_by),
            "note": asked.note,
        }
        for asked in queries.waiting_requests(programme)
    ]


def _row(card: GiftCard) -> list[Any]:
    return [
        {"value": str(card), "url": reverse("staff:gift-card", args=[card.pk])},
        card.get_kind_display(),
        date_format(card.issued_on, "j M Y"),
        date_format(last_day(card.expires_on), "j M Y") if card.expires_on else "",
        str(card.member) if card.member else "",
        {"value": card.get_state_display(), "state": STATES[card.state]},
        money_text(Money(card.face_minor, card.currency)),
        money_text(Money(card.balance_minor, card.currency)),
    ]


def _facts(card: GiftCard, *, sees_members: bool) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Kind"), "value": card.get_kind_display()},
        {"label": _("Value"), "value": money_text(Money(card.face_minor, card.currency))},
        {"label": _("Issued"), "value": date_format(card.issued_on, "j F Y")},
        {"label": _("Last day"), "value": date_format(last_day(card.expires_on), "j F Y") if card.expires_on else _("does not run out")},
        {"label": _("PIN"), "value": _("needed") if card.pin_digest else _("none")},
    ]
    if card.member and sees_members:
        facts.append({"label": _("Member"), "value": str(card.member), "url": reverse("staff:member", args=[card.member_id])})
    return facts


def _event_row(event: GiftCardEvent, currency: str) -> list[Any]:
    sign = EventKind(event.kind).sign
    moved = money_text(Money(event.amount_minor, currency)) if sign else ""
    who = event.note or (str(event.by) if event.by else "")
    receipt = (
        {"value": event.receipt or _("purchase"), "url": reverse("staff:purchase", args=[event.purchase])}
        if event.purchase
        else event.receipt
    )
    return [
        date_format(localtime(event.occurred_at), "j M Y, H:i"),
        {"value": event.get_kind_display(), "hint": who},
        receipt,
        signed(sign < 0, moved) if moved else "",
        money_text(Money(event.before_minor, currency)),
        money_text(Money(event.after_minor, currency)),
    ]
