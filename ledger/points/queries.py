"""Questions to the points bank. Nothing here writes."""

import dataclasses
import datetime as dt
import functools
import operator
import uuid
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from ledger.points.domain import State
from ledger.points.models import Lot, LotMove, Movement
from loyalty.kit.ids import child_id

MOST_CHILDREN = 0xFFFF


@dataclasses.dataclass(frozen=True, slots=True)
class Holdings:
    """What a wallet holds of one currency: units by state. `available` leaves out lots that are due."""

    unit: int
    available: int
    pending: int
    held: int
    arrears: int


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One thing that `verify` found wrong."""

    points_account: uuid.UUID
    unit: int
    differs: str
    row: uuid.UUID | None
    expected: int
    found: int


_BALANCES = """
    SELECT b.points_account_id, b.unit_id,
           b.available - coalesce(d.available, 0), b.pending - coalesce(d.pending, 0), b.held, b.arrears
      FROM ledger_balance b
      LEFT JOIN LATERAL (
        SELECT sum(l.remaining) FILTER (WHERE NOT l.is_pending) AS available, sum(l.remaining) FILTER (WHERE l.is_pending) AS pending
          FROM ledger_lot l
         WHERE l.points_account_id = b.points_account_id AND l.unit_id = b.unit_id AND l.remaining > 0 AND l.expires_on <= %s) d ON true
     WHERE b.points_account_id = ANY (%s)
     ORDER BY b.points_account_id, b.unit_id
"""

_BALANCES_AS_OF = """
    SELECT m.unit_id, s.state, sum(s.units)
      FROM ledger_movement m
     CROSS JOIN LATERAL (VALUES (m.debit, -m.amount), (m.credit, m.amount)) AS s (state, units)
     WHERE m.points_account_id = %s AND s.state >= 10 AND m.business_on <= %s AND (%s::timestamptz IS NULL OR m.recorded_at <= %s::timestamptz)
     GROUP BY 1, 2
"""

_DUE_AS_OF = """
    SELECT l.unit_id, s.state, sum(s.units)
      FROM ledger_lotmove v
      JOIN ledger_lot l ON l.id = v.lot_id AND l.points_account_id = v.points_account_id AND l.expires_on <= %s
      JOIN ledger_movement m ON m.id = v.movement_id AND m.points_account_id = v.points_account_id
     CROSS JOIN LATERAL (VALUES (v.from_state, -v.units), (v.to_state, v.units)) AS s (state, units)
     WHERE v.points_account_id = %s AND s.state IN (10, 11) AND v.business_on <= %s AND (%s::timestamptz IS NULL OR m.recorded_at <= %s::timestamptz)
     GROUP BY 1, 2
"""


def holdings(*, points_account: uuid.UUID, today: dt.date) -> list[Holdings]:
    """Return what a wallet holds now, one row for each currency."""
    return holdings_of_many(points_accounts=[points_account], today=today).get(points_account, [])


def holdings_of_many(*, points_accounts: Iterable[uuid.UUID], today: dt.date) -> dict[uuid.UUID, list[Holdings]]:
    """Return what many wallets hold now, in one query."""
    found: dict[uuid.UUID, list[Holdings]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [today, list(points_accounts)])
        for wallet, *columns in cursor.fetchall():
            found.setdefault(wallet, []).append(Holdings(*columns))
    return found


def holdings_as_of(*, points_account: uuid.UUID, on: dt.date, known_at: dt.datetime | None = None) -> list[Holdings]:
    """Return what a wallet held at the end of business day `on`, as it was known at `known_at` (now when empty).

    Computed from movements, so that it also answers for days before a late event arrived; lots due on that day are left out.
    """
    units: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_AS_OF, [points_account, on, known_at, known_at])
        for unit, state, amount in cursor.fetchall():
            units.setdefault(unit, {})[state] = int(amount)
        cursor.execute(_DUE_AS_OF, [on, points_account, on, known_at, known_at])
        for unit, state, amount in cursor.fetchall():
            units[unit][state] = units[unit].get(state, 0) - int(amount)
    return [
        Holdings(unit, of.get(State.AVAILABLE, 0), of.get(State.PENDING, 0), of.get(State.HELD, 0), -of.get(State.ARREARS, 0))
        for unit, of in sorted(units.items())
    ]


_SPENDABLE_ON = """
    SELECT coalesce(sum(l.remaining), 0)::bigint
      FROM unnest(%s::uuid[], %s::date[]) WITH ORDINALITY AS t (wallet, day, n)
      LEFT JOIN ledger_lot l ON l.points_account_id = t.wallet AND l.unit_id = %s AND l.remaining > 0 AND NOT l.is_pending
       AND l.granted_on <= t.day AND (l.expires_on IS NULL OR l.expires_on > t.day)
     GROUP BY t.n ORDER BY t.n
"""


def spendable_on(*, unit: int, asked: Sequence[tuple[uuid.UUID, dt.date]]) -> list[int]:
    """Return how many points each wallet could spend on its day, in the order asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SPENDABLE_ON,
            [[wallet for wallet, _day in asked], [day for _wallet, day in asked], unit],
        )
        return [points for (points,) in cursor.fetchall()]


def movements(*, points_account: uuid.UUID) -> QuerySet[Movement]:
    """Return a wallet's movements, newest first."""
    return Movement.objects.filter(points_account=points_account).order_by("-recorded_at", "-id")


def open_lots(*, points_account: uuid.UUID, today: dt.date) -> QuerySet[Lot]:
    """Return the lots that still hold points and are not due, in the order in which they end."""
    lots = Lot.objects.filter(points_account=points_account, remaining__gt=0).exclude(expires_on__lte=today)
    return lots.order_by("expires_on", "granted_on", "id")


def lot_moves_of(*, movements: Sequence[uuid.UUID], points_account: uuid.UUID) -> QuerySet[LotMove]:
    """Return what these movements took from or gave to lots: their children by id (see docs/points-bank.md)."""
    ranges = (Q(id__gt=movement, id__lte=child_id(movement, MOST_CHILDREN)) for movement in movements)
    children = functools.reduce(operator.or_, ranges, Q(pk__in=[]))
    return LotMove.objects.filter(children, points_account=points_account).order_by("id")


def verify(*, programme: uuid.UUID | None = None) -> list[Difference]:
    """Recompute every balance, lot and sequence from movements; return what differs (empty when all is well)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_verify(%s) ORDER BY 1, 2, 3, 4", [programme])
        return [Difference(*row) for row in cursor.fetchall()]
