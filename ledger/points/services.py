"""The acts of the points bank: the only code that posts points.

Every act runs in the caller's transaction, is idempotent by (points_account, source, key), locks the wallet's balance row before it
looks at a lot, and either happens whole or raises a `Problem` and changes nothing. The posting itself is one SQL call (sql/*.sql).
A refusal comes from the database and so ends the transaction that it happens in: catch it outside of `atomic`.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.db import connection, transaction
from django.db.utils import DatabaseError

from ledger.points.domain import ArrearsPolicy, Grant, Kind, Outcome, Reason, Reversal, Source, State, Taking, fingerprint
from ledger.points.models import Lot, PointsAccount, PointUnit
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import NotFound, Problem, Refused

DEFAULT_CHUNK = 2_000


class ActConflict(Refused):
    code = "act_conflict"
    title = "The same key was used for other facts"


class NotEnoughPoints(Refused):
    """Carries `spendable` and `shortfall`."""

    code = "not_enough_points"
    title = "There are not enough points"


class NoSuchWallet(NotFound):
    code = "wallet_not_found"


class NothingToReverse(Refused):
    code = "nothing_to_reverse"


class HoldNotOpen(Refused):
    code = "hold_not_open"


class PointsOnHold(Refused):
    code = "points_on_hold"


class SpentPointsMayNotBeOwed(Refused):
    code = "spent_points_may_not_be_owed"


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
        cursor.execute("SELECT ledger_lock_balances(%s::uuid[])", [sorted(set(points_accounts))])


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


def capture(*, hold: uuid.UUID, settling: Taking, order: int = 1) -> Outcome:
    """Turn a whole hold into a redemption of the same lots. `settling.units` is ignored. Raises: HoldNotOpen, ActConflict."""
    return _finish_hold(hold, settling, Kind.CAPTURE, State.REDEEMED, order)


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
    t = taking
    head = _head(t, "restore", redemption=redemption, units=t.units)
    arguments = [*head, redemption, t.units, int(t.reason), t.occurred_at, t.business_on, t.face_minor, order]
    return _call("ledger_restore", arguments)


def reverse(
    *, grant: uuid.UUID, taking: Taking, policy: ArrearsPolicy, limit: int | None, refunded_minor: int | None, order: int = 1
) -> Reversal:
    """Take a grant back, wholly or partly, as if it had never been made (see sql/reverse.sql for the order).

    Raises: NothingToReverse, PointsOnHold, SpentPointsMayNotBeOwed.
    """
    t = taking
    head = _head(t, "reverse", grant=grant, units=t.units, refunded=refunded_minor)
    arguments = [*head, grant, t.units, t.occurred_at, t.business_on, order, int(policy), limit, refunded_minor]
    return Reversal(*_call_row("ledger_reverse", arguments))


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
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            only = list(points_accounts) if points_accounts is not None else None
            cursor.execute(
                "SELECT * FROM ledger_expire(%s::smallint, %s, %s, %s, %s::uuid[], %s)", [unit, through_on, not_before, chunk, only, at]
            )
            wallets, some_lots, some_units = cursor.fetchone()
        lots, units = lots + some_lots, units + some_units
        if progress is not None:
            progress(lots, units)
        if not wallets:
            return lots, int(units)


def activate_due(*, unit: int, through_on: dt.date, at: dt.datetime, not_before: dt.date | None = None, chunk: int = DEFAULT_CHUNK) -> int:
    """Make every pending lot available whose day has come; return how many. May be interrupted, run again, and run twice at once.

    Points mature on their day, or on `not_before` when that day lies in a closed period.
    """
    order = PointUnit.objects.values_list("consumption_order", flat=True).get(pk=unit)
    done = 0
    while True:
        lots = Lot.objects.filter(unit=unit, is_pending=True, remaining__gt=0, matures_on__lte=through_on).order_by("points_account", "id")
        due = list(lots[:chunk])
        done += sum(_mature(lot, at, not_before, order) for lot in due)
        if len(due) < chunk:
            return done


def grant_many(*, grants: Sequence[Grant]) -> list[Outcome]:
    """Give points to many wallets in one set-based call; outcomes in the order of `grants`. Raises: ActConflict, NoSuchWallet."""
    rows = [_grant_row(ordinal, grant) for ordinal, grant in enumerate(grants)]
    found = _call_many("ledger_grant_many", rows)
    return [Outcome(*row[1:]) for row in found]


def redeem_many(*, takings: Sequence[Taking], order: int = 1) -> list[Outcome | NotEnoughPoints]:
    """Redeem for many wallets (each at most once) in one set-based call; a wallet that has too little gets its refusal as the answer."""
    assert len({(t.points_account, t.unit) for t in takings}) == len(takings), "a wallet may redeem once a call"
    rows = [_take_row(ordinal, taking, order) for ordinal, taking in enumerate(takings)]
    found = _call_many("ledger_redeem_many", rows)
    return [_not_enough(takings[row[0]].units, row[9] or 0) if row[8] else Outcome(*row[1:8]) for row in found]


def _mature(lot: Lot, at: dt.datetime, not_before: dt.date | None, order: int) -> bool:
    """Activate one lot whose day has come; False if somebody else has just activated it or taken its points back."""
    assert lot.matures_on is not None, lot.pk
    day = max(lot.matures_on, not_before or lot.matures_on)
    settling = Taking(lot.points_account_id, lot.unit_id, Source.JOB, f"mature:{lot.id}", lot.remaining, Reason.MATURATION, at, day)
    try:
        with transaction.atomic():
            return not activate(lot=lot.id, settling=settling, order=order).replayed
    except (NothingToReverse, ActConflict):
        return False


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
    try:
        return _call("ledger_take", arguments)
    except NotEnoughPoints as problem:
        raise _not_enough(taking.units, int(problem.extra["spendable"])) from problem


def _finish_hold(hold: uuid.UUID, settling: Taking, kind: Kind, to: State, order: int) -> Outcome:
    s = settling
    arguments = [
        *_head(s, kind.name, hold=hold),
        hold,
        int(kind),
        int(to),
        int(s.reason),
        s.occurred_at,
        s.business_on,
        s.face_minor,
        order,
    ]
    return _call("ledger_finish_hold", arguments)


def _head(t: Taking, act: str, **facts: Any) -> list[Any]:
    """The first six arguments of every act: wallet, currency, id, source, key, fingerprint."""
    mark = fingerprint({"act": act, "unit": t.unit, "reason": int(t.reason), "business_on": t.business_on, **facts})
    return [t.points_account, t.unit, uuid7(), int(t.source), t.key, mark]


def _grant_arguments(g: Grant) -> list[Any]:
    sale = g.sale
    facts = {"act": "grant", "unit": g.unit, "units": g.units, "reason": int(g.reason), "business_on": g.business_on, "pending": g.pending}
    mark = fingerprint(facts | ({"paid": sale.paid_minor, "standalone": sale.standalone_minor} if sale else {}))
    sale_facts = [sale.paid_minor, sale.standalone_minor, sale.ssp_point, sale.estimate, sale.tender] if sale else [None] * 5
    return [
        *(g.points_account, g.unit, uuid7(), int(g.source), g.key, mark, g.units, g.pending, int(g.reason), g.occurred_at),
        *(g.business_on, g.expires_on, g.portfolio, g.terms),
        *sale_facts,
        g.matures_on,
    ]


_GRANT_COLUMNS = (
    "account unit id source key fingerprint units pending reason occurred_at business_on expires_on portfolio terms "
    "paid standalone ssp estimate tender matures_on"
).split()
_TAKE_COLUMNS = "account unit id source key fingerprint units reason occurred_at business_on face consumption".split()


def _grant_row(ordinal: int, grant: Grant) -> dict[str, Any]:
    return {"ordinal": ordinal, **dict(zip(_GRANT_COLUMNS, _grant_arguments(grant), strict=True))}


def _take_row(ordinal: int, t: Taking, order: int) -> dict[str, Any]:
    values = [*_head(t, Kind.REDEEM.name, units=t.units), t.units, int(t.reason), t.occurred_at, t.business_on, t.face_minor, order]
    return {"ordinal": ordinal, **dict(zip(_TAKE_COLUMNS, values, strict=True))}


def _as_json(value: object) -> str:
    """bytea as its hex form, everything else as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


