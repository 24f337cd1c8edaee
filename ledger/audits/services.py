"""Writes down that something was verified."""

import dataclasses
import datetime as dt
import uuid

from django.db import connection

from ledger.audits.models import Audit


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """How much was looked at, how many checkpoints of outside were used, and how many differences there were."""

    looked_at: int
    findings: int
    outside: int = 0


def note_audit(*, kind: Audit.Kind, found: Found, began_at: dt.datetime, ended_at: dt.datetime, programme: uuid.UUID | None = None) -> None:
    """Keep what a verification found. A database that cannot be written (a replica, a read-only role) keeps nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only') = 'on' OR NOT has_table_privilege('ledger_audit', 'INSERT')")
        if cursor.fetchone()[0]:
            return
    Audit.objects.create(kind=kind, programme=programme, began_at=began_at, ended_at=ended_at, **dataclasses.asdict(found))
