"""Roll-forwards of points and money by period and pool.

Points come from allocations and money from journal lines, both by the period that they were posted into: a closed period's report
never changes, and a late event appears in the period that took it in.
"""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from ledger.books.domain import MovementType
from ledger.books.models import Book, JournalLine, Period
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey
from ledger.valuation.models import Allocation, Pool
from ledger.valuation.treatments import LIABILITIES
from reporting.rollforward.domain import MoneyRow, PointsRow, chain, totals

MONTHS_OF_POINTS = (Path(__file__).parent / "sql" / "months.sql").read_text()
"""The statement of `points_by_month`; takes `unit`."""
_POINTS = ("granted", "reversed", "redeemed", "expired", "adjusted", "converted")


def points_by_pool(book: Book, *, unit: PointUnit | None = None) -> list[PointsRow]:
    """Return a row for each period and pool, from the pool's first period on."""
    allocations = Allocation.objects.filter(pool__book=book)
    if unit is not None:
        allocations = allocations.filter(pool__unit=unit)
    rows = (
        allocations.values("period__starts_on", "pool__unit_id", "pool__grant_month", "pool__source_kind", "pool__portfolio")
        .annotate(**{f"sum_{name}": Sum(name) for name in _POINTS})
        .order_by()
    )
    return chain([_points_row(row) for row in rows], _period_starts(book))


def points_by_period(book: Book, *, unit: PointUnit | None = None) -> list[PointsRow]:
    """Return one row for each period, all pools together."""
    return totals(points_by_pool(book, unit=unit))


def money_by_pool(book: Book, *, unit: PointUnit | None = None) -> list[MoneyRow]:
    """Return a row for each period and pool of the liability accounts, from the pool's first period on."""
    keys = {pool.pk: pool.key for pool in Pool.objects.filter(book=book) if unit is None or pool.unit_id == unit.pk}
    rows = (
        JournalLine.objects.filter(journal__book=book, book_account__code__in=LIABILITIES, pool_id__isnull=False)
        .values("pool_id", "movement_type", starts_on=F("journal__period__starts_on"))
        .annotate(credit=Sum(F("credit_minor") - F("debit_minor")))
        .order_by()
    )
    moved: dict[tuple[dt.date, PoolKey], dict[MovementType, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row["pool_id"] in keys:
            moved[row["starts_on"], keys[row["pool_id"]]][MovementType(row["movement_type"])] += row["credit"]
    chained = chain([_money_row(period, key, credited) for (period, key), credited in moved.items()], _period_starts(book))
    return [dataclasses.replace(row, revenue_from_opening=min(row.recognised, row.opening)) for row in chained]


def money_by_period(book: Book, *, unit: PointUnit | None = None) -> list[MoneyRow]:
    """Return one row for each period, all pools together."""
    return totals(money_by_pool(book, unit=unit))


def points_by_month(unit: PointUnit) -> list[PointsRow]:
    """Return one row for each calendar month of business dates, live from lot moves: needs no valuation and no close."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS_OF_POINTS, {"unit": unit.pk})
        found = cursor.fetchall()
    rows: list[PointsRow] = []
    for month, *amounts in found:
        rows.append(PointsRow(month, None, rows[-1].closing if rows else 0, *(int(amount or 0) for amount in amounts)))
    return rows


def _money_row(period: dt.date, key: PoolKey, credited: dict[MovementType, int]) -> MoneyRow:
    """Credits raise a liability, debits (negative here) lower it."""
    named = {
        MovementType.DEFERRAL,
        MovementType.RETURN,
        MovementType.RELEASE,
        MovementType.ESTIMATE_CHANGE,
        MovementType.EXPIRY,
        MovementType.CONVERSION,
    }
    return MoneyRow(
        starts_on=period,
        pool=key,
        opening=0,
        additions=credited[MovementType.DEFERRAL],
        returned=-credited[MovementType.RETURN],
        released=-credited[MovementType.RELEASE],
        estimate_change=-credited[MovementType.ESTIMATE_CHANGE],
        expiry=-credited[MovementType.EXPIRY],
        carried=credited[MovementType.CONVERSION],
        other=sum(minor for movement, minor in credited.items() if movement not in named),
        revenue_from_opening=0,
    )


def _period_starts(book: Book) -> Sequence[dt.date]:
    return list(Period.objects.filter(book=book).order_by("starts_on").values_list("starts_on", flat=True))


def _points_row(row: Mapping[str, Any]) -> PointsRow:
    key = PoolKey(row["pool__unit_id"], row["pool__grant_month"], row["pool__source_kind"], row["pool__portfolio"])
    granted, reversed_, redeemed, expired, adjusted, converted = (row[f"sum_{name}"] for name in _POINTS)
    return PointsRow(row["period__starts_on"], key, 0, granted, reversed_, redeemed, expired, adjusted, -converted)
