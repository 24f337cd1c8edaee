"""A ledger with a history of two years: the roll-forward by month from sums over one from all rows, and what a grant costs in it."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from ledger.points.models import PointUnit
from ledger.ticks.services import take_ticks
from loyalty.kit import clock
from loyalty.shell.bench.clients import Clients, Side, Wallet
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.wallets import install, new_unit, open_wallets
from reporting.rollforward.queries import MONTHS_OF_POINTS, points_by_month

SMALL = 10_000
"""Movements of the ledger that a large one is compared with."""
LARGE = 10_000_000
"""Movements for which the roll-forward's goal of 500 times is meant; with fewer it shrinks in proportion."""
MONTHS = 24
CLIENTS = 4
_RAW = MONTHS_OF_POINTS.replace("ledger_moved", "ledger_lotmove")
"""The report's own statement, straight from lot moves."""
_TUNED = "SET work_mem = '256MB'; SET enable_sort = off; SET max_parallel_workers_per_gather = 0"


def with_history(scratch: Scratch, scale: Scale) -> Found:
    """Load a small and a large ledger, then measure in both."""
    with scratch.fresh() as small:
        few = _load(SMALL, rounds=5)
        with scratch.fresh() as large:
            many = _load(scale.movements, rounds=100)
            return _roll_forward(many[0][1], scale) | _cost_of_a_grant((large, many), (small, few), scale)


def _load(movements: int, *, rounds: int) -> list[Wallet]:
    """Write a history into the present database and take it in; return its wallets."""
    unit = new_unit()
    install("history")
    days = MONTHS * 30
    first_day = clock.now().date() - dt.timedelta(days=days)
    wallets = open_wallets(unit, movements // rounds)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_plan_partitions(%s, %s)", [first_day, MONTHS + 1])
        cursor.execute("INSERT INTO bench.wallet (id) SELECT unnest(%s::uuid[])", [wallets])
        for number in range(rounds):
            cursor.execute("SELECT bench.write_round(%s::smallint, %s, %s, %s, %s)", [unit.pk, first_day, days, rounds, number])
        cursor.execute("VACUUM ANALYZE")
    while take_ticks():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_rollup")
        cursor.execute("CHECKPOINT")
    return [(wallet, unit.pk) for wallet in wallets]


def _roll_forward(unit: int, scale: Scale) -> Found:
    """Months from the sums, over months from all lot moves with much memory; both answer the same."""
    sums, raw = [], []
    for turn in range(-1, scale.rounds):
        fast, rows = _timed(lambda: _from_sums(unit))
        slow, expected = _timed(lambda: _from_rows(unit))
        assert rows == expected, "the sums tell what the rows tell"
        if turn >= 0:
            sums.append(1000 * fast)
            raw.append(1000 * slow)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_rollup")
        told = f"{median(sums):.1f} over {median(raw):,.0f} ms, {scale.movements:,} movements in {cursor.fetchone()[0]:,} sums"
    faster = Rounds([1 / ms for ms in sums], [1 / ms for ms in raw], told)
    return {"months": faster, "months-ms": Rounds(sums, [1] * len(sums), "milliseconds, as the report asks for it")}


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _from_sums(unit: int) -> list[tuple[Any, ...]]:
    rows = points_by_month(PointUnit(pk=unit))
    return [(row.starts_on, row.issued, row.redeemed) for row in rows]


def _from_rows(unit: int) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TUNED.replace("SET ", "SET LOCAL "))
        cursor.execute(_RAW, {"unit": unit})
        return [(row[0], int(row[1] or 0), int(row[3] or 0)) for row in cursor.fetchall()]


def _cost_of_a_grant(large: tuple[str, list[Wallet]], small: tuple[str, list[Wallet]], scale: Scale) -> Found:
    """The time of a grant among many movements over that among few."""
    times: list[list[float]] = [[], []]
    costs: list[list[float]] = [[], []]
    with (
        Clients(large[0], CLIENTS, {"grant": Side("grant", large[1])}) as many,
        Clients(small[0], CLIENTS, {"grant": Side("grant", small[1])}) as few,
    ):
        for turn in range(-1, scale.rounds):
            for place, clients in ((0, many), (1, few)) if turn % 2 else ((1, few), (0, many)):
                slot = clients.run("grant", scale.seconds)
                if turn >= 0:
                    times[place].append(CLIENTS / slot.rate)
                    costs[place].append(slot.cpu_us)
    told = f"{scale.movements:,} over {SMALL:,} movements: {1000 * median(times[0]):.2f} over {1000 * median(times[1]):.2f} ms, {CLIENTS} clients"
    computing = f"{median(costs[0]):,.0f} over {median(costs[1]):,.0f} µs of backend CPU"
    return {"size": Rounds(times[0], times[1], told), "size-cpu": Rounds(costs[0], costs[1], computing)}
