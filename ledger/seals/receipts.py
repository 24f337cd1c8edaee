"""Promises at once: what a transaction posted is signed before it commits, and sealed seconds later."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

from django.db import connection

from ledger.seals import statements
from ledger.seals.domain.notes import receipt_text
from ledger.seals.keys import signer_of
from ledger.seals.services import first_origin

_LEAVES = "SELECT movement_id, hash, origin FROM ledger_leaves_of_this_transaction(%(programme)s)"


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """A signed promise that these movements will be in the log. `note` is checked with the log's key."""

    movements: list[uuid.UUID]
    note: str

    def as_dict(self) -> dict[str, Any]:
        return {"movements": [str(movement) for movement in self.movements], "note": self.note}


def issue_receipt(*, programme: uuid.UUID, at: dt.datetime) -> Receipt | None:
    """Sign, once, the leaf hashes of everything that this transaction posted; None when it posted nothing."""
    return _receipt(_LEAVES, {}, programme, at)


def issue_receipt_of(*, programme: uuid.UUID, movement: uuid.UUID, points_account: uuid.UUID, at: dt.datetime) -> Receipt | None:
    """Sign the leaf hash of one movement of a wallet; None when there is no such movement."""
    return _receipt(statements.leaf_of_one(), {"movement": movement, "wallet": points_account}, programme, at)


def _receipt(statement: str, arguments: dict[str, Any], programme: uuid.UUID, at: dt.datetime) -> Receipt | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments | {"programme": programme})
        rows = cursor.fetchall()
    if not rows:
        return None
    origin = rows[0][2] or first_origin(programme)
    text = receipt_text(origin=origin, issued_at=at.isoformat(), leaves=[(str(movement), bytes(leaf)) for movement, leaf, _origin in rows])
    return Receipt([movement for movement, _leaf, _origin in rows], signer_of(origin).sign(text))
