"""The canonical text of a movement: what its leaf hash is made of.

The text names no person and carries a salt: a proof shows the hash of a neighbour's leaf, and day, amount and wallet could be guessed.
The same text is made in SQL for speed (sql/leaves.sql); verification makes it here, from the rows, so that a changed function in the
database hides nothing. A test holds the two together.
"""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ledger.seals.domain.merkle import leaf_hash

HEADER = "pointbook.movement/v1"
SALT_BYTES = 16
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class ActFacts:
    """The act that posted a movement: `key` is its reference."""

    id: uuid.UUID
    source: int
    key: str
    fingerprint: bytes

    @property
    def digest(self) -> str:
        return _digest(f"{self.source}\n{self.fingerprint.hex()}\n{self.key}")


@dataclasses.dataclass(frozen=True, slots=True)
class MovementFacts:
    """A movement with its act, its lot moves and, if it granted a lot, what that lot was granted as."""

    id: uuid.UUID
    wallet: uuid.UUID
    unit: int
    seq: int
    kind: int
    debit: int
    credit: int
    amount: int
    reason: int
    after: tuple[int, int, int, int]
    business_on: dt.date
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    reverses: uuid.UUID | None
    worth: tuple[Any, ...]
    """paid_minor, standalone_minor, ssp_point, estimate_id, tender_id, face_minor"""
    act: ActFacts | None
    lot: tuple[Any, ...] | None
    """granted_on, granted, expires_on, matures_on, terms"""
    lot_moves: Sequence[tuple[Any, ...]]
    """id, lot, unit, from_state, to_state, units, business_on, reason, grant_month, source_kind, portfolio; by id"""

    def text(self, salt: bytes) -> bytes:
        """Return the canonical text with the salt."""
        assert len(salt) == SALT_BYTES, salt
        lines = [
            HEADER,
            f"movement {self.id}",
            f"wallet {self.wallet}",
            f"unit {self.unit}",
            f"seq {self.seq}",
            f"kind {self.kind}",
            f"moved {self.amount} from {self.debit} to {self.credit}",
            f"reason {self.reason}",
            f"after {' '.join(map(str, self.after))}",
            f"business_on {self.business_on}",
            f"occurred_at {_moment(self.occurred_at)}",
            f"recorded_at {_moment(self.recorded_at)}",
            f"reverses {_written(self.reverses)}",
            f"worth {' '.join(map(_written, self.worth))}",
            f"act {self.act.id if self.act else ''} {self.act.digest if self.act else ''}",
            f"lot {' '.join(map(_written, self.lot)) if self.lot else ''}",
            f"lot_moves {_digest(chr(10).join(' '.join(map(_written, move)) for move in self.lot_moves))}",
            f"salt {salt.hex()}",
        ]
        return "\n".join(lines).encode()

    def leaf(self, salt: bytes) -> bytes:
        """Return the leaf hash."""
        return leaf_hash(self.text(salt))


def salt_of(secret: bytes, movement: uuid.UUID) -> bytes:
    """Return the salt of a movement: without its wallet's secret nobody can tell what its leaf was made of."""
    return hashlib.sha256(secret + movement.bytes).digest()[:SALT_BYTES]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(at: dt.datetime) -> int:
    """Return microseconds since 1970."""
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _written(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
