"""The rows that a recorded purchase leaves behind."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection

from rewards.purchases.models import Purchase
from rewards.purchases.services.draft import ClaimRaced, Draft
from rewards.redemptions.services import TenderRequest
from rewards.tiers.services import Spend

_INSERT = (Path(__file__).parent.parent / "sql" / "insert.sql").read_text()


def insert(drafts: list[Draft], at: dt.datetime) -> None:
    """Write claims, purchases and lines in one statement. Raises: ClaimRaced when another transaction has just claimed one."""
    purchases = json.dumps([_row(draft, at) for draft in drafts], default=str)
    lines = json.dumps([line for draft in drafts for line in _lines(draft)], default=str)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"purchases": purchases, "lines": lines})
        written = len(cursor.fetchall())
    if written != len(drafts):
        raise ClaimRaced


def purchase_of(draft: Draft, at: dt.datetime) -> Purchase:
    """Return the purchase as it was just stored, without asking the database."""
    return Purchase(
        id=draft.id,
        points_account_id=draft.member.points_account_id,
        member=draft.member,
        programme_id=draft.member.programme_id,
        store_id=draft.store,
        channel_id=draft.channel,
        source=draft.facts.source,
        external_id=draft.facts.external_id,
        occurred_at=draft.facts.occurred_at,
        business_on=draft.business_on,
        recorded_at=at,
        currency=draft.facts.currency,
        price_minor=draft.facts.price_minor,
        tender_minor=draft.facts.tender_minor,
        tender=draft.tender.redemption if draft.tender else None,
        units=draft.units,
        earned=_earned(draft),
        evaluation=draft.evaluation.as_json(),
    )


def spend_of(draft: Draft) -> Spend:
    return Spend(
        member=draft.member,
        business_on=draft.business_on,
        amount_minor=draft.facts.price_minor,
        purchases=1,
        evidence=draft.id,
    )


def tender_request_of(draft: Draft) -> TenderRequest:
    tender = draft.facts.tender
    assert tender is not None
    return TenderRequest(
        member=draft.member,
        amount_minor=tender.amount_minor,
        redemption=tender.redemption,
        purchase=draft.id,
        occurred_at=draft.facts.occurred_at,
        business_on=draft.business_on,
    )


def _row(draft: Draft, at: dt.datetime) -> dict[str, Any]:
    return {
        "id": draft.id,
        "points_account": draft.member.points_account_id,
        "member": draft.member.pk,
        "programme": draft.member.programme_id,
        "store": draft.store,
        "channel": draft.channel,
        "source": draft.facts.source,
        "external_id": draft.facts.external_id,
        "fingerprint": f"\\x{draft.fingerprint.hex()}",
        "occurred_at": draft.facts.occurred_at,
        "business_on": draft.business_on,
        "recorded_at": at,
        "currency": draft.facts.currency,
        "price": draft.facts.price_minor,
        "tender": draft.facts.tender_minor,
        "redemption": draft.tender.redemption if draft.tender else None,
        "units": draft.units,
        "earned": _earned(draft),
        "evaluation": draft.evaluation.as_json(),
    }


def _lines(draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "purchase": draft.id,
            "position": position,
            "external_id": facts.external_id,
            "sku": facts.sku,
            "category": facts.category,
            "brand": facts.brand,
            "quantity": _plain(facts.quantity),
            "price": facts.price_minor,
            "paid": line.paid_minor,
            "discount": facts.discount_minor,
            "tax": line.tax_minor,
        }
        for position, (facts, line) in enumerate(zip(draft.facts.lines, draft.lines, strict=True), start=1)
    ]


def _earned(draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "currency": grant.key.rsplit(":", 1)[1],
            "unit": grant.unit,
            "units": grant.units,
            "state": "pending" if grant.pending else "available",
            "available_on": (grant.matures_on or grant.business_on).isoformat(),
            "expires_on": grant.expires_on.isoformat() if grant.expires_on else None,
            "movement": str(outcome.movement),
        }
        for grant, outcome in zip(draft.grants, draft.outcomes, strict=True)
    ]


def _plain(quantity: Decimal) -> str:
    return f"{quantity:f}"
