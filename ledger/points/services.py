"""The acts of the points bank: the only code that posts points.

Every act runs in the caller's transaction, is idempotent by (points_account, source, key), locks the wallet's balance row before it
looks at a lot, and either happens whole or raises a `Problem` and changes nothing. The posting itself is one SQL call (sql/*.sql).
A refusal comes from the database and so ends the transaction that it happens in: catch it outside of `atomic`.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from ledger.points.calls import call, call_many
from ledger.points.domain import ArrearsPolicy, Grant, Kind, Outcome, Reason, Reversal, Source, State, Taking, fingerprint
from ledger.points.models import Lot, PointsAccount, PointUnit
from ledger.points.refusals import (
    ActConflict,
    HoldNotOpen,
    LedgerBroken,
    NoSuchWallet,
    NotEnoughPoints,
    NothingToReverse,
    PointsOnHold,
    SpentPointsMayNotBeOwed,
    not_enough,
)
from loyalty.kit.ids import uuid7

# fmt: off
__all__ = [
    "ActConflict", "HoldNotOpen", "LedgerBroken", "NoSuchWallet", "NotEnoughPoints", "NothingToReverse", "PointsOnHold", "SpentPointsMayNotBeOwed",
    "activate", "activate_due", "adjust_down", "capture", "expire_due", "grant", "grant_many", "hold", "lock_wallets", "open_balances",
    "open_points_account", "open_points_accounts", "redeem", "redeem_many", "release", "restore", "reverse",
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
    return Reversal(*call("ledger_reverse", arguments))


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
    found = call_many("ledger_grant_many", rows)
    return [Outcome(*row[1:]) for row in found]


def redeem_many(*, takings: Sequence[Taking], order: int = 1) -> list[Outcome | NotEnoughPoints]:
    """Redeem for many wallets (each at most once) in one set-based call; a wallet that has too little gets its refusal as the answer."""
    assert len({(t.points_account, t.unit) for t in takings}) == len(takings), "a wallet may redeem once a call"
    rows = [_take_row(ordinal, taking, order) for ordinal, taking in enumerate(takings)]
    found = call_many("ledger_redeem_many", rows)
    return [not_enough(wanted=takings[row[0]].units, spendable=row[9] or 0) if row[8] else Outcome(*row[1:8]) for row in found]


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
        raise not_enough(wanted=taking.units, spendable=int(problem.extra["spendable"])) from problem


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
