"""The one way into the functions in sql/: statements with their casts, rows as JSON, refusals as problems."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.utils import DatabaseError
from pydantic_core import to_json

from ledger.points.refusals import raise_refusal

_CASTS = {
    "ledger_grant": "uuid smallint uuid smallint text bytea bigint boolean smallint timestamptz date date smallint integer bigint bigint numeric integer uuid date",
    "ledger_take": "uuid smallint uuid smallint text bytea smallint smallint bigint smallint timestamptz date smallint bigint",
    "ledger_finish_hold": "uuid smallint uuid smallint text bytea uuid smallint smallint smallint timestamptz date bigint smallint bigint",
    "ledger_activate": "uuid smallint uuid smallint text bytea uuid timestamptz date smallint",
    "ledger_restore": "uuid smallint uuid smallint text bytea uuid bigint smallint timestamptz date bigint smallint",
    "ledger_transfer": "uuid smallint uuid smallint text bytea uuid bigint smallint timestamptz date smallint",
    "ledger_transfer_back": "uuid smallint uuid smallint text bytea uuid uuid bigint smallint timestamptz date smallint",
    "ledger_convert": "uuid smallint uuid smallint text bytea smallint bigint bigint bigint bigint numeric date timestamptz date date smallint integer",
    "ledger_convert_due": "smallint smallint uuid integer smallint text bigint bigint numeric date timestamptz date date smallint integer",
    "ledger_reverse": "uuid smallint uuid smallint text bytea uuid bigint timestamptz date smallint smallint bigint bigint",
}
STATEMENTS = {
    function: f"SELECT * FROM {function}({', '.join(f'%s::{cast}' for cast in casts.split())})"  # noqa: S608  # our own names
    for function, casts in _CASTS.items()
}


def call(function: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Run a function and return its row. Raises: what `raise_refusal` makes of an error."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(STATEMENTS[function], arguments)
            row: tuple[Any, ...] = cursor.fetchone()
            return row
    except DatabaseError as error:
        raise_refusal(error)


def call_many(function: str, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Run a set-based function and return its rows in the order that was asked."""
    if not rows:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {function}(%s::jsonb)", [to_json(rows).decode()])  # noqa: S608  # our own names
            found = cursor.fetchall()
    except DatabaseError as error:
        raise_refusal(error)
    assert len(found) == len(rows), (function, len(found), len(rows))
    return sorted(found)
