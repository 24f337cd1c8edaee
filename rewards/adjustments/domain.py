"""Why points may be given or taken by hand. Pure."""

import enum

from ledger.points.domain import Reason


class Direction(enum.StrEnum):
    ADD = "add"
    REMOVE = "remove"


class AdjustmentReason(enum.StrEnum):
    """A closed list, because it decides the accounting."""

    GOODWILL = "goodwill"
    """To make up for something that went wrong."""
    PROMOTION = "promotion"
    CORRECTION = "correction"
    """To put a mistake right; given points are goodwill to the books, because no sale stands behind them."""


class AdjustmentState(enum.StrEnum):
    """waiting -> posted | refused; small ones of a partner are posted at once."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"


UNITS_A_DAY = 1_000
"""What a partner's key may give and take in a day without a second person, unless its own limit says otherwise."""

_REASONS = {
    (Direction.ADD, AdjustmentReason.GOODWILL): Reason.GOODWILL,
    (Direction.ADD, AdjustmentReason.PROMOTION): Reason.PROMOTION,
    (Direction.ADD, AdjustmentReason.CORRECTION): Reason.GOODWILL,
    (Direction.REMOVE, AdjustmentReason.CORRECTION): Reason.CORRECTION,
}


def bank_reason(direction: Direction, reason: AdjustmentReason) -> Reason | None:
    """Return the points bank's reason, or None if points do not go that way for this reason."""
    return _REASONS.get((direction, reason))
