"""Transactions that end when the test says so, and the sums as plain rows."""

import contextlib
import threading
import time

from django.db import connection, transaction

from ledger.ticks.services import take_ticks


@contextlib.contextmanager
def open_transaction(act):
    """Do `act` on another connection and leave its transaction open; yields a function that commits it. Else it commits at the end."""
    done, may_end = threading.Event(), threading.Event()
    faults = []

    def work():
        try:
            with transaction.atomic():
                act()
                done.set()
                may_end.wait(60)
        except BaseException as fault:  # noqa: BLE001  # raised again below
            faults.append(fault)
        finally:
            done.set()
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    done.wait(60)

    def commit():
        may_end.set()
        worker.join(60)
        assert faults == []

    try:
        yield commit
    finally:
        commit()


@contextlib.contextmanager
def at_once(*works):
    """Run each on a thread and connection of its own, and wait for all at the end; yields the list that their faults come into."""
    faults = []

    def run(work):
        try:
            work()
        except BaseException as fault:  # noqa: BLE001  # shown by the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    yield faults
    for thread in threads:
        thread.join(120)


def settle():
    """Wait until all that was begun so far has ended: the horizon is one for the whole server, other test runs included."""
    [[mine]] = rows("SELECT pg_current_xact_id()::text::bigint")
    deadline = time.monotonic() + 60
    while rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")[0][0] <= mine:
        assert time.monotonic() < deadline, "somebody keeps a transaction open"
        time.sleep(0.02)


def rows(sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall() if cursor.description else []


def rolled_up():
    """Units by sides in the sums alone."""
    found = rows("SELECT from_state, to_state, sum(units) FROM ledger_rollup GROUP BY 1, 2")
    return {(source, target): int(units) for source, target, units in found}


def ranges():
    return rows("SELECT no, lo_xid::text::bigint, hi_xid::text::bigint, movements, total FROM ledger_tick ORDER BY no")


def take_all(**how):
    """Take in all that is committed."""
    settle()
    return take_ticks(**{"most_ticks": 1_000} | how)
