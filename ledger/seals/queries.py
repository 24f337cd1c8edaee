"""Questions to the seals: is this movement sealed, how is it proven, and how far behind is the sealer?"""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ledger.points.models import Movement, PointsAccount
from ledger.seals import statements
from ledger.seals.domain.leaf import ActFacts, MovementFacts, salt_of
from ledger.seals.domain.merkle import consistency_proof, inclusion_proof, leaf_hash
from ledger.seals.domain.notes import InclusionProof, consistency_text
from ledger.seals.models import SealCheckpoint, SealLeaf, SealSecret
from ledger.seals.tree import StoredTree
from loyalty.kit.problems import NotFound, Refused


class NoSuchEntry(NotFound):
    code = "movement_not_found"


class NotSealedYet(Refused):
    """Sealing takes seconds, the next checkpoint a minute."""

    code = "not_sealed_yet"


class NoSuchCheckpoint(NotFound):
    code = "checkpoint_not_found"


_PLAIN = (
    "id",
    "wallet",
    "unit",
    "seq",
    "kind",
    "debit",
    "credit",
    "amount",
    "reason",
    "business_on",
    "occurred_at",
    "recorded_at",
    "reverses",
)


def facts_of(movement: uuid.UUID, points_account: uuid.UUID) -> MovementFacts | None:
    """Return what a movement's leaf is made of."""
    with connection.cursor() as cursor:
        cursor.execute(statements.facts("m.id = %s AND m.points_account_id = %s"), [movement, points_account])
        row = cursor.fetchone()
    return read_facts(row) if row else None


def read_facts(row: tuple[Any, ...]) -> MovementFacts:
    """Read a row of sql/facts.sql."""
    act = ActFacts(row[23], row[24], row[25], bytes(row[26])) if row[23] else None
    lot = row[27:32] if row[27] else None
    plain = dict(zip(_PLAIN, (*row[:9], *row[13:17]), strict=True))
    return MovementFacts(**plain, after=row[9:13], worth=row[17:23], act=act, lot=lot, lot_moves=row[32] or [])


def wallet_of(*, movement: uuid.UUID, programme: uuid.UUID) -> uuid.UUID:
    """Return the wallet of a movement of this programme. Raises: NoSuchEntry."""
    wallet = Movement.objects.filter(pk=movement).values_list("points_account", flat=True).first()
    if wallet is None or not PointsAccount.objects.filter(pk=wallet, programme=programme).exists():
        raise NoSuchEntry(_("There is no such movement of points."))
    return wallet


def is_proven(*, movement: uuid.UUID, points_account: uuid.UUID) -> bool:
    """Tell whether a checkpoint holds a movement."""
    return movement in proven_among([movement], points_account=points_account)


def proven_among(movements: Collection[uuid.UUID], *, points_account: uuid.UUID) -> set[uuid.UUID]:
    """Return those of a wallet's movements that a checkpoint holds. One query."""
    later = SealCheckpoint.objects.filter(log=OuterRef("log"), size__gt=OuterRef("index"))
    leaves = SealLeaf.objects.filter(Exists(later), movement__in=movements, points_account=points_account)
    return set(leaves.values_list("movement", flat=True))


def proof_of(*, movement: uuid.UUID, points_account: uuid.UUID) -> InclusionProof:
    """Return the proof that a movement is in the newest checkpoint, with the text that its leaf is made of.

    Raises: NoSuchEntry, NotSealedYet.
    """
    facts = facts_of(movement, points_account)
    if facts is None:
        raise NoSuchEntry(_("There is no such movement of points."))
    leaf = SealLeaf.objects.select_related("log").filter(movement=movement, points_account=points_account).first()
    newest = leaf.log.checkpoints.order_by("-size").first() if leaf else None
    if leaf is None or newest is None or newest.size <= leaf.index:
        raise NotSealedYet(_("This movement is not in a checkpoint yet. Ask again in a minute or two."))
    path = inclusion_proof(leaf.index, newest.size, StoredTree(leaf.log_id).node)
    secret = SealSecret.objects.values_list("secret", flat=True).get(points_account=points_account)
    text = facts.text(salt_of(bytes(secret), movement)) if secret else b""
    assert not text or leaf_hash(text) == bytes(leaf.hash), "the row no longer is what was sealed: run verify_ledger"
    return InclusionProof(leaf.index, path, newest.note, text)


def consistency_of(*, programme: uuid.UUID, old: int, new: int | None = None) -> str:
    """Return the file that proves that one checkpoint (the newest unless `new` names its size) only added to an older one.

    Raises: NoSuchCheckpoint.
    """
    notes = SealCheckpoint.objects.filter(log__programme=programme)
    newer = notes.filter(size=new).first() if new else notes.order_by("-size").first()
    if newer is None or not 0 < old <= newer.size or not notes.filter(size=old).exists():
        raise NoSuchCheckpoint(_("There is no checkpoint of that size."))
    path = consistency_proof(old, newer.size, StoredTree(newer.log_id).node)
    return consistency_text(old=old, path=path, note=newer.note)
