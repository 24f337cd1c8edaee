"""A tick takes every committed movement in, each once, whatever the order of commits, and however often it is interrupted."""

import threading
import time

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ledger.points.domain import State
from ledger.points.models import Movement
from ledger.ticks import queries
from ledger.ticks.models import Tick
from ledger.ticks.services import LedgerCopied, take_ticks
from ledger.ticks.verification import verify_rollups
from tests.ledger.factories import PointUnitFactory
from tests.ledger.points.stage import Purse
from tests.ledger.ticks.stage import at_once, open_transaction, ranges, rolled_up, rows, settle, take_all

GRANTED, REDEEMED = (State.ISSUED, State.AVAILABLE), (State.AVAILABLE, State.REDEEMED)


@pytest.fixture
def unit(committed_db):
    return PointUnitFactory.create()


def test_it_adds_what_was_committed_once(unit):
    purse = Purse.of(unit)
    purse.grant(100)
    purse.redeem(30)

    made = take_all(), take_all()

    assert made == (1, 0)
    assert rolled_up() == {GRANTED: 100, REDEEMED: 30}
    assert [tick.movements for tick in Tick.objects.order_by("no")] == [0, 2]
    assert verify_rollups() == []


def test_it_takes_one_that_commits_after_a_younger_one(unit):
    early, late = Purse.of(unit), Purse.of(unit)

    with open_transaction(lambda: late.grant(7)) as commit:
        early.grant(100)
        take_ticks()
        before = rolled_up()
        commit()
    take_all()

    assert before == {}
    assert rolled_up() == {GRANTED: 107}
    assert Tick.objects.order_by("-no").first().total == Movement.objects.count() == 2


def test_it_takes_what_lies_below_a_transaction_that_is_still_open(unit):
    before, during, after = Purse.of(unit), Purse.of(unit), Purse.of(unit)
    before.grant(1)
    settle()

    with open_transaction(lambda: during.grant(20)):
        after.grant(300)
        take_ticks()
        taken = rolled_up()
        left = {row[8] for row in rows("SELECT * FROM ledger_untaken()")}

    assert taken == {GRANTED: 1}
    assert left == {300}


def test_a_rolled_back_transaction_leaves_nothing_and_stops_nothing(unit):
    purse = Purse.of(unit)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        purse.grant(5)
        1 / 0  # noqa: B018
    purse.grant(6)

    take_all()

    assert rolled_up() == {GRANTED: 6}


def test_ticks_are_bounded_and_their_ranges_touch(unit):
    purse = Purse.of(unit)
    for _ in range(10):
        purse.grant(1)

    made = take_all(most_movements=3)

    found = ranges()
    assert made == 4
    assert [row[3] for row in found] == [0, 3, 3, 3, 1]
    assert [row[4] for row in found] == [0, 3, 6, 9, 10]
    assert [row[1] for row in found[1:]] == [row[2] for row in found[:-1]]


def test_a_transaction_is_never_divided(unit):
    purse = Purse.of(unit)
    with transaction.atomic():
        for _ in range(10):
            purse.grant(1)
    purse.grant(1)

    take_all(most_movements=3)

    assert [row[3] for row in ranges()] == [0, 10, 1]


def test_it_stops_after_so_many_ticks_and_goes_on_at_the_next_call(unit):
    purse = Purse.of(unit)
    for _ in range(5):
        purse.grant(1)

    assert take_all(most_ticks=2, most_movements=1) == 2
    assert take_ticks(most_movements=1) == 3
    assert rolled_up() == {GRANTED: 5}


def test_only_one_ticks_at_a_time(unit):
    Purse.of(unit).grant(5)
    settle()

    def hold():
        rows("SELECT pg_advisory_xact_lock(hashtext('ledger ticks'))")

    with open_transaction(hold):
        assert take_ticks() == 0
        assert rolled_up() == {}
    assert take_ticks() == 1


