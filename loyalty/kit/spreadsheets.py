"""CSV files that a spreadsheet cannot mistake for formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Return rows line by line (RFC 4180); a caller makes its texts `safe`."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(row)


def safe(text: str) -> str:
    """Return text that a spreadsheet shows and never runs: what could begin a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class _Echo:
    """Hands a written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
