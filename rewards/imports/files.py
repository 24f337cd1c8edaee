"""The report of an import as a CSV file: every row with what became of it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from loyalty.kit.spreadsheets import csv_lines, safe
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.queries import rows_in_order
from rewards.imports.words import faults_of, note_of


def report_lines(of: BalanceImport) -> Iterator[str]:
    """Return the file line by line, the header first; points are in the smallest unit of their currency."""
    return csv_lines(_rows(of))


def _rows(of: BalanceImport) -> Iterator[list[Any]]:
    heads = (_("Line"), _("Member"), _("Card"), _("Row"), _("Result"), _("Currency"), _("Points in the file"), _("Points posted"))
    yield [*heads, _("First day"), _("Expires on"), _("Reason"), _("Column"), _("What is wrong"), _("File"), _("Movement")]
    for row in rows_in_order(of):
        yield _cells(of, row)


def _cells(of: BalanceImport, row: BalanceImportRow) -> list[Any]:
    columns = " ".join(dict.fromkeys(column for column, _text in faults_of(row) if column))
    return [
        row.line,
        safe(row.named),
        row.member.number if row.member else "",
        row.get_kind_display(),
        row.get_outcome_display(),
        row.currency.code if row.currency else "",
        _number(row.units),
        _number(row.moved_units),
        row.starts_on.isoformat() if row.starts_on else "",
        row.ends_on.isoformat() if row.ends_on else "",
        safe(row.reason or of.reason),
        columns,
        note_of(row),
        safe(of.file_name),
        row.movement or "",
    ]


def _number(units: int | None) -> str | int:
    return "" if units is None else units