_CASTS = {
    "ledger_grant": "uuid smallint uuid smallint text bytea bigint boolean smallint timestamptz date date smallint integer bigint bigint numeric integer uuid date",
    "ledger_take": "uuid smallint uuid smallint text bytea smallint smallint bigint smallint timestamptz date smallint bigint",
    "ledger_finish_hold": "uuid smallint uuid smallint text bytea uuid smallint smallint smallint timestamptz date bigint smallint",
    "ledger_activate": "uuid smallint uuid smallint text bytea uuid timestamptz date smallint",
    "ledger_restore": "uuid smallint uuid smallint text bytea uuid bigint smallint timestamptz date bigint smallint",
    "ledger_reverse": "uuid smallint uuid smallint text bytea uuid bigint timestamptz date smallint smallint bigint bigint",
}
_STATEMENTS = {
    function: f"SELECT * FROM {function}({', '.join(f'%s::{cast}' for cast in casts.split())})" for function, casts in _CASTS.items()
}


def _call(function: str, arguments: Sequence[Any]) -> Outcome:
    return Outcome(*_call_row(function, arguments))


def _call_row(function: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATEMENTS[function], arguments)
            row: tuple[Any, ...] = cursor.fetchone()
            return row
    except DatabaseError as error:
        raise _problem(error) from error


