"""Redemptions as the API shows them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from ledger.seals.representations import ReceiptAnswer
from loyalty.kit.money import Money
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.redemptions.models import Redemption


class RedemptionListed(BaseModel):
    """What points became; `voucher` is the code to hand in, `held_until` the end of a hold.

    `purchase` is what a payment paid or a reward was taken with; `restored_units` are the points that came back.
    """

    id: uuid.UUID | None
    external_id: str | None
    member: uuid.UUID
    kind: str
    state: str
    reward: str | None
    quantity: int
    units: int
    restored_units: int = 0
    purchase: uuid.UUID | None = None
    value: str
    currency: str
    voucher: str | None
    valid_until: str | None
    held_until: str | None
    occurred_at: str


class RedemptionAnswer(RedemptionListed):
    """A redemption with the member's points as they are."""

    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


class RedemptionsAnswer(BaseModel):
    """A page of redemptions, newest first."""

    results: list[RedemptionListed]
    next: str | None
    previous: str | None


class RewardTakenAnswer(BaseModel):
    """A reward that was taken with a purchase: its redemption, the points it cost, and how many of them came back since."""

    redemption: uuid.UUID
    reward: str
    quantity: int
    units: int
    restored_units: int
    state: str


def redemption_answer(redemption: Redemption, holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as RedemptionAnswer."""
    return redemption_listed(redemption, setting) | {"balances": balances_answer(holdings, setting)}


def redemption_listed(redemption: Redemption, setting: Setting) -> dict[str, Any]:
    """Shown as RedemptionListed."""
    version, money = redemption.reward_version, setting.programme.currency
    return {
        "id": str(redemption.pk),
        "external_id": redemption.external_id or None,
        "member": str(redemption.member_id),
        "kind": str(redemption.kind),
        "state": str(redemption.state),
        "reward": version.reward.code if version else None,
        "quantity": redemption.quantity,
        "units": redemption.units,
        "restored_units": redemption.restored_units,
        "purchase": str(redemption.purchase) if redemption.purchase else None,
        "value": str(Money(redemption.value_minor, money)),
        "currency": money,
        "voucher": redemption.grouped_code or None,
        "valid_until": redemption.valid_until.isoformat() if redemption.valid_until else None,
        "held_until": _moment(redemption.hold_expires_at) if redemption.is_held and redemption.hold_expires_at else None,
        "occurred_at": _moment(redemption.occurred_at),
    }


def reward_taken(of: Redemption) -> dict[str, Any]:
    """Shown as RewardTakenAnswer."""
    assert of.reward_version is not None, "a reward names its version"
    return {
        "redemption": str(of.pk),
        "reward": of.reward_version.reward.code,
        "quantity": of.quantity,
        "units": of.units,
        "restored_units": of.restored_units,
        "state": str(of.state),
    }


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
