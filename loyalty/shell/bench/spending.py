"""Redemptions over few and many lots, and over a loop in the ORM that does the same; expiry over a bare UPDATE."""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from ledger.points.domain import Grant, Reason, Source, Taking
from ledger.points.models import Act, Balance, Lot, LotMove, Movement
from ledger.points.services import expire_due, grant_many, redeem
from loyalty.kit import clock
from loyalty.kit.ids import child_id, uuid7
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.wallets import install, new_unit, open_wallets

LOTS = 12
POINTS = 10
"""Of each lot."""
REDEMPTIONS = 60
SLOWER = 4
"""The loop redeems a quarter as often, so that no side takes most of a round."""
EXPIRING_WALLETS = 4_000
"""They have a lot due in every round: so many lots are expired, and every thirteenth open lot is due."""


def redemptions(scratch: Scratch, scale: Scale) -> Found:
    """Redeem from wallets with twelve open lots: from eleven of them, from two, and from eleven by loop."""
    rates: dict[str, list[float]] = {"eleven": [], "two": [], "loop": []}
    ways: dict[str, tuple[Callable[[Taking], object], int, int]] = {
        "eleven": (lambda taking: redeem(taking=taking), 11, REDEMPTIONS),
        "two": (lambda taking: redeem(taking=taking), 2, REDEMPTIONS),
        "loop": (_redeem_in_a_loop, 11, REDEMPTIONS // SLOWER),
    }
    with scratch.fresh():
        unit = new_unit()
        for turn in range(-1, scale.rounds):
            for name in sorted(ways, reverse=bool(turn % 2)):
                act, lots, count = ways[name]
                rate = _rate(act, _takings(_stocked(unit, count), unit.pk, lots * POINTS))
                if turn >= 0:
                    rates[name].append(rate)
    return {
        "redeem-lots": Rounds(
            rates["eleven"], rates["two"], f"{median(rates['eleven']):,.0f} over {median(rates['two']):,.0f} a second, 1 client"
        ),
        "redeem-loop": Rounds(
            rates["eleven"], rates["loop"], f"{median(rates['eleven']):,.0f} over {median(rates['loop']):,.0f} a second, 1 client"
        ),
    }


def expiry(scratch: Scratch, scale: Scale) -> Found:
    """Expire what is due in wallets of one currency, over an UPDATE of as many lots of another; each commits."""
    ours, bare = [], []
    today = clock.now().date()
    with scratch.fresh():
        install("expiring")
        units = [new_unit(), new_unit()]
        for unit in units:
            _make_expiring(unit, scale.rounds + 1, today)
        for turn in range(-1, scale.rounds):
            day = today + dt.timedelta(days=turn + 2)
            began = time.perf_counter()
            lots, _units = expire_due(unit=units[0].pk, through_on=day, at=clock.now())
            between = time.perf_counter()
            assert (lots, _expire_barely(units[1].pk, day)) == (EXPIRING_WALLETS, EXPIRING_WALLETS), lots
            ended = time.perf_counter()
            if turn >= 0:
                ours.append(lots / (between - began))
                bare.append(lots / (ended - between))
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ledger_lot")
    return {
        "expiry": Rounds(ours, bare, f"{median(ours):,.0f} over {median(bare):,.0f} lots/s, {EXPIRING_WALLETS:,} of them due at a time")
    }


def _rate(act: Callable[[Taking], object], takings: Sequence[Taking]) -> float:
    began = time.perf_counter()
    for taking in takings:
        act(taking)
    return len(takings) / (time.perf_counter() - began)


def _stocked(unit: Any, count: int) -> list[uuid.UUID]:
    """Open wallets with twelve lots each, expiring one after the other."""
    wallets, today = open_wallets(unit, count), clock.now().date()
    grants = [
        Grant(
            wallet,
            unit.pk,
            Source.CAMPAIGN,
            f"stock:{number}",
            POINTS,
            Reason.PROMOTION,
            clock.now(),
            today,
            today + dt.timedelta(days=90 + number),
        )
        for wallet in wallets
        for number in range(LOTS)
    ]
    grant_many(grants=grants)
    return wallets


def _takings(wallets: Sequence[uuid.UUID], unit: int, units: int) -> list[Taking]:
    now = clock.now()
    return [Taking(wallet, unit, Source.REDEMPTION, str(uuid7()), units, Reason.REWARD, now, now.date()) for wallet in wallets]


def _redeem_in_a_loop(t: Taking) -> None:
    """What `ledger_take` does, as one would write it with Django's models."""
    made = uuid7()
    with transaction.atomic():
        balance = Balance.objects.select_for_update().get(points_account=t.points_account, unit=t.unit)
        act = Act.objects.create(id=made, points_account_id=t.points_account, source=t.source, key=t.key, fingerprint=b"\x01")
        assert balance.available >= t.units
        balance.available -= t.units
        balance.seq += 1
        Balance.objects.filter(points_account=t.points_account, unit=t.unit).update(available=balance.available, seq=balance.seq)
        movement = Movement.objects.create(id=made, act=act, seq=balance.seq, **_movement_facts(t, balance))
        lots = Lot.objects.filter(
            points_account=t.points_account, unit=t.unit, remaining__gt=0, is_pending=False, granted_on__lte=t.business_on
        )
        left, ordinal = t.units, 0
        for lot in lots.exclude(expires_on__lte=t.business_on).order_by("expires_on", "granted_on", "id"):
            taken, ordinal = min(left, lot.remaining), ordinal + 1
            lot.remaining -= taken
            lot.save(update_fields=["remaining"])
            LotMove.objects.create(id=child_id(made, ordinal), lot=lot, movement=movement, units=taken, **_move_facts(t, lot))
            left -= taken
            if not left:
                break


def _movement_facts(t: Taking, balance: Balance) -> dict[str, Any]:
    sides = {
        "kind": 6,
        "debit": 10,
        "credit": 2,
        "amount": t.units,
        "reason": t.reason,
        "points_account_id": t.points_account,
        "unit_id": t.unit,
    }
    after = {f"{name}_after": getattr(balance, name) for name in ("available", "pending", "held", "arrears")}
    return sides | after | {"business_on": t.business_on, "occurred_at": t.occurred_at, "recorded_at": clock.now()}


def _move_facts(t: Taking, lot: Lot) -> dict[str, Any]:
    pool = {name: getattr(lot, name) for name in ("grant_month", "source_kind", "portfolio")}
    return pool | {
        "points_account_id": t.points_account,
        "unit_id": t.unit,
        "from_state": 10,
        "to_state": 2,
        "business_on": t.business_on,
        "reason": t.reason,
    }


def _make_expiring(unit: Any, days: int, today: dt.date) -> None:
    """Open wallets with a lot due on each of so many days to come."""
    wallets = open_wallets(unit, EXPIRING_WALLETS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bench.make_expiring(%s::uuid[], %s::smallint, %s, %s)", [wallets, unit.pk, today, days])
        cursor.execute("VACUUM ANALYZE ledger_lot")


def _expire_barely(unit: int, day: dt.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_lot SET remaining = 0 WHERE unit_id = %s AND remaining > 0 AND expires_on <= %s", [unit, day])
        return int(cursor.rowcount)
