"""Adjustments as the API shows them."""

import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from ledger.seals.representations import ReceiptAnswer
from rewards.adjustments.models import Adjustment
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer


class AdjustmentListed(BaseModel):
    """An adjustment: waiting, posted or refused."""

    id: uuid.UUID | None
    member: uuid.UUID
    state: str
    direction: str
    currency: str
    units: int
    reason: str
    note: str


class AdjustmentAnswer(AdjustmentListed):
    """An adjustment (waiting, posted or refused) with the member's points as they are."""

    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


class AdjustmentsAnswer(BaseModel):
    """A page of adjustments, newest first."""

    results: list[AdjustmentListed]
    next: str | None
    previous: str | None


def adjustment_answer(adjustment: Adjustment, holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as AdjustmentAnswer."""
    return adjustment_listed(adjustment) | {"balances": balances_answer(holdings, setting)}


def adjustment_listed(adjustment: Adjustment) -> dict[str, Any]:
    """Shown as AdjustmentListed."""
    return {
        "id": str(adjustment.pk),
        "member": str(adjustment.member_id),
        "state": str(adjustment.state),
        "direction": str(adjustment.direction),
        "currency": adjustment.currency.code,
        "units": adjustment.units,
        "reason": str(adjustment.reason),
        "note": adjustment.note,
    }
