"""Purchases and returns as the API shows them. Plain functions: a batch shows 500."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from loyalty.kit.money import Money
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.purchases.models import Purchase, PurchaseLine
from rewards.purchases.services import PurchaseRecord, ReturnRecord


class EarnedAnswer(BaseModel):
    """Points that a purchase gave; `available_at` is when they can be spent."""

    currency: str
    units: int
    state: str
    available_at: str
    expires_on: str | None


class OutcomeAnswer(BaseModel):
    """What one rule made of a purchase; `missing` is the amount to its next step."""

    rule: str
    version: int
    currency: str
    outcome: str
    reason: str
    units: int
    missing: str


class PurchaseBody(BaseModel):
    """What was bought, what it earned, and why."""

    id: uuid.UUID | None
    external_id: str
    member: uuid.UUID
    occurred_at: str
    business_on: str
    currency: str
    amount: str
    paid_with_points: str
    redemption: uuid.UUID | None
    earned: list[EarnedAnswer]
    evaluation: list[OutcomeAnswer]


class PurchaseAnswer(PurchaseBody):
    """A recorded purchase with the member's points after it."""

    balances: list[BalanceAnswer]


class LineAnswer(BaseModel):
    """One line of a receipt: `amount` after discount, `paid` the part of it in money."""

    external_id: str
    sku: str
    category: str
    brand: str
    quantity: str
    amount: str
    paid: str
    discount: str
    tax: str


class PurchaseStory(PurchaseBody):
    """A purchase with its lines and where it was made."""

    store: str | None
    channel: str
    lines: list[LineAnswer]


class ItemAnswer(BaseModel):
    """What became of one item of a batch."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class BatchAnswer(BaseModel):
    """One result for each item, in their order."""

    results: list[ItemAnswer]


class ReversedAnswer(BaseModel):
    """Points taken back: `taken` from the wallet, `owed` because they were spent, or `forgiven`."""

    currency: str
    units: int
    taken: int
    owed: int
    forgiven: int


class RestoredAnswer(BaseModel):
    """Points given back that had paid for what came back."""

    currency: str
    units: int


class ReturnAnswer(BaseModel):
    """A recorded return with the member's points after it."""

    id: uuid.UUID | None
    external_id: str
    purchase: uuid.UUID
    purchase_external_id: str
    member: uuid.UUID
    occurred_at: str
    business_on: str
    currency: str
    amount: str
    refunded: str
    reversed: list[ReversedAnswer]
    restored: list[RestoredAnswer]
    arrears: int
    withheld: str
    balances: list[BalanceAnswer]


def purchase_answer(record: PurchaseRecord, setting: Setting) -> dict[str, Any]:
    """Shown as PurchaseAnswer."""
    return _purchase(record.purchase, setting) | {"balances": balances_answer(record.holdings, setting)}


def purchase_story(purchase: Purchase, lines: Sequence[PurchaseLine], setting: Setting) -> dict[str, Any]:
    """Shown as PurchaseStory."""
    return _purchase(purchase, setting) | {
        "store": purchase.store.code if purchase.store else None,
        "channel": purchase.channel.code,
        "lines": [_line(line, purchase.currency) for line in lines],
    }


def return_answer(record: ReturnRecord, setting: Setting) -> dict[str, Any]:
    """Shown as ReturnAnswer."""
    row, purchase = record.returned, record.purchase
    currency = purchase.currency
    return {
        "id": str(row.pk),
        "external_id": row.external_id,
        "purchase": str(purchase.pk),
        "purchase_external_id": purchase.external_id,
        "member": str(purchase.member_id),
        "occurred_at": moment_text(row.occurred_at),
        "business_on": row.business_on.isoformat(),
        "currency": currency,
        "amount": amount_text(row.price_minor, currency),
        "refunded": amount_text(row.refunded_minor, currency),
        "reversed": [{name: of[name] for name in ("currency", "units", "taken", "owed", "forgiven")} for of in row.reversed],
        "restored": [{"currency": setting.main, "units": row.restored_units}] if row.restored_units else [],
        "arrears": row.arrears_units,
        "withheld": amount_text(0, currency),
        "balances": balances_answer(record.holdings, setting),
    }


def amount_text(minor: int, currency: str) -> str:
    return str(Money(minor, currency))


def moment_text(at: dt.datetime) -> str:
    """Write a moment in UTC, whatever offset it was sent with, so that a repeat reads like the first answer."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _purchase(purchase: Purchase, setting: Setting) -> dict[str, Any]:
    currency = purchase.currency
    occurred_at = moment_text(purchase.occurred_at)
    return {
        "id": str(purchase.pk),
        "external_id": purchase.external_id,
        "member": str(purchase.member_id),
        "occurred_at": occurred_at,
        "business_on": purchase.business_on.isoformat(),
        "currency": currency,
        "amount": amount_text(purchase.price_minor, currency),
        "paid_with_points": amount_text(purchase.tender_minor, currency),
        "redemption": str(purchase.tender) if purchase.tender else None,
        "earned": [_earned(of, occurred_at, setting) for of in purchase.earned],
        "evaluation": [_outcome(of, currency) for of in purchase.evaluation],
    }


def _earned(of: dict[str, Any], occurred_at: str, setting: Setting) -> dict[str, Any]:
    is_pending = of["state"] == "pending"
    return {
        "currency": of["currency"],
        "units": of["units"],
        "state": of["state"],
        "available_at": _begin_of(of["available_on"], setting.programme.time_zone) if is_pending else occurred_at,
        "expires_on": of["expires_on"],
    }


def _begin_of(day: str, time_zone: str) -> str:
    return moment_text(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZoneInfo(time_zone)))


def _outcome(of: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "rule": of["rule"],
        "version": of["version"],
        "currency": of["currency"],
        "outcome": of["outcome"],
        "reason": of["reason"],
        "units": of["units"],
        "missing": amount_text(of["missing_minor"], currency),
    }


def _line(line: PurchaseLine, currency: str) -> dict[str, Any]:
    return {
        "external_id": line.external_id,
        "sku": line.sku,
        "category": line.category,
        "brand": line.brand,
        "quantity": f"{line.quantity.normalize():f}",
        "amount": amount_text(line.price_minor, currency),
        "paid": amount_text(line.paid_minor, currency),
        "discount": amount_text(line.discount_minor, currency),
        "tax": amount_text(line.tax_minor, currency),
    }
