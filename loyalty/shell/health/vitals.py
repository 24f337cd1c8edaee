"""What must hold for the installation to be healthy, each with an answer of yes or no and what was found."""

import dataclasses
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.outbox.models import OutboxEvent
from ledger.points.rights import sealer_role
from ledger.seals.status import seal_statuses
from ledger.ticks.queries import lag
from loyalty.postgres.checks import durability_errors
from loyalty.postgres.preparation import application_role

logger = logging.getLogger(__name__)

KEPT_SECONDS = 3.0
MOST_SKEW_SECONDS = 2
_GUARDED = ("ledger_act", "ledger_movement", "ledger_lotmove", "ledger_tick", "ledger_journal", "ledger_journalline", "accounts_consent",
            "ledger_sealleaf", "ledger_sealnode", "ledger_sealcheckpoint", "ledger_audit")  # fmt: skip

_TRIGGERS = """
    SELECT c.relname || ' lost its trigger' FROM unnest(%(guarded)s::text[]) AS g (name) JOIN pg_class c ON c.oid = to_regclass(g.name)
     WHERE NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                        WHERE t.tgrelid = c.oid AND p.proname LIKE '%%refuse\\_change' AND t.tgtype & 1 > 0 AND t.tgtype & 24 = 24)
     UNION ALL
    SELECT g.name || ' is missing' FROM unnest(%(guarded)s::text[]) AS g (name) WHERE to_regclass(g.name) IS NULL
     UNION ALL
    SELECT c.relname || '.' || t.tgname || ' is switched off' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE t.tgenabled NOT IN ('O', 'A') AND c.relnamespace = 'public'::regnamespace
     ORDER BY 1
"""
_GRANTS = """
    SELECT c.relname || ' may be written by ' || r.rolname
      FROM pg_roles r
      JOIN pg_class c ON c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND (c.relname ~ '^ledger_(act|movement|lot|lotmove|tick|rollup)(_|$)' OR c.oid IN (
            SELECT t.tgrelid FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE p.proname LIKE '%%refuse\\_change' AND t.tgqual IS NULL AND t.tgattr::text = '' AND t.tgtype & 24 = 24))
     WHERE r.rolname = %(role)s AND has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE')
     UNION ALL
    SELECT c.relname || ' may be added to by ' || r.rolname
      FROM pg_roles r JOIN pg_class c ON c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND c.relname ~ '^ledger_(tick|rollup|seallog|sealleaf|sealnode|sealcheckpoint|sealpublication)$'
     WHERE r.rolname = %(role)s AND has_table_privilege(r.oid, c.oid, 'INSERT') AND (%(sealer)s <> %(role)s OR c.relname ~ '(tick|rollup|sealleaf)$')
     UNION ALL
    SELECT 'there is no role ' || %(role)s::text WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s)
     ORDER BY 1
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Vital:
    """One check: its name, whether it holds, and what was found (for people who may see it)."""

    name: str
    is_well: bool
    found: str | Promise


class Kept:
    """The answers of the last few seconds: however many ask at once, one of them asks the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[Vital] = []
        self._until = 0.0

    def examine(self, at: dt.datetime) -> list[Vital]:
        """Return what was found at most KEPT_SECONDS ago. A database that fails is kept as one vital that is not well."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = _examine_or_fail(at)
                self._until = time.monotonic() + KEPT_SECONDS
            return self._found

    def forget(self) -> None:
        self._until = 0.0


kept = Kept()


def examine(at: dt.datetime) -> list[Vital]:
    """Make every check; `at` is the application's clock."""
    return [check(at) for check in CHECKS]


def _examine_or_fail(at: dt.datetime) -> list[Vital]:
    try:
        found = examine(at)
    except DatabaseError as error:
        found = [Vital("database", is_well=False, found=str(error).split("\n", 1)[0])]
    with translation.override("en"):
        for vital in found:
            if not vital.is_well:
                logger.warning("not well: %s: %s", vital.name, vital.found)
    return found


def _durability(_at: dt.datetime) -> Vital:
    errors = durability_errors("default")
    return Vital("durability", not errors, "; ".join(error.msg for error in errors))


def _triggers(_at: dt.datetime) -> Vital:
    return _listed("triggers", _TRIGGERS, {"guarded": list(_GUARDED)})


def _grants(_at: dt.datetime) -> Vital:
    return _listed("grants", _GRANTS, {"role": application_role(), "sealer": sealer_role()})


def _clock(at: dt.datetime) -> Vital:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((cursor.fetchone()[0] - at).total_seconds())
    return Vital("clock", skew < MOST_SKEW_SECONDS, format_lazy(_("{skew} s apart"), skew=f"{skew:.3f}"))


def _ticks(at: dt.datetime) -> Vital:
    """Not well when movements wait too long, or when the database was copied from a server that counts from a higher number."""
    now = lag()
    waited = now.seconds(at)
    return Vital("ticks", waited <= settings.MOST_TICK_LAG_SECONDS and not now.is_copy, _waits(now.waiting, waited))


def _horizon(at: dt.datetime) -> Vital:
    now = lag()
    held = now.horizon_seconds(at)
    if now.holder is None:
        return Vital("horizon", is_well=True, found=_("held by nobody"))
    holder = f"{now.holder.role} {now.holder.program} ({now.holder.pid}, {now.holder.state})"
    return Vital(
        "horizon", held <= settings.MOST_HORIZON_SECONDS, format_lazy(_("held for {held} s by {holder}"), held=held, holder=holder)
    )


def _seals(at: dt.datetime) -> Vital:
    """Not well when a committed movement of some programme waits too long for its seal."""
    statuses = seal_statuses()
    waited = max((status.lag_seconds(at) for status in statuses), default=0)
    waiting = sum(status.waiting for status in statuses)
    return Vital("seals", waited <= settings.MOST_SEAL_LAG_SECONDS, _waits(waiting, waited))


def _outbox(at: dt.datetime) -> Vital:
    oldest = OutboxEvent.objects.due(at).order_by("due_at", "id").values_list("due_at", flat=True).first()
    if oldest is None:
        return Vital("outbox", is_well=True, found=_("nothing waits"))
    waited = max(0, int((at - oldest).total_seconds()))
    return Vital("outbox", waited <= settings.MOST_OUTBOX_SECONDS, format_lazy(_("the oldest event waits for {waited} s"), waited=waited))


CHECKS: tuple[Callable[[dt.datetime], Vital], ...] = (_durability, _triggers, _grants, _clock, _ticks, _horizon, _seals, _outbox)


def _waits(movements: int, seconds: int) -> str | Promise:
    if not movements:
        return _("nothing waits")
    return format_lazy(_("{movements} movements wait, the oldest for {seconds} s"), movements=movements, seconds=seconds)


def _listed(name: str, statement: str, asked: dict[str, Any]) -> Vital:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        faults = [row[0] for row in cursor.fetchall()]
    return Vital(name, not faults, "; ".join(faults))
