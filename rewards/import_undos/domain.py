"""Where the points of an import are by now, and what may become of a line of its undo. Pure."""

import dataclasses
import enum
from collections.abc import Mapping

from ledger.points.domain import State

_SPENT = (State.REDEEMED, State.ADJUSTED, State.TRANSFERRED, State.CONVERTED)


class LineOutcome(enum.StrEnum):
    """What became of a line."""

    POSTED = "posted"
    SKIPPED = "skipped"
    """A later reset has set the balance since."""
    FAILED = "failed"


RESET_SINCE = "reset_since"


@dataclasses.dataclass(frozen=True, slots=True)
class Lot:
    """What is left of granted points; `gone_to` counts what is not, by state."""

    granted: int
    remaining: int
    held: int
    is_due: bool
    gone_to: Mapping[int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Whereabouts:
    """Of the points that a row gave: spent (used, corrected, sent, converted, or paid on a debt), ended, and on hold; the rest is there."""

    spent: int = 0
    ended: int = 0
    held: int = 0


def whereabouts(given: int, lot: Lot | None) -> Whereabouts:
    """Return where `given` points are; what made no lot has paid a debt."""
    if lot is None:
        return Whereabouts(spent=given)
    spent = given - lot.granted + sum(lot.gone_to.get(state, 0) for state in _SPENT)
    ended = lot.gone_to.get(State.EXPIRED, 0) + (lot.remaining if lot.is_due else 0)
    return Whereabouts(spent, ended, lot.held)
