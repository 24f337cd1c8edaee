"""Purchases and returns as the API shows them. Plain functions: a batch shows 500."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from ledger.points.domain import last_day
from ledger.seals.representations import ReceiptAnswer
from loyalty.kit.money import exponent, minor_text
from rewards.earning.domain.conditions import kind_of
from rewards.earning.domain.expressions import write
from rewards.earning.domain.fields import Kind
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.gift_cards.queries import Charge
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return
from rewards.purchases.queries import judged
from rewards.purchases.services import PurchaseRecord, ReturnRecord
from rewards.redemptions.models import Redemption
from rewards.redemptions.representations import RewardTakenAnswer, reward_taken


class EarnedAnswer(BaseModel):
    """Points that a purchase gave; `available_at` is when they can be spent, `last_on` the last day on which they can."""

    currency: str
    units: int
    state: str
    available_at: str
    last_on: str | None = None
    expires_on: str | None


class MissedAnswer(BaseModel):
    """The part of a condition that did not hold, as colleagues write it; `missing` would have been enough. Money stands in major units."""

    condition: str
    found: str | int | list[str] | None
    missing: str | int | None


class OutcomeAnswer(BaseModel):
    """What one rule made of a purchase; `missing` is the amount to its next step, or its next band over a period.

    `units_before_limit` is what it would have given without its limit or another rule that counted in its place; `counted_before`
    what bands over a period had counted in it before.
    """

    rule: str
    version: int
    currency: str
    outcome: str
    reason: str
    units: int
    missing: str
    units_before_limit: int | None = None
    counted_before: str | None = None
    missed: MissedAnswer | None = None


class PurchaseBody(BaseModel):
    """What was bought, what it earned, and why; `due` is what neither points nor gift cards paid, `rewards` what was taken with it."""

    id: uuid.UUID | None
    external_id: str
    member: uuid.UUID
    occurred_at: str
    business_on: str
    fulfilled_on: str | None = None
    buyer: str | None = None
    currency: str
    amount: str
    paid_with_points: str
    redemption: uuid.UUID | None
    paid_with_gift_cards: str = ""
    due: str = ""
    rewards: list[RewardTakenAnswer] = []
    earned: list[EarnedAnswer]
    evaluation: list[OutcomeAnswer]


class CardPaidAnswer(BaseModel):
    """What a gift card paid, and what was on it then."""

    charge: uuid.UUID
    gift_card: uuid.UUID
    last_four: str
    amount: str
    balance: str


class PurchaseAnswer(PurchaseBody):
    """A recorded purchase with the member's points after it."""

    gift_cards: list[CardPaidAnswer] = []
    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


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


class PurchaseListed(PurchaseBody):
    """A purchase and where it was made."""

    store: str | None
    channel: str


class PurchasesAnswer(BaseModel):
    """A page of purchases, newest first."""

    results: list[PurchaseListed]
    next: str | None
    previous: str | None


class ReversedAnswer(BaseModel):
    """Points taken back: `taken` from the wallet, `owed` because they were spent, or `forgiven`."""

    currency: str
    units: int
    taken: int
    owed: int
    forgiven: int


class RestoredAnswer(BaseModel):
    """Points given back that had paid for what came back, or for a `reward` taken with it; `redemption` is what had taken them."""

    currency: str
    units: int
    redemption: uuid.UUID | None = None
    reward: str | None = None


class GivenAnswer(BaseModel):
    """Points given of one currency."""

    currency: str
    units: int


class RevisionAnswer(BaseModel):
    """What a recalculation gave or took back afterwards; or what followed from the return of an earlier purchase, which both ids then name."""

    recalculation: uuid.UUID
    business_on: str
    given: list[GivenAnswer]
    reversed: list[ReversedAnswer]
    return_of_earlier: uuid.UUID | None = None


class PurchaseStory(PurchaseBody):
    """A purchase with its lines, where it was made, and its recalculations."""

    store: str | None
    channel: str
    lines: list[LineAnswer]
    revisions: list[RevisionAnswer] = []


class ItemAnswer(BaseModel):
    """What became of one item of a batch."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class BatchAnswer(BaseModel):
    """One result for each item, in their order."""

    results: list[ItemAnswer]
    receipts: list[ReceiptAnswer] = []


class ReturnAnswer(BaseModel):
    """A recorded return with the member's points after it; `refunded_to_gift_cards` is a part of `refunded`."""

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
    refunded_to_gift_cards: str = ""
    reversed: list[ReversedAnswer]
    restored: list[RestoredAnswer]
    arrears: int
    withheld: str
    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


def purchase_answer(record: PurchaseRecord, setting: Setting) -> dict[str, Any]:
    """Shown as PurchaseAnswer."""
    currency = record.purchase.currency
    paid = {"gift_cards": [_card_paid(of, currency) for of in record.charges]}
    return _purchase(record.purchase, record.rewards, setting) | paid | {"balances": balances_answer(record.holdings, setting)}


def purchase_story(
    purchase: Purchase,
    lines: Sequence[PurchaseLine],
    revisions: Sequence[PurchaseRevision],
    rewards: Sequence[Redemption],
    setting: Setting,
) -> dict[str, Any]:
    """Shown as PurchaseStory."""
    return purchase_listed(purchase, revisions, rewards, setting) | {
        "lines": [_line(line, purchase.currency) for line in lines],
        "revisions": [_revision(row) for row in revisions],
    }