def test_a_killed_tick_is_done_again_whole(unit):
    Purse.of(unit).grant(50)
    settle()
    place = connection.settings_dict
    with (
        pytest.raises(psycopg.errors.AdminShutdown),
        psycopg.connect(host=place["HOST"], dbname=place["NAME"], user=place["USER"]) as doomed,
    ):
        doomed.execute("SELECT ledger_tick(10)")
        rows("SELECT pg_terminate_backend(%s, 5000)", doomed.info.backend_pid)

    assert rolled_up() == {}
    assert take_ticks() == 1
    assert rolled_up() == {GRANTED: 50}


def test_tickers_and_buyers_at_once_lose_and_double_nothing(unit):
    purses = [Purse.of(unit) for _ in range(6)]
    ended = threading.Event()

    def buy(purse):
        for number in range(25):
            with transaction.atomic():
                purse.grant(3)
                if number % 3 == 0:
                    purse.redeem(2)

    def tick():
        while not ended.is_set():
            take_ticks(most_movements=7)

    with at_once(tick, tick) as tickers:
        with at_once(*(lambda purse=purse: buy(purse) for purse in purses)) as buyers:
            pass
        ended.set()
    take_all()

    assert (buyers, tickers) == ([], [])
    assert rolled_up() == {GRANTED: 6 * 25 * 3, REDEEMED: 6 * 9 * 2}
    assert sum(row[3] for row in ranges()) == Movement.objects.count() == 6 * 34
    assert verify_rollups() == []


def test_a_server_that_counts_from_a_lower_number_is_refused(unit):
    Purse.of(unit).grant(5)
    take_all()
    rows("INSERT INTO ledger_tick (no, lo_xid, hi_xid, movements, total) SELECT 2, hi_xid, '999999999', 1, 2 FROM ledger_tick WHERE no = 1")

    with pytest.raises(LedgerCopied):
        take_ticks()

    assert queries.lag().is_copy


@pytest.mark.parametrize(
    "row",
    [
        "no + 1, (hi_xid::text::bigint + 1)::text::xid8, (hi_xid::text::bigint + 5)::text::xid8, 1, total + 1",
        "no + 1, (hi_xid::text::bigint - 1)::text::xid8, (hi_xid::text::bigint + 5)::text::xid8, 1, total + 1",
        "no + 2, hi_xid, (hi_xid::text::bigint + 5)::text::xid8, 1, total + 1",
        "no + 1, hi_xid, hi_xid, 1, total + 1",
        "no + 1, hi_xid, (hi_xid::text::bigint + 5)::text::xid8, 1, total + 2",
        "no + 1, hi_xid, (hi_xid::text::bigint + 5)::text::xid8, 0, total",
    ],
    ids=["gap", "overlap", "number left out", "no range", "wrong total", "nothing taken"],
)
def test_the_database_refuses_a_tick_that_does_not_follow(unit, row):
    Purse.of(unit).grant(5)
    take_all()

    with pytest.raises(DatabaseError, match="tick_"), transaction.atomic():
        rows(f"INSERT INTO ledger_tick (no, lo_xid, hi_xid, movements, total) SELECT {row} FROM ledger_tick WHERE no = 1")


def test_ticks_are_never_edited(unit):
    for statement in ("UPDATE ledger_tick SET movements = 5", "DELETE FROM ledger_tick", "TRUNCATE ledger_tick CASCADE"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows(statement)


def lag_held_by(state):
    """The lag once a transaction in that state holds the horizon: other tests' transactions on the same server end by themselves."""
    until = time.monotonic() + 60
    while True:
        found = queries.lag()
        if (found.holder and found.holder.state == state) or time.monotonic() > until:
            return found


def test_lag_says_how_long_the_oldest_waits_and_who_holds_the_horizon(unit):
    first, second = Purse.of(unit), Purse.of(unit)
    take_all()

    with open_transaction(lambda: first.grant(5)):
        second.grant(6)
        take_ticks()
        behind = lag_held_by("idle in transaction")
    take_all()
    caught_up = queries.lag()

    waiting = Movement.objects.get(points_account=second.account)
    assert (behind.waiting, behind.waiting_since) == (1, waiting.recorded_at)
    assert behind.holder is not None
    assert behind.holder.began_at < waiting.recorded_at
    assert (caught_up.waiting, caught_up.waiting_since, caught_up.is_copy) == (0, None, False)
