"""Holds the whole ledger against its seals: rows -> leaves -> tree -> checkpoints, those in the database and those kept outside.

Everything is recomputed here from the rows of the points bank; stored hashes, nodes and roots are only compared. Whoever rewrites rows
and every stored hash still contradicts a checkpoint that somebody else holds.
"""

import bisect
import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from ledger.seals import statements
from ledger.seals.domain.leaf import salt_of
from ledger.seals.domain.merkle import Growing
from ledger.seals.domain.notes import Checkpoint, NotProven
from ledger.seals.keys import verifiers_of
from ledger.seals.models import SealCheckpoint, SealLog
from ledger.seals.queries import read_facts
from ledger.seals.tree import STEP
from loyalty.kit.snapshots import one_snapshot

SEALED_WITHIN = dt.timedelta(hours=24)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `where` names the row or file."""

    origin: str
    differs: str
    where: str


@dataclasses.dataclass(slots=True)
class Report:
    """What a verification found. `forgotten` leaves belong to wallets whose secret was forgotten: only their hashes can be checked."""

    leaves: int = 0
    checkpoints: int = 0
    outside: int = 0
    forgotten: int = 0
    findings: list[Finding] = dataclasses.field(default_factory=list)


def verify_seals(*, at: dt.datetime, programme: uuid.UUID | None = None, outside: Sequence[Path] = ()) -> Report:
    """Recompute every log; `outside` are files and folders of checkpoints. Reads one snapshot of the database."""
    report = Report()
    kept = dict(_kept_outside(outside, report))
    with one_snapshot():
        logs = SealLog.objects.order_by("pk").filter(**({"programme": programme} if programme else {}))
        for log in logs:
            _verify_log(log, kept, report)
        known = {log.origin for log in logs}
        _find(report, "", "movement without a seal", _unsealed(programme, at))
        _find(report, "", "lot move outside of its movement", _stray_lot_moves(programme))
    for file, (origin, _text) in kept.items():
        if programme is None and origin not in known:
            report.findings.append(Finding(origin, "log is gone", file))
    return report


def _verify_log(log: SealLog, kept: dict[str, tuple[str, str]], report: Report) -> None:
    signed = list(_signed(log, kept, report))
    wanted = {checkpoint.size for checkpoint, _where in signed}
    roots, nodes, size = {}, set(), 0
    tree = Growing()
    for index, leaf in _recomputed(log, report):
        if index != size:
            report.findings.append(Finding(log.origin, "place in the log is missing", str(size)))
            size = index
        nodes |= {node for node in tree.append(leaf) if node[0] % STEP == 0}
        size += 1
        if tree.size in wanted:
            roots[tree.size] = tree.root
    report.leaves += tree.size
    for checkpoint, where in signed:
        if roots.get(checkpoint.size) != checkpoint.root:
            report.findings.append(Finding(log.origin, "checkpoint differs from the rows", where))
    stored = _stored_nodes(log)
    _find(report, log.origin, "stored node differs from the rows", sorted(f"{level}/{index}" for level, index, _node in stored ^ nodes))


def _recomputed(log: SealLog, report: Report) -> Iterator[tuple[int, bytes]]:
    """Yield (index, leaf hash from the rows) in order; where the row or the secret is gone, the stored hash."""
    earliest = _earliest_times(log)
    for index, movement, stored, facts, secret, is_forgotten in _rows(log):
        if secret is not None and facts is not None:
            leaf = facts.leaf(salt_of(secret, facts.id))
            if leaf != stored:
                report.findings.append(Finding(log.origin, "movement differs from its leaf", str(movement)))
        elif facts is None:
            leaf = stored
            report.findings.append(Finding(log.origin, "sealed movement is gone", str(movement)))
        else:
            leaf = stored
            report.forgotten += is_forgotten
            if not is_forgotten:
                report.findings.append(Finding(log.origin, "secret of the wallet is gone", str(facts.wallet)))
        if facts is not None and facts.recorded_at < earliest(index):
            report.findings.append(Finding(log.origin, "movement is dated before a checkpoint without it", str(movement)))
        yield index, leaf


def _earliest_times(log: SealLog) -> Callable[[int], dt.datetime]:
    """Return a function that tells how old the movement at a place may be: what an earlier checkpoint lacks was posted after it, or shortly before."""
    signed = list(SealCheckpoint.objects.filter(log=log).order_by("size").values_list("size", "issued_at"))
    sizes = [size for size, _issued_at in signed]

    def earliest(index: int) -> dt.datetime:
        before = bisect.bisect_right(sizes, index)
        return signed[before - 1][1] - SEALED_WITHIN if before else dt.datetime.min.replace(tzinfo=dt.UTC)

    return earliest


def _rows(log: SealLog) -> Iterator[tuple]:  # type: ignore[type-arg]  # index, movement, stored, facts, secret, is_forgotten
    statement = statements.facts(
        "s.log_id = %s ORDER BY s.index",
        more=", s.index, s.movement_id, s.hash, w.secret, w.forgotten_at IS NOT NULL, o.programme",
        joined="""
  RIGHT JOIN ledger_sealleaf s ON s.movement_id = m.id AND s.points_account_id = m.points_account_id
  LEFT JOIN ledger_sealsecret w ON w.points_account_id = s.points_account_id
  LEFT JOIN ledger_pointsaccount o ON o.id = m.points_account_id AND o.programme = (SELECT programme FROM ledger_seallog WHERE id = s.log_id)
