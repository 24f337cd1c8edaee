"""Roll-forwards as tables for people: plain columns, rows and totals for components/table.html."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ledger.books.models import Book
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey
from loyalty.kit.figures import points_text
from loyalty.kit.money import Money
from reporting.journals.wording import month_name, pool_name
from reporting.rollforward.domain import MoneyRow, PointsRow, Row

Table = dict[str, Any]
NOTHING = "\N{EN DASH}"
Name = Callable[[PointsRow | MoneyRow], Any]


def points_by_pool_table(rows: Sequence[PointsRow], units: Mapping[int, PointUnit]) -> Table:
    """Return the pools of one period; totals only where all pools hold the same currency."""
    body = [[_pool(row.pool, units), *_points(row, _scale(row.pool, units))] for row in rows]
    same = {row.pool.unit for row in rows if row.pool}
    total = _add(rows) if len(same) == 1 else None
    foot = [_("All pools"), *_points(total, units[same.pop()].scale)] if total else []
    return {"columns": _columns(_("Granted"), _point_names()), "rows": body, "totals": foot}


def money_by_pool_table(rows: Sequence[MoneyRow], units: Mapping[int, PointUnit], book: Book) -> Table:
    """Return the pools of one period in the book's currency."""
    total = _add(rows)
    return {
        "columns": _columns(_("Granted"), _money_names()),
        "rows": [[_pool(row.pool, units), *_money(row, book.currency)] for row in rows],
        "totals": [_("All pools"), *_money(total, book.currency)] if total else [],
    }


def points_by_period_table(rows: Sequence[PointsRow], unit: PointUnit, name: Name) -> Table:
    """Return one row for each period, newest first, and the whole time at the foot."""
    total = _through(rows)
    return {
        "columns": _columns(_("Month"), _point_names()),
        "rows": [[name(row), *_points(row, unit.scale)] for row in reversed(rows)],
        "totals": [_("All months"), *_points(total, unit.scale)] if total else [],
    }


def money_by_period_table(rows: Sequence[MoneyRow], book: Book, name: Name) -> Table:
    """Return one row for each period, newest first, and the whole time at the foot."""
    total = _through(rows)
    return {
        "columns": _columns(_("Month"), _money_names()),
        "rows": [[name(row), *_money(row, book.currency)] for row in reversed(rows)],
        "totals": [_("All months"), *_money(total, book.currency)] if total else [],
    }


def month_of(row: PointsRow | MoneyRow) -> str:
    return month_name(row.starts_on)


def _columns(first: str, others: Sequence[str]) -> list[dict[str, Any]]:
    return [{"label": first}, *({"label": label, "number": True} for label in others)]


def _point_names() -> list[str]:
    return [_("Opening"), _("Issued"), _("Taken back"), _("Redeemed"), _("Lapsed"), _("Corrected"), _("Converted"), _("Closing")]


def _money_names() -> list[str]:
    return [
        _("Opening"),
        _("Deferred"),
        _("Returned"),
        _("Recognised"),
        _("of it at the close"),
        _("of it from the opening"),
        _("Carried over"),
        _("Other"),
        _("Closing"),
    ]


def _points(row: PointsRow, scale: int) -> list[str]:
    moved = (row.issued, -row.reversed, -row.redeemed, -row.expired, -row.adjusted, -row.converted)
    changes = (points_text(points, scale) if points else NOTHING for points in moved)
    return [points_text(row.opening, scale), *changes, points_text(row.closing, scale)]


def _money(row: MoneyRow, currency: str) -> list[Money | str]:
    moved = (row.additions, -row.returned, -row.recognised, -row.close_catch_up, -row.revenue_from_opening, row.carried, row.other)
    changes = (Money(minor, currency) if minor else NOTHING for minor in moved)
    return [Money(row.opening, currency), *changes, Money(row.closing, currency)]


def _pool(pool: PoolKey | None, units: Mapping[int, PointUnit]) -> str:
    assert pool is not None
    return pool_name(pool, units)


def _scale(pool: PoolKey | None, units: Mapping[int, PointUnit]) -> int:
    assert pool is not None
    return units[pool.unit].scale


def _add(rows: Sequence[Row]) -> Row | None:
    """Add the pools of one period up."""
    return _summed(rows, opening=sum(row.opening for row in rows)) if rows else None


def _through(rows: Sequence[Row]) -> Row | None:
    """Add consecutive periods up: the first one's opening, everything that moved, the last one's closing."""
    return _summed(rows, opening=rows[0].opening) if rows else None


def _summed(rows: Sequence[Row], *, opening: int) -> Row:
    names = [field.name for field in dataclasses.fields(rows[0]) if field.name not in {"starts_on", "pool", "opening"}]
    sums: dict[str, Any] = {name: sum(getattr(row, name) for row in rows) for name in names}
    return dataclasses.replace(rows[0], pool=None, opening=opening, **sums)
