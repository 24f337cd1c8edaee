"""How far the ticks are. Nothing here writes."""

from django.db import connection

from ledger.ticks.domain import Holder, Lag

MOST_COUNTED = 100_000

_LAG = """
    SELECT t.no, t.total, t.ticked_at, w.n, w.since, h.horizon < t.hi_xid::text::bigint, h.pid, h.held_by, h.program, h.state, h.began_at
      FROM (SELECT * FROM ledger_tick ORDER BY no DESC LIMIT 1) t
     CROSS JOIN ledger_horizon() h
      LEFT JOIN LATERAL (
        SELECT count(*) AS n, min(m.recorded_at) AS since
          FROM (SELECT recorded_at FROM ledger_movement WHERE xid >= t.hi_xid ORDER BY xid LIMIT %s) m) w ON true
"""


def lag() -> Lag:
    """Return how far the ticks are behind, and who holds the horizon."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [MOST_COUNTED])
        tick, total, ticked_at, waiting, since, is_copy, pid, role, program, state, began_at = cursor.fetchone()
    holder = Holder(pid, role or "", program or "", state or "", began_at) if pid is not None or program else None
    return Lag(tick, total, ticked_at, waiting, since, holder, bool(is_copy))
