"""The acts of the points bank: the only code that posts points.

Every act runs in the caller's transaction, is idempotent by (points_account, source, key), locks the wallet's balance row before it
looks at a lot, and either happens whole or raises a `Problem` and changes nothing. The posting itself is one SQL call (sql/*.sql).
A refusal comes from the database and so ends the transaction that it happens in: catch it outside of `atomic`.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from pydantic_core import to_json

from ledger.points.calls import call, call_many
from ledger.points.domain import ArrearsPolicy, Converting, EndMove, Grant, Kind, Outcome, Reversal, Sale, State, Taking, fingerprint
from ledger.points.models import PointsAccount, PointUnit
from ledger.points.refusals import (
    ActConflict,
    HoldNotOpen,
    LedgerBroken,
    MoreThanHeld,
    NoSuchWallet,
    NotEnoughPoints,
    NothingToReverse,
    PointsOnHold,
    SentPointsAreGone,
    SpentPointsMayNotBeOwed,
    not_enough,
)
from loyalty.kit.arrays import uuid_array
from loyalty.kit.ids import uuid7

# fmt: off
__all__ = [
    "ActConflict", "HoldNotOpen", "LedgerBroken", "MoreThanHeld", "NoSuchWallet", "NotEnoughPoints", "NothingToReverse", "PointsOnHold", "SentPointsAreGone",
    "SpentPointsMayNotBeOwed",
    "activate", "activate_due", "adjust_back", "adjust_down", "capture", "convert", "convert_due", "expire_due", "grant", "grant_many", "hold", "lock_wallets", "move_ends", "open_balances",
    "open_points_account", "open_points_accounts", "redeem", "redeem_many", "release", "restore", "reverse",
    "transfer", "transfer_back",
]
# fmt: on

DEFAULT_CHUNK = 2_000


def open_points_account(*, programme: uuid.UUID, units: Sequence[PointUnit], at: dt.datetime) -> PointsAccount:
    """Open a wallet with an empty balance for each currency of the programme."""
    return open_points_accounts(programme=programme, units=units, at=at, count=1)[0]


def open_points_accounts(*, programme: uuid.UUID, units: Sequence[PointUnit], at: dt.datetime, count: int) -> list[PointsAccount]:
    """Open `count` wallets at once (files, demo data)."""
    wallets = [PointsAccount(programme=programme, opened_at=at) for _ in range(count)]
    with transaction.atomic():
        PointsAccount.objects.bulk_create(wallets, batch_size=5_000)
        open_balances(points_accounts=[wallet.id for wallet in wallets], units=units)
    return wallets


def open_balances(*, points_accounts: Sequence[uuid.UUID], units: Sequence[PointUnit]) -> None:
    """Give these wallets an empty balance of each currency that they do not hold yet (a programme's new currency)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_balance (points_account_id, unit_id) SELECT a, u FROM unnest(%s::uuid[]) a, unnest(%s::smallint[]) u"
            " ON CONFLICT DO NOTHING",
            [list(points_accounts), [unit.pk for unit in units]],
        )


