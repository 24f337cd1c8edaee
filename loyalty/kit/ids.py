"""Time-ordered identifiers (RFC 9562, UUID version 7) made in the application."""

import os
import threading
import time
import uuid

_FRACTION_BITS = 12
_CHILD_BITS = 16
_SIBLING_BITS = 48


def uuid7() -> uuid.UUID:
    """Return a UUIDv7 that is greater than every earlier one of this process.

    Layout: 48 bits Unix milliseconds, version, 12 bits the fraction of the millisecond (RFC 9562, 6.2, method 3: ids of other processes
    and of the database sort among these), variant, 46 random bits and 16 zero bits that number the children of a row (see `child_id`).
    """
    milliseconds, fraction = divmod(_ticks.next(), 1 << _FRACTION_BITS)
    random_bits = int.from_bytes(os.urandom(6)) >> 2
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random_bits << _CHILD_BITS
    return uuid.UUID(int=value)


def child_id(parent: uuid.UUID, ordinal: int) -> uuid.UUID:
    """Return the id of the `ordinal`-th child (1..65535), which sorts right behind its parent."""
    assert 1 <= ordinal < 1 << _CHILD_BITS, ordinal
    return uuid.UUID(int=parent.int >> _CHILD_BITS << _CHILD_BITS | ordinal)


def sibling_id(first: uuid.UUID, ordinal: int) -> uuid.UUID:
    """Return the id of the `ordinal`-th further row of the act whose first row is `first`; it has children of its own."""
    rest = first.int >> _SIBLING_BITS << _SIBLING_BITS
    number = (first.int >> _CHILD_BITS) + ordinal & 0xFFFFFFFF
    return uuid.UUID(int=rest | number << _CHILD_BITS)


class _Ticks:
    """Parts of a millisecond (1/4096) since 1970; a clock that stands still or steps back only counts on."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last = 0

    def next(self) -> int:
        with self.lock:
            self.last = max(self.last + 1, (time.time_ns() << _FRACTION_BITS) // 1_000_000)
            return self.last


_ticks = _Ticks()
