"""The rows that a recorded purchase leaves behind."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from pydantic_core import from_json, to_json

from accounts.outbox.services import PUBLISH
from ledger.points.queries import HOLDINGS, Holdings
from loyalty.kit.problems import StartAgain
from loyalty.kit.stored import stored_row
from rewards.earning.domain import facts_as_json
from rewards.purchases.models import Purchase
from rewards.purchases.services.draft import Draft
from rewards.redemptions.services import TenderRequest
from rewards.tiers.services import COUNT, MemberInYear, Spend

_RECORD = (
    (Path(__file__).parent.parent / "sql" / "record.sql")
    .read_text()
    .format(
        publish=PUBLISH.format(topic="purchase.recorded", payload="jsonb_build_object('purchase', id)", at="recorded_at", told="row"),
        count=COUNT,
        holdings=HOLDINGS.format(wallets="ARRAY[purchase.points_account_id]"),
    )
)
_FIELDS = [field.attname for field in Purchase._meta.concrete_fields]  # noqa: SLF001  # Django documents _meta


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """What the statement answers beside the rows that it wrote."""

    holdings: dict[uuid.UUID, list[Holdings]]
    """By wallet."""
    years: dict[MemberInYear, Sequence[Any]]
    """The members' years as `tiers.note_turns` takes them."""


def insert(drafts: Sequence[Draft], at: dt.datetime, today: dt.date) -> Recorded:
    """Write claims, purchases, lines and events, and count the members' years, in one statement.

    Raises: StartAgain (another transaction has just claimed a receipt).
    """
    for draft in drafts:
        draft.row = _row(draft, at)
    purchases = to_json([draft.row for draft in drafts]).decode()
    lines = to_json([line for draft in drafts for line in _lines(draft)]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"purchases": purchases, "lines": lines, "today": today})
        written = cursor.fetchall()
    if len(written) != len(drafts):
        raise StartAgain
    recorded = Recorded({}, {})
    for _id, wallet, member, year, *counted, holdings in written:
        recorded.years[member, year] = counted
        recorded.holdings[wallet] = [Holdings(*of) for of in from_json(holdings)]
    return recorded


def purchase_of(draft: Draft) -> Purchase:
    """Return the purchase as it was just stored, without asking the database."""
    return stored_row(Purchase, {name: draft.row[name] for name in _FIELDS}, member=draft.member)


def spend_of(draft: Draft) -> Spend:
    return Spend(
        member=draft.member,
        business_on=draft.business_on,
        amount_minor=draft.price_minor,
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
        is_partners=draft.terms is not None,
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
        "buyer": facts.buyer,
        "fulfilled_on": facts.fulfilled_on,
        "recorded_at": at,
        "currency": facts.currency,
        "price_minor": draft.price_minor,
        "tender_minor": facts.tender_minor,
        "tender": draft.tender.redemption if draft.tender else None,
        "gift_card_minor": sum(of.amount_minor for of in draft.cards),
        "reward_units": sum(taken.units for taken in draft.rewards),
        "units": draft.units,
        "earned": _earned(draft),
        "evaluation": draft.evaluation.as_json(),
        "facts": facts_as_json(draft.basket),
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
            "flags": list(facts.flags),
        }
        for position, (facts, line) in enumerate(zip(draft.facts.lines, draft.basket.lines, strict=True), start=1)
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