def lock_wallets(*, points_accounts: Iterable[uuid.UUID]) -> None:
    """Lock the balances of these wallets in order. Takes no second lock on what this transaction holds already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_lock_balances(%s::uuid[])", [uuid_array(set(points_accounts))])


def grant(*, grant: Grant) -> Outcome:
    """Give points: one movement, one lot; points that meet arrears fill those first and make no lot.

    Raises: ActConflict, NoSuchWallet.
    """
    return _call("ledger_grant", _grant_arguments(grant))


def redeem(*, taking: Taking, order: int = 1) -> Outcome:
    """Take points for good, from lots that are not due, in the currency's consumption order.

    Raises: NotEnoughPoints (with spendable and shortfall), ActConflict, NoSuchWallet.
    """
    return _take(taking, Kind.REDEEM, State.REDEEMED, order)


def hold(*, taking: Taking, order: int = 1) -> Outcome:
    """Set points aside until `capture` or `release`. Raises as `redeem`."""
    return _take(taking, Kind.HOLD, State.HELD, order)


def adjust_down(*, taking: Taking, order: int = 1) -> Outcome:
    """Take points away by a correction. Raises as `redeem`."""
    return _take(taking, Kind.ADJUST, State.ADJUSTED, order)


def capture(*, hold: uuid.UUID, settling: Taking, units: int | None = None, order: int = 1) -> Outcome:
    """Turn a hold into a redemption of the same lots; of fewer `units` the rest comes back at once. `settling.units` is ignored.

    Raises: HoldNotOpen, MoreThanHeld, ActConflict.
    """
    return _finish_hold(hold, settling, Kind.CAPTURE, State.REDEEMED, order, units)


def release(*, hold: uuid.UUID, settling: Taking, order: int = 1) -> Outcome:
    """Give a whole hold back to the same lots. Raises: HoldNotOpen, ActConflict."""
    return _finish_hold(hold, settling, Kind.RELEASE, State.AVAILABLE, order)


def activate(*, lot: uuid.UUID, settling: Taking, order: int = 1) -> Outcome:
    """Make the pending points of one lot available. `settling.units` is ignored. Raises: NothingToReverse when the lot has none."""
    s = settling
    return _call("ledger_activate", [*_head(s, "activate", lot=lot), lot, s.occurred_at, s.business_on, order])


def restore(*, redemption: uuid.UUID, taking: Taking, order: int = 1) -> Outcome:
    """Give redeemed points back to the lots that they came from, last taken first, wholly or partly.

    Where such a lot's grant was reversed in the meantime, what the reversal put in its place is undone (see sql/restore.sql).
    Points whose lot is due by now come back and lapse with the next expiry run.
    Raises: NothingToReverse when the redemption has fewer points left to give back.
    """
    return _restore(redemption, taking, order, _head(taking, "restore", redemption=redemption, units=taking.units))


def adjust_back(*, adjustment: uuid.UUID, taking: Taking, order: int = 1) -> Outcome:
    """Give points that `adjust_down` took back to the lots that they came from. As `restore`."""
    return _restore(adjustment, taking, order, _head(taking, "adjust_back", adjustment=adjustment, units=taking.units))


def reverse(
    *, grant: uuid.UUID, taking: Taking, policy: ArrearsPolicy, limit: int | None, refunded_minor: int | None, order: int = 1
) -> Reversal:
    """Take a grant back, wholly or partly, as if it had never been made (see sql/reverse.sql for the order).

    Raises: NothingToReverse, PointsOnHold, SpentPointsMayNotBeOwed.
    """
    t = taking
    head = _head(t, "reverse", grant=grant, units=t.units, refunded=refunded_minor)
    arguments = [*head, grant, t.units, t.occurred_at, t.business_on, order, int(policy), limit, refunded_minor]
    return Reversal(*call("ledger_reverse", arguments))


def transfer(*, taking: Taking, to: uuid.UUID, order: int = 1) -> Outcome:
    """Send points to another wallet of the programme; each lot moves with its pool, end and terms (see sql/transfer.sql).

    The outcome is the sender's. The receiver pays first what it owes. Once for the key in both wallets.
    Raises: NotEnoughPoints (with spendable and shortfall), ActConflict, NoSuchWallet.
    """
    t = taking
    arguments = [*_head(t, "transfer", units=t.units, to=to), to, t.units, int(t.reason), t.occurred_at, t.business_on, order]
    with _worded(t.units):
        return _call("ledger_transfer", arguments)


def transfer_back(*, transfer: uuid.UUID, taking: Taking, to: uuid.UUID, order: int = 1) -> Outcome:
    """Take points of a transfer from their receiver (`taking`) and give them back to the sender's lots that they came from, last taken first.

    `transfer` is the movement that sent them. The outcome is the receiver's.
    Raises: SentPointsAreGone (with what is left), NothingToReverse, ActConflict, NoSuchWallet.
    """
    t = taking
    head = _head(t, "transfer_back", units=t.units, to=to, transfer=transfer)
    return _call("ledger_transfer_back", [*head, to, transfer, t.units, int(t.reason), t.occurred_at, t.business_on, order])


def convert(*, points_account: uuid.UUID, converting: Converting, units: int, given: int) -> Outcome:
    """Turn units of one currency of a wallet into units of another (see sql/convert.sql); the outcome is of the currency taken from.

    What is given has the source kinds of what was taken, so that the deferred money follows. `reverse` of a grant that was converted brings
    it back first. Raises: NotEnoughPoints, ActConflict, NoSuchWallet.
    """
    c = converting
    facts = {"act": "convert", "unit": c.unit, "to": c.to_unit, "units": units, "given": given, "business_on": c.business_on}
    arguments = [points_account, c.unit, uuid7(), int(c.source), c.key, fingerprint(facts), c.to_unit, units, given, *_how_many(c)]
    with _worded(units):
        return _call("ledger_convert", arguments)


def convert_due(*, converting: Converting, after: uuid.UUID | None, most: int) -> tuple[uuid.UUID | None, int, int, int]:
    """Convert for the next wallets in order after `after`, about `most`, all that each can, once for the key.

    Returns the last wallet looked at (None: there are no more), how many wallets had something, units taken and units given.
    """
    c = converting
    step, gives, rate, *when = _how_many(c)
    last, wallets, units, given = call(
        "ledger_convert_due", [c.unit, c.to_unit, after, most, int(c.source), c.key, step, gives, rate, *when]
    )
    return last, int(wallets), int(units), int(given)


def _how_many(c: Converting) -> list[Any]:
    h = c.how_many
    return [
        *(h.step_units, h.gives_units, h.rate),
        *(c.granted_through, c.occurred_at, c.business_on, c.expires_on, c.portfolio, c.terms),
    ]


def expire_due(
    *,
    unit: int,
    through_on: dt.date,
    at: dt.datetime,
    not_before: dt.date | None = None,
    points_accounts: Sequence[uuid.UUID] | None = None,
    chunk: int = DEFAULT_CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, int]:
    """Expire every lot that is due through `through_on`; return (lots, units).

    Works in chunks of about `chunk` lots, each in a transaction of its own unless the caller holds one; may be interrupted, run again, and
    run twice at once. A lot's points leave on the day it died, on `not_before` when that day lies in a closed period, or on the day on
    which they came back to a lot that was dead already (a hold let go, a voucher cancelled).
    `progress(lots, units)` is told after each chunk.
    """
    lots = units = 0
    last = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            only = list(points_accounts) if points_accounts is not None else None
            cursor.execute(
                "SELECT * FROM ledger_expire(%s::smallint, %s, %s, %s, %s::uuid[], %s, %s)",
                [unit, through_on, not_before, chunk, only, at, last],
            )
            last, some_lots, some_units = cursor.fetchone()
        lots, units = lots + some_lots, units + some_units
        if progress is not None:
            progress(lots, units)
        if last is None:
            return lots, int(units)


def move_ends(*, moves: Sequence[EndMove], business_on: dt.date) -> int:
    """Move the ends of lots and keep why; return how many. A lot whose end is not what the caller saw is left alone."""
    if not moves:
        return 0
    rows = [{"wallet": m.points_account, "lot": m.lot, "from_on": m.from_on, "to_on": m.to_on, "why": int(m.why)} for m in moves]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_move_ends(%s::jsonb, %s)", [to_json(rows).decode(), business_on])
        return int(cursor.fetchone()[0])


def activate_due(
    *,
    unit: int,
    through_on: dt.date,
    at: dt.datetime,
    not_before: dt.date | None = None,
    chunk: int = DEFAULT_CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make every pending lot available whose day has come; return how many lots.

    Works in chunks as `expire_due` does, and may be interrupted, run again, and run twice at once. Points mature on their day, or on
    `not_before` when that day lies in a closed period; wallets in arrears pay from them first. `progress(lots, units)` is told after each
    chunk.
    """
    lots = units = 0
    last = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_mature(%s::smallint, %s, %s, %s, %s, %s)", [unit, through_on, not_before, chunk, at, last])
            last, some_lots, some_units = cursor.fetchone()
        lots, units = lots + int(some_lots), units + int(some_units)
        if progress is not None:
            progress(lots, units)
        if last is None:
            return lots


