"""The rows of a roll-forward: opening, what moved, closing. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

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

    @property
    def closing(self) -> int:
        return self.opening + self.issued - self.reversed - self.redeemed - self.expired - self.adjusted


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
        return self.opening + self.additions - self.returned - self.recognised + self.other


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
    moved = {(row.pool, row.starts_on): row for row in rows}
    found: list[Row] = []
    for pool in sorted({row.pool for row in rows if row.pool is not None}):
        opening, known = 0, None
        for period in periods:
            row = moved.get((pool, period))
            if row is None and known is None:
                continue
            row = dataclasses.replace(row or _still(known), starts_on=period, opening=opening)  # type: ignore[arg-type]
            found.append(row)
            opening, known = row.closing, row
    return sorted(found, key=lambda row: (row.starts_on, row.pool or ()))


def _still(row: Row) -> Row:
    """The same pool in a period without movements."""
    return dataclasses.replace(row, **dict.fromkeys(_amounts(row), 0))


def _sum(left: Row, right: Row) -> Row:
    return dataclasses.replace(left, **{name: getattr(left, name) + getattr(right, name) for name in _amounts(left)})


def _amounts(row: PointsRow | MoneyRow) -> list[str]:
    return [field.name for field in dataclasses.fields(row) if field.name not in {"starts_on", "pool"}]
