"""The rows that a recorded purchase leaves behind."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from pydantic_core import to_json

from loyalty.kit.problems import StartAgain
from rewards.purchases.models import Purchase
from rewards.purchases.services.draft import Draft
from rewards.redemptions.services import TenderRequest
from rewards.tiers.services import Spend

_INSERT = (Path(__file__).parent.parent / "sql" / "insert.sql").read_text()
_FIELDS = [field.attname for field in Purchase._meta.concrete_fields]  # noqa: SLF001  # Django documents _meta
_MEMBER = Purchase._meta.get_field("member")  # noqa: SLF001  # Django documents _meta


def insert(drafts: list[Draft], at: dt.datetime) -> None:
    """Write claims, purchases and lines in one statement. Raises: StartAgain (another transaction has just claimed one)."""
    for draft in drafts:
        draft.row = _row(draft, at)
    purchases = to_json([draft.row for draft in drafts]).decode()
    lines = to_json([line for draft in drafts for line in _lines(draft)]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"purchases": purchases, "lines": lines})
        written = len(cursor.fetchall())
    if written != len(drafts):
        raise StartAgain


def purchase_of(draft: Draft) -> Purchase:
    """Return the purchase as it was just stored, without asking the database."""
    purchase = Purchase.from_db("default", _FIELDS, [draft.row[name] for name in _FIELDS])
    _MEMBER.set_cached_value(purchase, draft.member)
    return purchase


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
    """The columns of the purchase, and the fingerprint for its claim."""
    facts, member = draft.facts, draft.member
    return {
        "id": draft.id,
        "points_account_id": member.points_account_id,
        "member_id": member.id,
        "programme_id": member.programme_id,
        "store_id": draft.store,
        "channel_id": draft.channel,
        "source": facts.source,
        "external_id": facts.external_id,
        "fingerprint": f"\\x{draft.fingerprint.hex()}",
        "occurred_at": facts.occurred_at,
        "business_on": draft.business_on,
        "recorded_at": at,
        "currency": facts.currency,
        "price_minor": facts.price_minor,
        "tender_minor": facts.tender_minor,
        "tender": draft.tender.redemption if draft.tender else None,
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
