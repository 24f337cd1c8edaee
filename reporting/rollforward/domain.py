"""The rows of a roll-forward: opening, what moved, closing. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ledger.valuation.domain import PoolKey


@dataclasses.dataclass(frozen=True, slots=True)
class PointsRow:
    """Points of one pool (or, with `pool` None, of all) in one period."""

    starts_on: dt.date
    pool: PoolKey | None
    opening: int
    issued: int
    reversed: int
    redeemed: int
    expired: int
    adjusted: int
    converted: int

    @property
    def closing(self) -> int:
        return self.opening + self.issued - self.reversed - self.redeemed - self.expired - self.adjusted - self.converted


@dataclasses.dataclass(frozen=True, slots=True)
class MoneyRow:
    """Liability of one pool (or, with `pool` None, of all) in one period; minor units."""

    starts_on: dt.date
    pool: PoolKey | None
    opening: int
    additions: int
    returned: int
    released: int
    estimate_change: int
    expiry: int
    carried: int
    other: int
    revenue_from_opening: int

    @property
    def recognised(self) -> int:
        """Revenue of the period: releases and everything that the close caught up."""
        return self.released + self.close_catch_up

    @property
    def close_catch_up(self) -> int:
        """Of the revenue, what the close's estimates and lapses changed."""
        return self.estimate_change + self.expiry

    @property
    def closing(self) -> int:
        return self.opening + self.additions - self.returned - self.recognised + self.carried + self.other


Row = TypeVar("Row", PointsRow, MoneyRow)


def totals(rows: Iterable[Row]) -> list[Row]:
    """Add the pools of each period up."""
    by_period: dict[dt.date, Row] = {}
    for row in rows:
        known = by_period.get(row.starts_on)
        by_period[row.starts_on] = dataclasses.replace(row, pool=None) if known is None else _sum(known, row)
    return [by_period[period] for period in sorted(by_period)]


def chain(rows: Sequence[Row], periods: Sequence[dt.date]) -> list[Row]:
    """Give every pool its opening balance in each period from its first one on, also where nothing moved.

    `rows` come with an opening of zero, one per pool and period in which something moved.
    """
    by_pool: dict[PoolKey, dict[dt.date, Row]] = {}
    for row in rows:
        assert row.pool is not None
        by_pool.setdefault(row.pool, {})[row.starts_on] = row
    found = [row for moved in by_pool.values() for row in _chain_pool(moved, periods)]
    return sorted(found, key=lambda row: (row.starts_on, row.pool or ()))


def _chain_pool(moved: Mapping[dt.date, Row], periods: Sequence[dt.date]) -> Iterator[Row]:
    last: Row | None = None
    for period in periods:
        row = moved.get(period)
        if last is not None:
            row = _opened(row or _changed(last, dict.fromkeys(_amounts(last), 0)), period, last.closing)
        if row is not None:
            yield row
            last = row


def _opened(row: Row, period: dt.date, opening: int) -> Row:
    return dataclasses.replace(row, starts_on=period, opening=opening)


def _sum(left: Row, right: Row) -> Row:
    return _changed(left, {name: getattr(left, name) + getattr(right, name) for name in _amounts(left)})


def _changed(row: Row, amounts: Mapping[str, Any]) -> Row:
    return dataclasses.replace(row, **amounts)


def _amounts(row: PointsRow | MoneyRow) -> list[str]:
    return [field.name for field in dataclasses.fields(row) if field.name not in {"starts_on", "pool"}]
