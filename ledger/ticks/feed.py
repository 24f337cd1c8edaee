"""What ticks have taken in since a place: the feed of committed movements. Nothing here writes."""

import dataclasses
import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection

from ledger.points.models import Movement

MOST_LOOKED_THROUGH = 20_000
_NONE = uuid.UUID(int=0)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the order in which movements are taken in: behind this transaction's movement `after` (or before its first)."""

    xid: int = 0
    after: uuid.UUID = _NONE


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """Movements in tick order, the place behind them, and whether more were taken in already."""

    movements: list[Movement]
    position: Position
    has_more: bool


_REACH = """
    WITH last AS (
        SELECT hi_xid, total FROM ledger_tick ORDER BY no DESC LIMIT 1
    ), here AS (
        SELECT total FROM ledger_tick WHERE hi_xid > %(xid)s::text::xid8 ORDER BY hi_xid LIMIT 1
    )
    SELECT reach.hi_xid::text::bigint, reach.hi_xid < last.hi_xid
      FROM last, here, LATERAL (SELECT hi_xid FROM ledger_tick WHERE total <= here.total + %(most)s ORDER BY total DESC LIMIT 1) reach
"""
_TAKEN = """
    SELECT m.*, m.xid::text::bigint AS taken_at
      FROM ledger_movement m
     WHERE m.xid >= %(xid)s::text::xid8 AND m.xid < %(reach)s::text::xid8 AND (m.xid > %(xid)s::text::xid8 OR m.id > %(after)s::uuid)
       AND m.unit_id = ANY (%(units)s::smallint[])
     ORDER BY m.xid, m.id
     LIMIT %(limit)s
"""


def movements_since(*, units: Collection[int], position: Position, limit: int) -> Taken:
    """Return the next movements of these currencies that ticks have taken in: each once, none skipped that commits late.

    A call looks through a bounded stretch, so an answer may be short, or empty, and still have more behind it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"xid": str(position.xid), "most": MOST_LOOKED_THROUGH})
        row = cursor.fetchone()
    if row is None:
        return Taken([], position, has_more=False)
    reach, more_ticks = row
    asked = {"xid": str(position.xid), "after": position.after, "reach": str(reach), "units": list(units), "limit": limit + 1}
    found: list[Any] = list(Movement.objects.raw(_TAKEN, asked))  # with the column `taken_at` besides
    if len(found) <= limit:
        return Taken(found, Position(reach), has_more=bool(more_ticks))
    found = found[:limit]
    return Taken(found, Position(found[-1].taken_at, found[-1].pk), has_more=True)
