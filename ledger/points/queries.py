"""Questions to the points bank. Nothing here writes."""

import dataclasses
import datetime as dt
import functools
import operator
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from ledger.points.domain import Converting, Reason, State, last_day
from ledger.points.models import Act, Conversion, Lot, LotMove, Movement
from loyalty.kit.arrays import uuid_array
from loyalty.kit.ids import child_id

MOST_CHILDREN = 0xFFFF


class Holdings(NamedTuple):
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


HOLDINGS = """
    SELECT b.points_account_id AS wallet, b.unit_id AS unit,
           b.available - coalesce(d.available, 0) AS available, b.pending - coalesce(d.pending, 0) AS pending, b.held, b.arrears
      FROM ledger_balance b
      LEFT JOIN LATERAL (
        SELECT sum(l.remaining) FILTER (WHERE NOT l.is_pending) AS available, sum(l.remaining) FILTER (WHERE l.is_pending) AS pending
          FROM ledger_lot l
         WHERE l.points_account_id = b.points_account_id AND l.unit_id = b.unit_id AND l.remaining > 0 AND l.expires_on <= %(today)s) d ON true
     WHERE b.points_account_id = ANY ({wallets})
     ORDER BY 1, 2
"""
"""What wallets hold now, as other statements may ask it on their way: fill in where the `wallets` come from, and send `today`."""

_HOLDINGS_OF_MANY = HOLDINGS.format(wallets="%(wallets)s::uuid[]")

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
        cursor.execute(_HOLDINGS_OF_MANY, {"today": today, "wallets": uuid_array(points_accounts)})
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


def pending_lots(*, points_account: uuid.UUID, today: dt.date) -> QuerySet[Lot]:
    """Return the lots whose points wait for their day, the first to become available first."""
    rows = open_lots(points_account=points_account, today=today).filter(is_pending=True, matures_on__isnull=False)
    return rows.order_by("matures_on", "id")


class Active(NamedTuple):
    """The last business days on which a wallet earned and spent points; None where it never did."""

    earned_on: dt.date | None
    redeemed_on: dt.date | None


_GIFTS = [Reason.GOODWILL, Reason.MIGRATION]
_LAST_ACTIVE = """
    SELECT points_account_id, max(business_on) FILTER (WHERE debit = 1 AND kind IN (1, 12) AND reason <> ALL (%(gifts)s::smallint[])),
           max(business_on) FILTER (WHERE credit = 2 AND reason BETWEEN 20 AND 23)
      FROM ledger_movement WHERE points_account_id = ANY (%(wallets)s::uuid[]) GROUP BY 1
"""


def last_active(points_accounts: Iterable[uuid.UUID]) -> dict[uuid.UUID, Active]:
    """Return when each wallet last earned (goodwill and points taken over do not count) and last spent, in any currency."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ACTIVE, {"wallets": uuid_array(points_accounts), "gifts": [int(reason) for reason in _GIFTS]})
        return {wallet: Active(earned_on, redeemed_on) for wallet, earned_on, redeemed_on in cursor.fetchall()}


_ACTIVE_DAYS = """
    SELECT DISTINCT points_account_id, business_on, debit = 1
      FROM ledger_movement
     WHERE points_account_id = ANY (%(wallets)s::uuid[])
       AND (debit = 1 AND kind IN (1, 12) AND reason <> ALL (%(gifts)s::smallint[]) OR credit = 2 AND reason BETWEEN 20 AND 23)
     ORDER BY 1, 2
"""


def active_days(points_accounts: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[tuple[dt.date, bool]]]:
    """Return every business day on which each wallet earned (true) or spent (false), as `last_active` counts; no query for no wallet."""
    wallets = list(points_accounts)
    found: dict[uuid.UUID, list[tuple[dt.date, bool]]] = {}
    if wallets:
        with connection.cursor() as cursor:
            cursor.execute(_ACTIVE_DAYS, {"wallets": uuid_array(wallets), "gifts": [int(reason) for reason in _GIFTS]})
            for wallet, day, is_earning in cursor.fetchall():
                found.setdefault(wallet, []).append((day, is_earning))
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """The points that end next, and the last day on which they can be used."""

    units: int
    last_on: dt.date


def next_ending(*, points_account: uuid.UUID, unit: int, today: dt.date) -> Ending | None:
    """Return the points of a wallet that end next among those that can be spent now."""
    lots = open_lots(points_account=points_account, today=today)
    dated = lots.filter(unit=unit, is_pending=False, expires_on__isnull=False).order_by("expires_on").values("expires_on")
    first = dated.annotate(units=Sum("remaining")).first()
    if first is None:
        return None
    assert first["expires_on"] is not None, "only dated lots were asked for"
    return Ending(first["units"], last_day(first["expires_on"]))


def lot_moves_of(*, movements: Sequence[uuid.UUID], points_account: uuid.UUID) -> QuerySet[LotMove]:
    """Return what these movements took from or gave to lots: their children by id (see docs/points-bank.md)."""
    ranges = (Q(id__gt=movement, id__lte=child_id(movement, MOST_CHILDREN)) for movement in movements)
    children = functools.reduce(operator.or_, ranges, Q(pk__in=[]))
    return LotMove.objects.filter(children, points_account=points_account).order_by("id")


def moves_since_grant(*, lots: Sequence[uuid.UUID], points_account: uuid.UUID) -> QuerySet[LotMove]:
    """Return what happened to these lots after they were granted."""
    return LotMove.objects.filter(points_account=points_account, lot__in=lots).exclude(from_state=State.ISSUED)


def history_of_lots(*, lots: Sequence[uuid.UUID], points_account: uuid.UUID) -> list[LotMove]:
    """Return all that happened to these lots, first to last: their grants (children of the lot's id) and what came later; two queries."""
    later = moves_since_grant(lots=lots, points_account=points_account)
    granted = lot_moves_of(movements=lots, points_account=points_account).filter(from_state=State.ISSUED)
    return sorted((*granted, *later), key=operator.attrgetter("id"))


def verify(*, programme: uuid.UUID | None = None) -> list[Difference]:
    """Recompute every balance, lot and sequence from movements; return what differs (empty when all is well)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_verify(%s) ORDER BY 1, 2, 3, 4", [programme])
        return [Difference(*row) for row in cursor.fetchall()]


def newest_id() -> uuid.UUID:
    """Return an id behind all that the database has made so far: what is written from now on has a later one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_new_id()")
        found: uuid.UUID = cursor.fetchone()[0]
    return found


def conversions_since(*, converting: Converting, before: uuid.UUID) -> list[Conversion]:
    """Return what was converted for this key after `before` (`newest_id`), and is seen by this transaction."""
    rows = {row.pk: row for row in Conversion.objects.filter(pk__gt=before, unit=converting.unit)}
    acts = Act.objects.filter(pk__in=rows, source=converting.source, key=converting.key).values_list("pk", flat=True)
    return [rows[act] for act in sorted(acts)]