def grant_many(*, grants: Sequence[Grant]) -> list[Outcome]:
    """Give points to many wallets in one set-based call; outcomes in the order of `grants`. Raises: ActConflict, NoSuchWallet."""
    rows = [_grant_row(ordinal, grant) for ordinal, grant in enumerate(grants)]
    found = call_many("ledger_grant_many", rows)
    return [Outcome(*row[1:]) for row in found]


def redeem_many(*, takings: Sequence[Taking], order: int = 1) -> list[Outcome | NotEnoughPoints]:
    """Redeem for many wallets (each at most once) in one set-based call; a wallet that has too little gets its refusal as the answer."""
    assert len({(t.points_account, t.unit) for t in takings}) == len(takings), "a wallet may redeem once a call"
    rows = [_take_row(ordinal, taking, order) for ordinal, taking in enumerate(takings)]
    found = call_many("ledger_redeem_many", rows)
    return [not_enough(wanted=takings[row[0]].units, spendable=row[9] or 0) if row[8] else Outcome(*row[1:8]) for row in found]


def _take(taking: Taking, kind: Kind, to: State, order: int) -> Outcome:
    t = taking
    arguments = [
        *_head(t, kind.name, units=t.units),
        int(kind),
        int(to),
        t.units,
        int(t.reason),
        t.occurred_at,
        t.business_on,
        order,
        t.face_minor,
    ]
    with _worded(t.units):
        return _call("ledger_take", arguments)


