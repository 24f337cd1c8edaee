"""Holds the sums against the lot moves that they are sums of, month by month, in one snapshot."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection

from loyalty.kit.clock import add_months, month_start
from loyalty.kit.snapshots import one_snapshot

_KEY = "unit_id, business_on, grant_month::date, source_kind, portfolio, from_state::smallint, to_state::smallint, reason"
_LOT_MOVES = f"SELECT {_KEY}, sum(units)::bigint, count(*) FROM ledger_lotmove WHERE id >= %s AND id <= %s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"  # noqa: S608  # our own names
_SUMS = f"SELECT {_KEY}, units, moves FROM ledger_rollup WHERE business_on >= %s AND business_on < %s"  # noqa: S608  # our own names
_UNTAKEN = f"SELECT {_KEY}, units, moves FROM ledger_untaken()"  # noqa: S608  # our own names
_MONTHS_OF_SUMS = "SELECT DISTINCT date_trunc('month', business_on)::date FROM ledger_rollup"
_NEXT = "SELECT id FROM ledger_lotmove WHERE id >= %s ORDER BY id LIMIT 1"
_EXPECTED, _FOUND = 0, 1
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LAST_MONTH = dt.date(9999, 12, 1)
_LAST_MILLISECOND = (dt.datetime(9999, 12, 1, tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(milliseconds=1)
_LAST_ID = uuid.UUID(int=(1 << 128) - 1)

Key = tuple[Any, ...]
"""unit, business_on, grant_month, source_kind, portfolio, from_state, to_state, reason"""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One sum that is not what the lot moves say."""

    unit: int
    business_on: dt.date
    grant_month: dt.date
    source_kind: int
    portfolio: int
    from_state: int
    to_state: int
    reason: int
    expected: int
    found: int
    expected_moves: int
    found_moves: int


@dataclasses.dataclass(frozen=True, slots=True)
class MonthChecked:
    """How far a verification is: the lot moves that were posted in a month are added up."""

    month: dt.date
    lot_moves: int


def verify_rollups(*, tell: Callable[[MonthChecked], None] = lambda _checked: None) -> list[Difference]:
    """Compare the sums, and what no tick has taken yet, with all lot moves in one snapshot; return what differs (empty when all is well).

    Goes through the lot moves by the month that they were posted in, and calls `tell` after each. Holds in memory what does not agree yet;
    only if something is left over, a second look adds those sums up in full.
    """
    with one_snapshot():
        suspects = _compared(_Sums(), tell)
        return _compared(_AllOf(suspects), tell).differences() if suspects.open else []


class _Sums:
    """Expected and found points and moves of each sum; what agrees is forgotten."""

    def __init__(self) -> None:
        self.open: dict[Key, list[int]] = {}

    def add(self, rows: Iterable[tuple[Any, ...]], side: int) -> int:
        """Add rows of expected (0) or found (1) sums; return how many lot moves they stand for."""
        return sum(self._add(tuple(key), units, moves, side) for *key, units, moves in rows)

    def differences(self) -> list[Difference]:
        return [Difference(*key, *sums) for key, sums in sorted(self.open.items()) if not _agrees(sums)]

    def _add(self, key: Key, units: int, moves: int, side: int) -> int:
        sums = self.open.setdefault(key, [0, 0, 0, 0])
        sums[side] += units
        sums[side + 2] += moves
        if _agrees(sums):
            del self.open[key]
        return moves


class _AllOf(_Sums):
    """The same of some sums, in full: one that agreed for a while is not forgotten."""

    def __init__(self, suspects: _Sums) -> None:
        self.open = {key: [0, 0, 0, 0] for key in suspects.open}

    def _add(self, key: Key, units: int, moves: int, side: int) -> int:
        if sums := self.open.get(key):
            sums[side] += units
            sums[side + 2] += moves
        return moves


def _compared(sums: _Sums, tell: Callable[[MonthChecked], None]) -> _Sums:
    business_months = {month for (month,) in _rows(_MONTHS_OF_SUMS)}
    for month, first, last in _months():
        moves = sums.add(_rows(_LOT_MOVES, first, last), _EXPECTED)
        if month in business_months:
            business_months.remove(month)
            sums.add(_rows(_SUMS, month, add_months(month, 1)), _FOUND)
        tell(MonthChecked(month, moves))
    for month in business_months:
        sums.add(_rows(_SUMS, month, add_months(month, 1)), _FOUND)
    sums.add(_rows(_UNTAKEN), _FOUND)
    return sums


def _agrees(sums: list[int]) -> bool:
    return sums[0] == sums[1] and sums[2] == sums[3]


def _months() -> Iterator[tuple[dt.date, uuid.UUID, uuid.UUID]]:
    """Yield every month in which lot moves were posted, with the first id of it and the last that it can hold."""
    after = uuid.UUID(int=0)
    while found := _rows(_NEXT, after):
        [[first]] = found
        month, last = _posted_in(first)
        yield month, first, last
        if last == _LAST_ID:
            return
        after = uuid.UUID(int=last.int + 1)


def _posted_in(identifier: uuid.UUID) -> tuple[dt.date, uuid.UUID]:
    """Return the month in which an id was made, by its milliseconds, and the last id of that month; ids beyond all time are one month."""
    at = _EPOCH + dt.timedelta(milliseconds=min(identifier.int >> 80, _LAST_MILLISECOND))
    month = month_start(at.date())
    if month == _LAST_MONTH:
        return month, _LAST_ID
    end = dt.datetime.combine(add_months(month, 1), dt.time(), dt.UTC)
    return month, uuid.UUID(int=((end - _EPOCH) // dt.timedelta(milliseconds=1) << 80) - 1)


def _rows(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
