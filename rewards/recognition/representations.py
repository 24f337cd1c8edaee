"""Recognitions as the API shows them."""

import uuid
from typing import Any

from pydantic import BaseModel

from ledger.seals.representations import ReceiptAnswer
from rewards.members.representations import moment_text
from rewards.recognition.models import Recognition, RecognitionUndo
from rewards.recognition.queries import undo_of


class RecognitionListed(BaseModel):
    """Points that `member` gave `to_member`, for what, and the words; they arrived as points to keep."""

    id: uuid.UUID | None
    external_id: str
    member: uuid.UUID
    to_member: uuid.UUID
    units: int
    value: str | None
    message: str
    business_on: str
    occurred_at: str
    undone_on: str | None = None
    """The day on which it was taken back."""


class RecognitionAnswer(RecognitionListed):
    """A recognition with what the giver has left to give this month."""

    left: int
    receipts: list[ReceiptAnswer] = []


class UndoneAnswer(RecognitionListed):
    """A recognition that was taken back: how many points are in the allowance again, and how many the receiver owes."""

    reason: str
    returned: int
    owed: int
    receipts: list[ReceiptAnswer] = []


class RecognitionsAnswer(BaseModel):
    """A page of recognitions, newest first."""

    results: list[RecognitionListed]
    next: str | None
    previous: str | None


def recognition_listed(row: Recognition) -> dict[str, Any]:
    """Shown as RecognitionListed; needs what took it back."""
    undo = undo_of(row)
    return {
        "id": str(row.pk),
        "external_id": row.external_id,
        "member": str(row.giver_id),
        "to_member": str(row.receiver_id),
        "units": row.units,
        "value": row.value or None,
        "message": row.message,
        "business_on": row.business_on.isoformat(),
        "occurred_at": moment_text(row.occurred_at),
        "undone_on": undo.business_on.isoformat() if undo else None,
    }


def undone_answer(row: RecognitionUndo) -> dict[str, Any]:
    """Shown as UndoneAnswer."""
    told = {"reason": row.reason, "returned": row.returned_units, "owed": row.owed_units}
    return recognition_listed(row.recognition) | {"undone_on": row.business_on.isoformat()} | told
