"""A member's gift cards: what is on them, what happened, and adding one by its code."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.exceptions import Throttled

from accounts.members.access import portal_member, portal_page
from accounts.members.forms import show_problem
from accounts.members.models import Member
from ledger.points.domain import last_day
from loyalty.kit import clock
from loyalty.kit.figures import money_text, signed
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.gift_cards import queries, services
from rewards.gift_cards.domain import EventKind
from rewards.gift_cards.forms import KeepForm
from rewards.gift_cards.guessing import counted
from rewards.gift_cards.models import GiftCard, GiftCardEvent

MISSES_A_MINUTE = 5
SHOWN_CARDS, SHOWN_EVENTS = 50, 50


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def gift_cards(request: HttpRequest, member: Member) -> HttpResponse:
    """Show the cards in the wallet, and add one by its code."""
    form, status = KeepForm(request.POST or None), 200
    if form.is_valid():
        try:
            with counted(f"member:{member.pk}", MISSES_A_MINUTE):
                card = services.keep_card(member=member, code=form.cleaned_data["code"], pin=form.cleaned_data["pin"])
        except Problem as problem:
            show_problem(form, problem)
            status = problem.status
        except Throttled:
            form.add_error(None, _("Too many codes in a minute. Wait a minute, then try again."))
            status = 429
        else:
            messages.success(request, _("The card is in your wallet."))
            return redirect("portal:gift-card", programme=member.programme.slug, card=card.pk)
    status = 422 if form.errors and status == 200 else status
    today = clock.business_date(clock.now(), member.programme.time_zone)
    cards = [_card(card, member, today) for card in queries.cards_in_wallet(member)[:SHOWN_CARDS]]
    return portal_page(request, member.programme, "rewards/gift_cards/wallet.html", status=status, form=form, cards=cards)


@require_safe
@portal_member
def gift_card(request: HttpRequest, member: Member, card: uuid.UUID) -> HttpResponse:
    """Show a card with what happened to it, newest first."""
    found = queries.card_in_wallet(member, card)
    today = clock.business_date(clock.now(), member.programme.time_zone)
    events = queries.events_of(found).filter(amount_minor__gt=0).order_by("-id")[:SHOWN_EVENTS]
    context: dict[str, Any] = {"card": _card(found, member, today), "events": [_event(event, member) for event in events]}
    return portal_page(request, member.programme, "rewards/gift_cards/wallet_card.html", **context)


@require_POST
@portal_member
def take_out(request: HttpRequest, member: Member, card: uuid.UUID) -> HttpResponse:
    """Take a card out of the wallet, to pass it on."""
    services.release_card(card=queries.card_in_wallet(member, card), member=member)
    messages.success(request, _("The card is no longer in your wallet. Whoever has its code can add it."))
    return redirect("portal:gift-cards", programme=member.programme.slug)


def _card(card: GiftCard, member: Member, today: Any) -> dict[str, Any]:
    left = card.spendable_on(today)
    if card.state == GiftCard.State.BLOCKED:
        state = _("Blocked: ask the shop's support")
    elif card.expires_on is None:
        state = _("Does not run out")
    elif card.expires_on <= today:
        state = _("Ran out on %(day)s") % {"day": date_format(last_day(card.expires_on), "j F Y")}
    else:
        state = _("Pays through %(day)s") % {"day": date_format(last_day(card.expires_on), "j F Y")}
    return {
        "id": card.pk,
        "name": str(card),
        "balance": money_text(Money(left, card.currency)),
        "value": money_text(Money(card.face_minor, card.currency)),
        "state": state,
        "url": reverse("portal:gift-card", args=[member.programme.slug, card.pk]),
    }


def _event(event: GiftCardEvent, member: Member) -> dict[str, str]:
    """What happened; a purchase of the member leads to its receipt, somebody else's stays unnamed."""
    money = money_text(Money(event.amount_minor, member.programme.currency))
    return {
        "what": event.get_kind_display(),
        "when": date_format(localtime(event.occurred_at), "j F Y"),
        "amount": signed(EventKind(event.kind).sign < 0, money),
        "left": money_text(Money(event.after_minor, member.programme.currency)),
    }
