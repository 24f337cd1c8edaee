"""A statement as a file for the partner."""

import csv
import io
from collections.abc import Iterable

from rewards.coalition.models import PartnerStatement, PartnerStatementLine
from rewards.coalition.shapes import COLUMNS, head_of, line_of


def as_csv(row: PartnerStatement, lines: Iterable[PartnerStatementLine]) -> str:
    """Write the lines, then what they come to and the hash."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        told = line_of(line, row)
        writer.writerow([told[name] for name in COLUMNS])
    head = head_of(row)
    for name in ("invoiced", "payable", "tendered"):
        writer.writerow([name, *[""] * 5, head[name], ""])
    writer.writerow(["hash", *[""] * 5, row.digest, ""])
    return text.getvalue()
