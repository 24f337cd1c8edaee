"""Recognitions as the API shows them."""

import uuid
from typing import Any

from pydantic import BaseModel

from ledger.seals.representations import ReceiptAnswer
from rewards.members.representations import moment_text
from rewards.recognition.models import Recognition


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


class RecognitionAnswer(RecognitionListed):
    """A recognition with what the giver has left to give this month."""

    left: int
    receipts: list[ReceiptAnswer] = []


class RecognitionsAnswer(BaseModel):
    """A page of recognitions, newest first."""

    results: list[RecognitionListed]
    next: str | None
    previous: str | None


def recognition_listed(row: Recognition) -> dict[str, Any]:
    """Shown as RecognitionListed."""
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
    }
