"""Gift cards and what happened to them, as the API shows them. No code is ever shown but the one that was just made."""

import datetime as dt
import uuid
from typing import Any

from pydantic import BaseModel

from ledger.points.domain import last_day
from loyalty.kit.money import minor_text
from rewards.gift_cards.domain import grouped_code
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.services import Issued, Moved


class GiftCardAnswer(BaseModel):
    """A gift card; `last_on` is the last day on which it pays."""

    id: uuid.UUID
    last_four: str
    kind: str
    state: str
    currency: str
    value: str
    balance: str
    issued_on: str
    last_on: str | None
    has_pin: bool
    member: uuid.UUID | None


class GiftCardsAnswer(BaseModel):
    """A page of gift cards, newest first."""

    results: list[GiftCardAnswer]
    next: str | None
    previous: str | None


class GiftCardBalanceAnswer(BaseModel):
    """What is on a card, and whether it pays today."""

    last_four: str
    state: str
    pays: bool
    currency: str
    balance: str
    last_on: str | None


class IssuedAnswer(GiftCardAnswer):
    """An issued card. `code` is answered once, to be printed or sent; null when the card was issued before."""

    code: str | None


class GiftCardEventAnswer(BaseModel):
    """What happened to a card: the amount, and the balance before and after."""

    id: uuid.UUID
    gift_card: uuid.UUID
    kind: str
    amount: str
    before: str
    after: str
    currency: str
    business_on: str
    occurred_at: str
    receipt: str
    purchase: uuid.UUID | None
    charge: uuid.UUID | None


class GiftCardEventsAnswer(BaseModel):
    """A page of what happened to a card, newest first."""

    results: list[GiftCardEventAnswer]
    next: str | None
    previous: str | None


class ChargeAnswer(GiftCardEventAnswer):
    """A payment; `due` is what is left of the order."""

    due: str


def card_answer(card: GiftCard) -> dict[str, Any]:
    """Shown as GiftCardAnswer."""
    return {
        "id": str(card.pk),
        "last_four": card.last_four,
        "kind": str(card.kind),
        "state": str(card.state),
        "currency": card.currency,
        "value": minor_text(card.face_minor, card.currency),
        "balance": minor_text(card.balance_minor, card.currency),
        "issued_on": card.issued_on.isoformat(),
        "last_on": _last_on(card),
        "has_pin": card.pin_digest is not None,
        "member": str(card.member_id) if card.member_id else None,
    }


def balance_answer(card: GiftCard, today: dt.date) -> dict[str, Any]:
    """Shown as GiftCardBalanceAnswer; a card that ran out has nothing, even before the job that takes it."""
    balance = card.spendable_on(today)
    return {
        "last_four": card.last_four,
        "state": str(card.state),
        "pays": balance > 0 and card.state == GiftCard.State.ACTIVE,
        "currency": card.currency,
        "balance": minor_text(balance, card.currency),
        "last_on": _last_on(card),
    }


def issued_answer(issued: Issued) -> dict[str, Any]:
    """Shown as IssuedAnswer."""
    return card_answer(issued.event.card) | {"code": grouped_code(issued.code) if issued.code else None}


def event_answer(event: GiftCardEvent) -> dict[str, Any]:
    """Shown as GiftCardEventAnswer."""
    currency = event.card.currency
    return {
        "id": str(event.pk),
        "gift_card": str(event.card_id),
        "kind": str(event.kind),
        "amount": minor_text(event.amount_minor, currency),
        "before": minor_text(event.before_minor, currency),
        "after": minor_text(event.after_minor, currency),
        "currency": currency,
        "business_on": event.business_on.isoformat(),
        "occurred_at": event.occurred_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        "receipt": event.receipt,
        "purchase": str(event.purchase) if event.purchase else None,
        "charge": str(event.charge_id) if event.charge_id else None,
    }


def charge_answer(moved: Moved, order_minor: int) -> dict[str, Any]:
    """Shown as ChargeAnswer."""
    due = order_minor - moved.event.amount_minor
    return event_answer(moved.event) | {"due": minor_text(due, moved.event.card.currency)}


def _last_on(card: GiftCard) -> str | None:
    return last_day(card.expires_on).isoformat() if card.expires_on else None
