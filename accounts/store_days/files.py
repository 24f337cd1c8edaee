"""A file of days of stores: its first line names the columns, each line after it is a day of a store. Pure.

A line of the file is a row: nothing in it needs a line break, so that a quotation mark that is never closed spoils its own line only.
"""

import csv
import dataclasses
import enum
import re
from collections.abc import Sequence
from typing import Any

MOST_BYTES = 300_000
MOST_CELLS = 20
NEEDED = ("store", "day", "sales", "tickets")
COLUMNS = (*NEEDED, "returns", "currency")
_LINES = re.compile(r"\r\n|\n|\r")
_DELIMITERS = (",", ";", "\t")


class FileFault(enum.StrEnum):
    """Why a file cannot be read at all."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    EMPTY = "empty"
    TOO_MANY_LINES = "too_many_lines"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_TWICE = "column_twice"


class UnreadableFile(Exception):
    """Carries the fault and what it is about."""

    def __init__(self, fault: FileFault, about: str = "") -> None:
        super().__init__(fault)
        self.fault, self.about = fault, about


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the file by its number there, and what it says: an item of a call, of which nothing is judged yet."""

    number: int
    item: dict[str, Any]


def read_lines(content: bytes, *, most: int, currency: str) -> list[Line]:
    """Return the days of a file; empty lines are left out. Where no column names the currency it is the programme's. Raises: UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE)
    try:
        lines = _LINES.split(content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(FileFault.NOT_UTF8) from wrong
    delimiter = max(_DELIMITERS, key=lines[0].count)
    columns = _columns(_cells(lines[0], delimiter))
    found = [Line(number, _item(_cells(line, delimiter), columns, currency)) for number, line in enumerate(lines[1:], 2) if line.strip()]
    if not found:
        raise UnreadableFile(FileFault.EMPTY)
    if len(found) > most:
        raise UnreadableFile(FileFault.TOO_MANY_LINES)
    return found


def _columns(header: Sequence[str]) -> list[str]:
    """Raises: UnreadableFile."""
    columns = [name.strip().casefold() for name in header]
    for name in columns:
        if name not in COLUMNS:
            raise UnreadableFile(FileFault.COLUMN_UNKNOWN, name[:40])
        if columns.count(name) > 1:
            raise UnreadableFile(FileFault.COLUMN_TWICE, name)
    for name in NEEDED:
        if name not in columns:
            raise UnreadableFile(FileFault.COLUMN_MISSING, name)
    return columns


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; one whose quotation marks are broken has a single cell, which then says nothing that is known."""
    try:
        [cells] = csv.reader([line], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return [line]
    return [cell.strip() for cell in cells[:MOST_CELLS]]


def _item(cells: Sequence[str], columns: Sequence[str], currency: str) -> dict[str, Any]:
    """Name the cells; an empty one says nothing, one too many is named by its place."""
    item: dict[str, Any] = {"currency": currency}
    item |= {(columns[place] if place < len(columns) else f"column {place + 1}"): cell for place, cell in enumerate(cells) if cell}
    tickets = item.get("tickets", "")
    return item | ({"tickets": int(tickets)} if tickets.isascii() and tickets.isdecimal() and len(tickets) < 12 else {})
