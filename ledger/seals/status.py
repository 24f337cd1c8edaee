"""How far are the seals of each programme, and what waits?"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection

from ledger.seals.models import SealCheckpoint

MOST_COUNTED = 100_000
# Leaves are looked up row by row in their index: after a long stall a join would read all of them.
_STATUSES = """
    SELECT p.programme, g.origin, coalesce(top.index + 1, 0), signed.id, w.waiting, w.held_up, w.oldest_at
      FROM (SELECT programme, array_agg(id) AS units FROM ledger_pointunit
             WHERE %(all)s OR programme = ANY (%(programmes)s::uuid[]) GROUP BY programme) p
      LEFT JOIN ledger_seallog g ON g.programme = p.programme
      LEFT JOIN LATERAL (SELECT s.index FROM ledger_sealleaf s WHERE s.log_id = g.id ORDER BY s.index DESC LIMIT 1) top ON true
      LEFT JOIN LATERAL (SELECT c.id FROM ledger_sealcheckpoint c WHERE c.log_id = g.id ORDER BY c.size DESC LIMIT 1) signed ON true
     CROSS JOIN LATERAL (
        SELECT count(*) AS waiting, count(*) FILTER (WHERE u.xid >= pg_snapshot_xmin(pg_current_snapshot())) AS held_up, min(u.recorded_at) AS oldest_at
          FROM (SELECT m.id, m.points_account_id, m.xid, m.recorded_at FROM ledger_movement m
                 WHERE m.xid >= coalesce(g.xid, 0)::text::xid8 AND m.unit_id = ANY (p.units) ORDER BY m.xid LIMIT %(most)s) u
         WHERE NOT EXISTS (SELECT FROM ledger_sealleaf s WHERE s.movement_id BETWEEN u.id AND u.id AND s.points_account_id = u.points_account_id)) w
     ORDER BY p.programme
"""


@dataclasses.dataclass(frozen=True, slots=True)
class SealStatus:
    """How far a programme's log has come. `waiting` movements are not sealed; `oldest_at` is when the first of them was posted.

    `held_up` of them are committed and wait because an older transaction is still open. Counts end at MOST_COUNTED.
    """

    programme: uuid.UUID
    origin: str | None = None
    size: int = 0
    checkpoint: SealCheckpoint | None = None
    waiting: int = 0
    held_up: int = 0
    oldest_at: dt.datetime | None = None

    def lag(self, at: dt.datetime) -> dt.timedelta:
        """Return how long the oldest unsealed movement has waited."""
        return max(dt.timedelta(), at - self.oldest_at) if self.oldest_at else dt.timedelta()

    def lag_seconds(self, at: dt.datetime) -> int:
        return int(self.lag(at).total_seconds())


def seal_statuses(programmes: Sequence[uuid.UUID] | None = None) -> list[SealStatus]:
    """Return how far the logs of these programmes (all that have a currency, if none are named) have come, with three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_STATUSES, {"all": programmes is None, "programmes": list(programmes or ()), "most": MOST_COUNTED})
        rows = cursor.fetchall()
    signed = SealCheckpoint.objects.prefetch_related("publications").in_bulk([row[3] for row in rows if row[3]])
    return [
        SealStatus(programme, origin, size, signed.get(checkpoint), waiting, held_up, oldest_at)
        for programme, origin, size, checkpoint, waiting, held_up, oldest_at in rows
    ]


def seal_status(*, programme: uuid.UUID) -> SealStatus:
    """Return how far a programme's log has come, and what waits."""
    return next(iter(seal_statuses([programme])), SealStatus(programme))
