"""Adjustments as the API shows them."""

import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from rewards.adjustments.models import Adjustment
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer


class AdjustmentAnswer(BaseModel):
    """An adjustment (waiting, posted or refused) with the member's points as they are."""

    id: uuid.UUID | None
    member: uuid.UUID
    state: str
    direction: str
    currency: str
    units: int
    reason: str
    note: str
    balances: list[BalanceAnswer]


def adjustment_answer(adjustment: Adjustment, holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as AdjustmentAnswer."""
    return {
        "id": str(adjustment.pk),
        "member": str(adjustment.member_id),
        "state": str(adjustment.state),
        "direction": str(adjustment.direction),
        "currency": adjustment.currency.code,
        "units": adjustment.units,
        "reason": str(adjustment.reason),
        "note": adjustment.note,
        "balances": balances_answer(holdings, setting),
    }