def _restore(taken: uuid.UUID, t: Taking, order: int, head: list[Any]) -> Outcome:
    return _call("ledger_restore", [*head, taken, t.units, int(t.reason), t.occurred_at, t.business_on, t.face_minor, order])


@contextlib.contextmanager
def _worded(wanted: int) -> Iterator[None]:
    """Let a refusal say how many points were asked for."""
    try:
        yield
    except NotEnoughPoints as problem:
        raise not_enough(wanted=wanted, spendable=int(problem.extra["spendable"])) from problem


def _finish_hold(hold: uuid.UUID, settling: Taking, kind: Kind, to: State, order: int, units: int | None = None) -> Outcome:
    s = settling
    part = {} if units is None else {"units": units}
    arguments = [
        *_head(s, kind.name, hold=hold, **part),
        hold,
        int(kind),
        int(to),
        int(s.reason),
        s.occurred_at,
        s.business_on,
        s.face_minor,
        order,
        units,
    ]
    return _call("ledger_finish_hold", arguments)


def _head(t: Taking, act: str, **facts: Any) -> list[Any]:
    """The first six arguments of every act: wallet, currency, id, source, key, fingerprint."""
    mark = fingerprint({"act": act, "unit": t.unit, "reason": int(t.reason), "business_on": t.business_on, **facts})
    return [t.points_account, t.unit, uuid7(), int(t.source), t.key, mark]


def _grant_arguments(g: Grant) -> list[Any]:
    sale = g.sale
    facts = {"act": "grant", "unit": g.unit, "units": g.units, "reason": int(g.reason), "business_on": g.business_on, "pending": g.pending}
    worth: list[Any] = [None] * 5
    if isinstance(sale, Sale):
        facts |= {"paid": sale.paid_minor, "standalone": sale.standalone_minor}
        worth = [sale.paid_minor, sale.standalone_minor, sale.ssp_point, sale.estimate, sale.tender]
    elif sale is not None:
        facts |= {"paid": sale.paid_minor}
        worth[0] = sale.paid_minor
    mark = fingerprint(facts)
    return [
        *(g.points_account, g.unit, uuid7(), int(g.source), g.key, mark, g.units, g.pending, int(g.reason), g.occurred_at),
        *(g.business_on, g.expires_on, g.portfolio, g.terms),
        *worth,
        g.matures_on,
    ]


_GRANT_COLUMNS = (
    *("ordinal", "account", "unit", "id", "source", "key", "fingerprint", "units", "pending", "reason", "occurred_at", "business_on"),
    *("expires_on", "portfolio", "terms", "paid", "standalone", "ssp", "estimate", "tender", "matures_on"),
)
_TAKE_COLUMNS = (
    *("ordinal", "account", "unit", "id", "source", "key", "fingerprint", "units", "reason", "occurred_at", "business_on", "face"),
    "consumption",
)


def _grant_row(ordinal: int, grant: Grant) -> dict[str, Any]:
    return _as_row(dict(zip(_GRANT_COLUMNS, [ordinal, *_grant_arguments(grant)], strict=True)))


def _take_row(ordinal: int, t: Taking, order: int) -> dict[str, Any]:
    values = [*_head(t, Kind.REDEEM.name, units=t.units), t.units, int(t.reason), t.occurred_at, t.business_on, t.face_minor, order]
    return _as_row(dict(zip(_TAKE_COLUMNS, [ordinal, *values], strict=True)))


def _as_row(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns as JSON can carry them: bytea in its hex form."""
    columns["fingerprint"] = f"\\x{columns['fingerprint'].hex()}"
    return columns


def _call(function: str, arguments: Sequence[Any]) -> Outcome:
    return Outcome(*call(function, arguments))
