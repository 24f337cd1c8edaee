"""The feed as the API shows it."""

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from ledger.points.models import Movement
from ledger.ticks.feed import Position
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import InvalidInput
from rewards.members.representations import MovementAnswer, movement_answer

_MOST_XID = 2**63 - 1


class FedMovementAnswer(MovementAnswer):
    """A movement and whose it is (`member` is null when the member was forgotten)."""

    member: uuid.UUID | None


class FeedAnswer(BaseModel):
    """Movements in the order in which they were taken in. `next` goes on behind them; `has_more` says that more are there already."""

    results: list[FedMovementAnswer]
    next: str
    has_more: bool


def fed_answer(movement: Movement, codes: Mapping[int, str], members: Mapping[uuid.UUID, uuid.UUID]) -> dict[str, Any]:
    """Shown as FedMovementAnswer."""
    member = members.get(movement.points_account_id)
    return movement_answer(movement, codes) | {"member": str(member) if member else None}


def cursor_of(position: Position) -> str:
    text = json.dumps([position.xid, position.after.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    """Raises: InvalidInput."""
    try:
        xid, after = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if type(xid) is int and 0 <= xid <= _MOST_XID and type(after) is str:
            return Position(xid, uuid.UUID(hex=after))
    except (ValueError, TypeError, RecursionError):
        pass
    detail = _("This is not a cursor of this feed. Send `next` of the last answer, or begin again without one.")
    raise InvalidInput(detail, errors=[FieldError("/since", "invalid_cursor", detail)])
