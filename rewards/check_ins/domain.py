"""When a check-in point takes check-ins, and how long a code that changes is good for. Pure."""

import dataclasses
import datetime as dt
import enum

SLOT = dt.timedelta(minutes=3)
"""How often a code that changes does so. The one before still counts, for who scanned it just before it changed."""
HELD = dt.timedelta(minutes=15)
"""How long somebody who has scanned a code may take to sign in and tap."""


class CodeKind(enum.StrEnum):
    PRINTED = "printed"
    ROTATING = "rotating"


class Limit(enum.StrEnum):
    DAY = "day"
    ONCE = "once"


class Opening(enum.StrEnum):
    """How a moment stands to the hours of a point."""

    OPEN = "open"
    NOT_YET = "not_yet"
    BEFORE_HOURS = "before_hours"
    AFTER_HOURS = "after_hours"
    OVER = "over"


@dataclasses.dataclass(frozen=True, slots=True)
class Hours:
    """The days of a point, both included, and its hours on each of them; the closing minute counts no more."""

    first_on: dt.date
    last_on: dt.date
    opens_at: dt.time
    closes_at: dt.time

    def standing(self, moment: dt.datetime) -> Opening:
        """Say how a moment on the point's own clock stands to its days and hours."""
        day, time = moment.date(), moment.time()
        if day < self.first_on:
            return Opening.NOT_YET
        if day > self.last_on or (day == self.last_on and time >= self.closes_at):
            return Opening.OVER
        if time < self.opens_at:
            return Opening.BEFORE_HOURS
        return Opening.OPEN if time < self.closes_at else Opening.AFTER_HOURS


def slot_of(at: dt.datetime) -> int:
    """Return the number of the slot that a moment lies in."""
    return int(at.timestamp() // SLOT.total_seconds())


def seconds_left(at: dt.datetime) -> int:
    """Return after how many seconds the code changes."""
    return int(SLOT.total_seconds() - at.timestamp() % SLOT.total_seconds()) + 1


def is_fresh(slot: int, at: dt.datetime) -> bool:
    """Tell whether the code of a slot still counts: that of now, and the one before."""
    return slot_of(at) - slot in (0, 1)


def counted_on(limit: Limit, hours: Hours, day: dt.date) -> dt.date:
    """Return the day on which a member's check-in takes the place of others: its own, or for once in all the first."""
    return day if limit is Limit.DAY else hours.first_on


def judged_at(scanned_at: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    """Return the moment by which a code is judged: that of the scan, if it is not too long ago."""
    if scanned_at is None or not at - HELD <= scanned_at <= at:
        return at
    return scanned_at
