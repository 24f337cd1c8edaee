"""The report of an undo as a CSV file: every line with what became of it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from loyalty.kit.spreadsheets import csv_lines
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.queries import lines_in_order
from rewards.import_undos.words import note_of


def report_lines(undo: ImportUndo) -> Iterator[str]:
    """Return the file line by line, the header first; points are in the smallest unit of their currency."""
    return csv_lines(_rows(undo))


def _rows(undo: ImportUndo) -> Iterator[list[Any]]:
    heads = (_("Line"), _("Card"), _("Currency"), _("By the import"), _("Preview"), _("Spent already"), _("Ended already"), _("On hold"))
    yield [*heads, _("Result"), _("Taken or given back"), _("Owed"), _("Forgiven"), _("What to know"), _("Movement")]
    for line in lines_in_order(undo):
        yield _cells(line)


def _cells(line: ImportUndoLine) -> list[Any]:
    return [
        line.line,
        line.member.number,
        line.currency.code,
        -line.units,
        0 if line.failure else line.units,
        line.spent_units,
        line.ended_units,
        line.held_units,
        line.get_outcome_display(),
        "" if line.moved_units is None else line.moved_units,
        line.owed_units,
        line.forgiven_units,
        note_of(line),
        line.movement or "",
    ]
