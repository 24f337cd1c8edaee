"""How far a tick goes, and what lag means. Pure."""

import dataclasses
import datetime as dt

MOST_MOVEMENTS = 10_000
"""About how many movements one tick takes: a transaction, and so a lock, of half a second at most."""
MOST_TICKS = 60
"""How many ticks one wake-up makes before it lets others have the worker."""


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the horizon: the oldest transaction that has written something and has not ended."""

    pid: int | None
    role: str
    program: str
    state: str
    began_at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Lag:
    """How far the ticks are behind. `waiting_since` is when the oldest movement that no tick has taken was recorded."""

    tick: int
    total: int
    ticked_at: dt.datetime
    waiting: int
    waiting_since: dt.datetime | None
    holder: Holder | None
    is_copy: bool

    def seconds(self, at: dt.datetime) -> int:
        """Return how long the oldest movement has been waiting at a moment."""
        return _seconds_since(self.waiting_since, at)

    def horizon_seconds(self, at: dt.datetime) -> int:
        """Return how long the horizon has been held at a moment."""
        return _seconds_since(self.holder.began_at if self.holder else None, at)


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is, in ticks."""

    through: int
    last: int
    finished: bool


def _seconds_since(moment: dt.datetime | None, at: dt.datetime) -> int:
    return max(0, int((at - moment).total_seconds())) if moment else 0