""",
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [log.pk])
        while rows := cursor.fetchmany(2_000):
            for row in rows:
                index, movement, stored, secret, is_forgotten, programme = row[33:]
                facts = read_facts(row) if row[0] and programme else None
                yield index, movement, bytes(stored), facts, bytes(secret) if secret else None, is_forgotten


def _signed(log: SealLog, kept: dict[str, tuple[str, str]], report: Report) -> Iterator[tuple[Checkpoint, str]]:
    """Yield the checkpoints of a log, stored and kept outside, whose signature holds."""
    stored = [(f"checkpoint {row.size}", row.note, row) for row in SealCheckpoint.objects.filter(log=log).order_by("size")]
    outside = [(file, text, None) for file, (origin, text) in kept.items() if origin == log.origin]
    report.checkpoints += len(stored)
    for where, note, row in (*stored, *outside):
        checkpoint = _opened(note, log.origin)
        if checkpoint is None or (row and (checkpoint.size, checkpoint.root) != (row.size, bytes(row.root))):
            report.findings.append(Finding(log.origin, "checkpoint is not what the log signed", where))
        else:
            yield checkpoint, where


def _opened(note: str, origin: str) -> Checkpoint | None:
    for verifier in verifiers_of(origin):
        try:
            checkpoint = Checkpoint.parse(verifier.text_of(note))
        except NotProven:
            continue
        return checkpoint if checkpoint.origin == origin else None
    return None


def _kept_outside(places: Iterable[Path], report: Report) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (file, (origin, note)) of every checkpoint file."""
    for place in places:
        for file in sorted(place.rglob("*.checkpoint")) if place.is_dir() else [place]:
            report.outside += 1
            note = file.read_text()
            yield str(file), (note.partition("\n")[0], note)


def _stored_nodes(log: SealLog) -> set[tuple[int, int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT level, index, hash FROM ledger_sealnode WHERE log_id = %s", [log.pk])
        return {(level, index, bytes(node)) for level, index, node in cursor.fetchall()}


def _unsealed(programme: uuid.UUID | None, at: dt.datetime) -> list[str]:
    """Return what no log holds, or not that of the wallet's programme, although there was time. A back-dated row counts as old."""
    return _ids(
        """SELECT m.id FROM ledger_movement m JOIN ledger_pointsaccount o ON o.id = m.points_account_id
            WHERE m.recorded_at < %(before)s AND (%(programme)s::uuid IS NULL OR o.programme = %(programme)s::uuid)
              AND NOT EXISTS (SELECT FROM ledger_sealleaf s JOIN ledger_seallog g ON g.id = s.log_id AND g.programme = o.programme
                               WHERE s.points_account_id = m.points_account_id AND s.movement_id = m.id)""",
        {"before": at - SEALED_WITHIN, "programme": programme},
    )


def _stray_lot_moves(programme: uuid.UUID | None) -> list[str]:
    """Return lot moves whose id is not a child of their movement's: their movement's leaf does not speak of them."""
    return _ids(
        """SELECT v.id FROM ledger_lotmove v JOIN ledger_pointsaccount o ON o.id = v.points_account_id
            WHERE left(v.id::text, 32) <> left(v.movement_id::text, 32) AND (%(programme)s::uuid IS NULL OR o.programme = %(programme)s::uuid)""",
        {"programme": programme},
    )


def _ids(statement: str, arguments: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return sorted(str(row[0]) for row in cursor.fetchall())


def _find(report: Report, origin: str, differs: str, where: Iterable[str]) -> None:
    report.findings += [Finding(origin, differs, one) for one in where]
