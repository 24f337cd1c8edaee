"""Seals movements into their programme's log, and signs checkpoints: the only writer of the seals' tables."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import connection, transaction

from ledger.points.models import PointUnit
from ledger.points.refusals import LedgerBroken
from ledger.seals.domain.merkle import HASH_BYTES, Growing, root_of
from ledger.seals.domain.notes import Checkpoint
from ledger.seals.keys import signer_of
from ledger.seals.models import SealCheckpoint, SealLog, SealSecret
from ledger.seals.tree import STEP, StoredTree, size_of

DEFAULT_CHUNK = 5_000
BETWEEN_CHECKPOINTS = dt.timedelta(minutes=1)
_LAST_ID = uuid.UUID(int=(1 << 128) - 1)
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('ledger seals'), %s)"
_SEAL = "SELECT picked, last_xid, last_movement, size, hashes FROM ledger_seal(%s::smallint, %s::text::xid8, %s, %s)"
_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, (SELECT system_identifier FROM pg_control_system())"


def first_origin(programme: uuid.UUID) -> str:
    """Return the name that a programme's log gets when it is opened. From then on it never changes."""
    return f"{settings.SEAL_ORIGIN}/pointbook/{programme}"


def log_of(*, programme: uuid.UUID, at: dt.datetime) -> SealLog:
    """Return the programme's log, opened if there is none yet."""
    log = SealLog.objects.filter(programme=programme).first()
    if log is None:
        facts = {"origin": first_origin(programme), "opened_at": at, "cluster": _horizon_and_cluster()[1]}
        log, _new = SealLog.objects.get_or_create(programme=programme, defaults=facts)
    return log


def seal(*, programme: uuid.UUID, at: dt.datetime, chunk: int = DEFAULT_CHUNK, catch_up: bool = False) -> int:
    """Seal the programme's committed movements that have no leaf yet, each exactly once; return how many.

    Works in chunks, each a transaction of its own unless the caller holds one; may be killed and started again at any moment, and leaves
    when another sealer is at work. `catch_up` looks at all movements and not only behind the log's position: after a restore, when
    transactions are counted anew (a log that finds itself on another server does so by itself).
    """
    log, sealed = log_of(programme=programme, at=at), 0
    while True:
        picked, new = _seal_chunk(log.pk, chunk, catch_up=catch_up)
        sealed += new
        if picked < chunk:
            return sealed


@transaction.atomic
def checkpoint(*, programme: uuid.UUID, at: dt.datetime) -> SealCheckpoint | None:
    """Sign the log's size and root if it grew, at most every minute; None when there is nothing to sign yet.

    Raises: LedgerBroken when the tree no longer agrees with the last checkpoint: nothing is signed that contradicts it.
    """
    log = SealLog.objects.select_for_update().filter(programme=programme).first()
    size = size_of(log.pk) if log else 0
    if log is None or size == 0:
        return None
    tree, last = StoredTree(log.pk), log.checkpoints.order_by("-size").first()
    if last is not None:
        if size == last.size or (size > last.size and at < last.issued_at + BETWEEN_CHECKPOINTS):
            return None
        if size < last.size or root_of(last.size, tree.node) != bytes(last.root):
            raise LedgerBroken(f"log {log.origin} no longer agrees with its checkpoint of size {last.size}")
    root = root_of(size, tree.node)
    note = signer_of(log.origin).sign(str(Checkpoint(log.origin, size, root)))
    return SealCheckpoint.objects.create(log=log, size=size, root=root, note=note, issued_at=at)


@transaction.atomic
def forget_secret(*, points_account: uuid.UUID, at: dt.datetime) -> None:
    """Make all leaves of a wallet unreadable for good (erasure); its places in the tree remain. May be repeated."""
    SealSecret.objects.filter(points_account=points_account, secret__isnull=False).update(secret=None, forgotten_at=at)


def sealed_programmes() -> list[uuid.UUID]:
    """Return every programme that has a currency, and so may have movements."""
    return list(PointUnit.objects.order_by("programme").values_list("programme", flat=True).distinct())


@transaction.atomic
def _seal_chunk(log_id: int, chunk: int, *, catch_up: bool) -> tuple[int, int]:
    """Take the next `chunk` movements; return how many there were and how many of them had no leaf yet (after catching up some have).

    Leaves, nodes and the log's position are written together or not at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [log_id])
        if not cursor.fetchone()[0]:
            return 0, 0
        # The horizon is read in a statement before the rows: what is below it then, the next statement sees.
        horizon, cluster = _horizon_and_cluster()
        log = SealLog.objects.select_for_update().get(pk=log_id)
        catching_up = catch_up or log.cluster != cluster
        cursor.execute(_SEAL, [log.pk, horizon, chunk, catching_up])
        picked, last_xid, last, size, hashes = cursor.fetchone()
        leaves = [hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)]
        if leaves:
            _store_nodes(log.pk, size, leaves)
        if picked < chunk:
            log.xid, log.movement, log.cluster = max(horizon - 1, 0), _LAST_ID, cluster
        elif not catching_up:
            log.xid, log.movement = last_xid, last
        log.save(update_fields=["xid", "movement", "cluster"])
        return picked, len(leaves)


def _store_nodes(log: int, size: int, leaves: list[bytes]) -> None:
    """Hash the new leaves into the tree and keep the perfect subtrees of every eighth level."""
    tree = Growing(size, StoredTree(log).node)
    nodes = [node for leaf in leaves for node in tree.append(leaf) if node[0] % STEP == 0]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_sealnode (log_id, level, index, hash) VALUES (%s, %s, %s, %s)", [(log, *node) for node in nodes]
        )


def _horizon_and_cluster() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        horizon, cluster = cursor.fetchone()
        return horizon, cluster
