"""What changes rarely and is asked for by every request: read once, and kept for a few seconds by each process."""

import time
import weakref
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import transaction

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

KEEP_SECONDS = 5.0
_MOST_KEPT = 1_000
_all: "weakref.WeakSet[Kept]" = weakref.WeakSet()  # type: ignore[type-arg]  # of whatever keys and values


class Kept(Generic[Key, Value]):
    """Values by key, each at most `KEEP_SECONDS` old. Whoever changes what is behind one forgets it; other processes see it seconds later."""

    def __init__(self) -> None:
        self._values: dict[Key, tuple[float, Value]] = {}
        _all.add(self)

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """Return what is kept, or read it now."""
        value = self.found(key)
        return self.keep(key, read()) if value is None else value

    def found(self, key: Key) -> Value | None:
        """Return what is kept and not too old."""
        kept = self._values.get(key)
        return kept[1] if kept is not None and time.monotonic() < kept[0] + KEEP_SECONDS else None

    def keep(self, key: Key, value: Value) -> Value:
        if len(self._values) >= _MOST_KEPT:
            self._values.clear()
        self._values[key] = (time.monotonic(), value)
        return value

    def forget(self, key: Key) -> None:
        """Read afresh from now on, and, if a transaction is under way, again once it is committed: until then others read what was before."""
        self._values.pop(key, None)
        transaction.on_commit(lambda: self._values.pop(key, None))

    def clear(self) -> None:
        self._values.clear()


def forget_everything() -> None:
    """Read everything afresh."""
    for kept in list(_all):
        kept.clear()
