"""Roll-forwards as files: CSV that a spreadsheet cannot mistake for formulas, and XLSX. Pure rendering, no queries."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import xlsxwriter

from ledger.valuation.domain import PoolKey
from reporting.rollforward.domain import MoneyRow, PointsRow

Cell = str | int | Decimal
Table = Sequence[Sequence[Cell]]

POINTS_HEADER: Final = ("period", "pool", "opening", "issued", "reversed", "redeemed", "expired", "adjusted", "converted", "closing")
MONEY_HEADER: Final = (
    "period",
    "pool",
    "opening",
    "additions",
    "returned",
    "recognised",
    "of_which_estimate_change",
    "of_which_expiry",
    "revenue_from_opening_balance",
    "carried",
    "other",
    "closing",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def points_table(rows: Iterable[PointsRow]) -> list[list[Cell]]:
    """Return header and rows; points in whole units."""
    body: list[list[Cell]] = [
        [
            *(_period(row), pool_text(row.pool), row.opening, row.issued, row.reversed, row.redeemed, row.expired, row.adjusted),
            *(row.converted, row.closing),
        ]
        for row in rows
    ]
    return [list(POINTS_HEADER), *body]


def money_table(rows: Iterable[MoneyRow], *, minor_digits: int) -> list[list[Cell]]:
    """Return header and rows; money in the currency's major unit."""
    body: list[list[Cell]] = []
    for row in rows:
        amounts = (
            *(row.opening, row.additions, row.returned, row.recognised, row.estimate_change, row.expiry),
            *(row.revenue_from_opening, row.carried, row.other, row.closing),
        )
        body.append([_period(row), pool_text(row.pool), *(Decimal(amount).scaleb(-minor_digits) for amount in amounts)])
    return [list(MONEY_HEADER), *body]


def as_csv(table: Table) -> str:
    """Write a table as CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe; amounts stay amounts."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in table:
        writer.writerow([_safe(cell) for cell in row])
    return buffer.getvalue()


def as_xlsx(sheets: Sequence[tuple[str, Table]]) -> bytes:
    """Write each (name, table) as a sheet with a bold, frozen header."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold, amount = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "#,##0.00"})
        for name, table in sheets:
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(table):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(line, column, cell, bold if line == 0 else None)
                    else:
                        sheet.write_number(line, column, cell, amount if isinstance(cell, Decimal) else None)
            sheet.autofit()
    return buffer.getvalue()


def pool_text(pool: PoolKey | None) -> str:
    return "all" if pool is None else f"{pool.grant_month:%Y-%m} unit {pool.unit} kind {pool.source_kind} portfolio {pool.portfolio}"


def _period(row: PointsRow | MoneyRow) -> str:
    return f"{row.starts_on:%Y-%m}"


def _safe(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
