"""Who wants to know at once that a member's tier turned: functions that are called in the transaction that notes it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Turned:
    """From a day on a member stands elsewhere on a ladder than was said before; `tier` None is nowhere. The day may lie ahead."""

    member: uuid.UUID
    programme: uuid.UUID
    ladder: str
    is_main: bool
    tier: str | None
    on: dt.date


Listener = Callable[[Sequence[Turned]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let a function hear of turns, once for each call of it here; called from an app's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(turns: Sequence[Turned]) -> None:
    if turns:
        for listener in _listeners:
            listener(turns)


def is_heard() -> bool:
    return bool(_listeners)
