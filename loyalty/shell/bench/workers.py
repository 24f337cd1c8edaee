"""Loaders in processes of their own: each gets its part of a file first and begins when all have theirs."""

import csv
import datetime as dt
import io
import os
import time
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

import psycopg

from loyalty.shell.bench.crew import Crew

CHUNK = 2_000
"""Rows of a transaction."""
Part = Mapping[str, Any]
"""`kind` is `import` with the lines of a file in `text`, or `copy` with the text of each COPY in `copies`, and statements `before` and `after` them."""


class Workers(Crew):
    """So many loaders of one database."""

    def __init__(self, url: str, count: int) -> None:
        super().__init__(count, _worker, url)

    def run(self, parts: Sequence[Part]) -> float:
        """Load the parts, one a worker, at the same time; return the seconds until all are committed."""
        chosen = self.pipes[: len(parts)]
        for pipe, part in zip(chosen, parts, strict=True):
            pipe.send(part)
        for pipe in chosen:
            pipe.recv()
        began = time.perf_counter()
        for pipe in chosen:
            pipe.send("go")
        for pipe in chosen:
            pipe.recv()
        return time.perf_counter() - began


def _worker(pipe: Connection, _number: int, url: str) -> None:
    import django  # noqa: PLC0415  # a process of its own: Django begins here

    os.environ |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "DJANGO_SETTINGS_MODULE": "loyalty.settings"}
    django.setup()
    with psycopg.connect(url) as copying:
        while (part := pipe.recv()) is not None:
            pipe.send("ready")
            pipe.recv()
            if part["kind"] == "import":
                _import(part["text"])
            else:
                _copy(copying, part)
            pipe.send("done")


def _copy(connection: "psycopg.Connection[Any]", part: Part) -> None:
    """The floor: rows that somebody computed before, in one transaction, and a statement after them."""
    with connection.cursor() as cursor:
        if part["before"]:
            cursor.execute(part["before"])
        for head, text in part["copies"]:
            with cursor.copy(head) as copy:
                copy.write(text)
        for statement in part["after"]:
            cursor.execute(statement)
    connection.commit()


def _import(text: str) -> None:
    """Ours: lines of a file become grants, a chunk a transaction."""
    from ledger.points.services import grant_many  # noqa: PLC0415  # after django.setup()

    lines = list(csv.reader(io.StringIO(text)))
    for start in range(0, len(lines), CHUNK):
        grant_many(grants=[_grant(line) for line in lines[start : start + CHUNK]])


def _grant(line: Sequence[str]) -> Any:
    from ledger.points.domain import Grant, Reason, Sale, Source  # noqa: PLC0415  # after django.setup()

    wallet, unit, key, units, paid, occurred_at, business_on, expires_on = line
    sale = Sale(paid_minor=int(paid), standalone_minor=int(paid), ssp_point=Decimal("0.9"))
    return Grant(
        points_account=uuid.UUID(wallet),
        unit=int(unit),
        source=Source.IMPORT,
        key=key,
        units=int(units),
        reason=Reason.SALE,
        occurred_at=dt.datetime.fromisoformat(occurred_at),
        business_on=dt.date.fromisoformat(business_on),
        expires_on=dt.date.fromisoformat(expires_on),
        sale=sale,
    )
