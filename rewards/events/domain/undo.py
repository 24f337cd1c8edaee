"""Why an event is taken back, and what becomes of the wish. Pure."""

import enum


class UndoReason(enum.StrEnum):
    MISTAKE = "mistake"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    DISHONEST = "dishonest"


class UndoState(enum.StrEnum):
    """waiting -> posted | refused; small ones are posted at once."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"


UNITS_ALONE_A_DAY = 1_000
"""Points of events that one colleague takes back in a day without a second person."""