def _call_many(function: str, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Run a set-based function and return its rows in the order that was asked."""
    if not rows:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {function}(%s::jsonb)", [json.dumps(rows, default=_as_json)])
            found = cursor.fetchall()
    except DatabaseError as error:
        raise _problem(error) from error
    assert len(found) == len(rows), (function, len(found), len(rows))
    return sorted(found)


def _not_enough(wanted: int, spendable: int) -> NotEnoughPoints:
    return NotEnoughPoints(
        f"This needs {wanted} points; {spendable} can be spent.", extra={"spendable": spendable, "shortfall": wanted - spendable}
    )


class LedgerBroken(Problem):
    """The functions found the ledger at odds with itself; an operator must run `verify`."""

    code = "ledger_broken"
    status: ClassVar[int] = 503
    title = "The ledger needs an operator"


_REFUSALS: dict[str, tuple[type[Problem], str]] = {
    "PB001": (ActConflict, "This was already done under the same key with other facts. Use a new key for a new act."),
    "PB003": (NoSuchWallet, "This wallet does not hold that currency."),
    "PB004": (NothingToReverse, "These points were already taken back or activated."),
    "PB005": (HoldNotOpen, "This hold was already captured or released."),
    "PB006": (NothingToReverse, "That is not a redemption of this wallet."),
    "PB007": (NothingToReverse, "These points were already given back."),
    "PB008": (PointsOnHold, "Some of these points are on hold. Capture or cancel the hold first."),
    "PB011": (SpentPointsMayNotBeOwed, "The points of this purchase are already spent and the programme does not let a member owe points."),
}


def _problem(error: DatabaseError) -> Exception:
    """Translate the functions' SQLSTATEs; anything else stays the database error that it is."""
    diag = getattr(error.__cause__, "diag", None)
    state = getattr(diag, "sqlstate", None) or ""
    if state == "PB002":
        return NotEnoughPoints("There are not enough points.", extra={"spendable": int(diag.message_detail or 0) if diag else 0})
    if state == "PB009":
        return LedgerBroken("The ledger refused to post because its lots and balances differ. Run `verify`.")
    if state in _REFUSALS:
        problem, detail = _REFUSALS[state]
        return problem(detail)
    return error
