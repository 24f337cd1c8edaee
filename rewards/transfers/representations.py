"""Transfers as the API shows them."""

import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from ledger.seals.representations import ReceiptAnswer
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.members.representations import moment_text
from rewards.transfers.models import Transfer


class TransferListed(BaseModel):
    """Points that `member` sent `to_member`; `undone_units` of them were taken back."""

    id: uuid.UUID | None
    external_id: str | None
    member: uuid.UUID
    to_member: uuid.UUID
    units: int
    undone_units: int
    business_on: str
    occurred_at: str


class TransferAnswer(TransferListed):
    """A transfer with the sender's points as they are."""

    balances: list[BalanceAnswer]
    receipts: list[ReceiptAnswer] = []


class TransfersAnswer(BaseModel):
    """A page of transfers, newest first."""

    results: list[TransferListed]
    next: str | None
    previous: str | None


def transfer_answer(transfer: Transfer, holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as TransferAnswer."""
    return transfer_listed(transfer) | {"balances": balances_answer(holdings, setting)}


def transfer_listed(transfer: Transfer) -> dict[str, Any]:
    """Shown as TransferListed."""
    return {
        "id": str(transfer.pk),
        "external_id": transfer.external_id or None,
        "member": str(transfer.sender_id),
        "to_member": str(transfer.receiver_id),
        "units": transfer.units,
        "undone_units": transfer.undone_units,
        "business_on": transfer.business_on.isoformat(),
        "occurred_at": moment_text(transfer.occurred_at),
    }