def purchase_listed(
    purchase: Purchase, revisions: Sequence[PurchaseRevision], rewards: Sequence[Redemption], setting: Setting
) -> dict[str, Any]:
    """Shown as PurchaseListed: why it earned what it did, as its recalculations have left it."""
    told = {"evaluation": [outcome_answer(of, purchase.currency) for of in judged(purchase, revisions)]}
    return (
        _purchase(purchase, rewards, setting)
        | told
        | {"store": purchase.store.code if purchase.store else None, "channel": purchase.channel.code}
    )


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
        "refunded_to_gift_cards": amount_text(row.gift_card_minor, currency),
        "reversed": _merged(row.reversed),
        "restored": [{"currency": setting.main, **of} for of in _restored(row, purchase)],
        "arrears": row.arrears_units,
        "withheld": amount_text(0, currency),
        "balances": balances_answer(record.holdings, setting),
    }


def amount_text(minor: int, currency: str) -> str:
    return minor_text(minor, currency)


def moment_text(at: dt.datetime) -> str:
    """Write a moment in UTC, whatever offset it was sent with, so that a repeat reads like the first answer."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _restored(row: Return, purchase: Purchase) -> list[dict[str, Any]]:
    """Tell what came back by redemption; returns from before that was written down had points of the payment alone."""
    of_tender = {"units": row.restored_units, "redemption": str(purchase.tender), "reward": None}
    return row.restored or ([of_tender] if row.restored_units else [])


def _purchase(purchase: Purchase, rewards: Sequence[Redemption], setting: Setting) -> dict[str, Any]:
    currency = purchase.currency
    occurred_at = moment_text(purchase.occurred_at)
    return {
        "id": str(purchase.pk),
        "external_id": purchase.external_id,
        "member": str(purchase.member_id),
        "occurred_at": occurred_at,
        "business_on": purchase.business_on.isoformat(),
        "fulfilled_on": purchase.fulfilled_on.isoformat() if purchase.fulfilled_on else None,
        "buyer": purchase.buyer or None,
        "currency": currency,
        "amount": amount_text(purchase.price_minor, currency),
        "paid_with_points": amount_text(purchase.tender_minor, currency),
        "redemption": str(purchase.tender) if purchase.tender else None,
        "paid_with_gift_cards": amount_text(purchase.gift_card_minor, currency),
        "due": amount_text(purchase.due_minor, currency),
        "rewards": [reward_taken(of) for of in rewards],
        "earned": [earned_answer(of, occurred_at, setting) for of in purchase.earned],
        "evaluation": [outcome_answer(of, currency) for of in purchase.evaluation],
    }


def _card_paid(of: Charge, currency: str) -> dict[str, Any]:
    return {
        "charge": str(of.event),
        "gift_card": str(of.card),
        "last_four": of.last_four,
        "amount": amount_text(of.charged_minor, currency),
        "balance": amount_text(of.balance_minor, currency),
    }


def earned_answer(of: dict[str, Any], occurred_at: str, setting: Setting) -> dict[str, Any]:
    """Shown as EarnedAnswer."""
    is_pending = of["state"] == "pending"
    return {
        "currency": of["currency"],
        "units": of["units"],
        "state": of["state"],
        "available_at": _begin_of(of["available_on"], setting.programme.time_zone) if is_pending else occurred_at,
        "last_on": last_day(dt.date.fromisoformat(of["expires_on"])).isoformat() if of["expires_on"] else None,
        "expires_on": of["expires_on"],
    }


def _begin_of(day: str, time_zone: str) -> str:
    return moment_text(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZoneInfo(time_zone)))


def outcome_answer(of: dict[str, Any], currency: str) -> dict[str, Any]:
    """Shown as OutcomeAnswer."""
    return {
        "rule": of["rule"],
        "version": of["version"],
        "currency": of["currency"],
        "outcome": of["outcome"],
        "reason": of["reason"],
        "units": of["units"],
        "missing": amount_text(of["missing_minor"], currency),
        "units_before_limit": of.get("before_cap"),
        "counted_before": amount_text(of["before_minor"], currency) if "before_minor" in of else None,
        "missed": _missed(of["miss"], currency) if "miss" in of else None,
    }


def _missed(miss: dict[str, Any], currency: str) -> dict[str, Any]:
    wanted = miss["wanted"]
    is_money = kind_of(wanted) is Kind.MONEY

    def plain(value: Any) -> Any:
        return amount_text(value, currency) if is_money and isinstance(value, int) else value

    condition = write(wanted, of_lines=False, decimals=exponent(currency))
    return {"condition": condition, "found": plain(miss["found"]), "missing": plain(miss.get("missing"))}


def _revision(row: PurchaseRevision) -> dict[str, Any]:
    return {
        "recalculation": str(row.cause),
        "return_of_earlier": str(row.cause) if row.follows_return else None,
        "business_on": row.business_on.isoformat(),
        "given": [{"currency": of["currency"], "units": of["units"]} for of in row.earned],
        "reversed": [reversed_answer(of) for of in row.reversed],
    }


def reversed_answer(of: Mapping[str, Any]) -> dict[str, Any]:
    """Shown as ReversedAnswer."""
    return {name: of[name] for name in ("currency", "units", "taken", "owed", "forgiven")}


def _merged(reversed_: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tell what was taken back once for each currency, from however many grants it came."""
    found: dict[str, dict[str, Any]] = {}
    for of in map(reversed_answer, reversed_):
        known = found.setdefault(of["currency"], of)
        if known is not of:
            known |= {name: known[name] + of[name] for name in ("units", "taken", "owed", "forgiven")}
    return list(found.values())


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
