"""A restore to a point in time, and a dump restored into a younger server: equal books, and ticks and seals go on rightly."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.points.models import Movement
from ledger.points.queries import verify
from ledger.ticks.queries import lag
from ledger.ticks.services import LedgerCopied, take_ticks
from loyalty.postgres.cluster import DATABASE, OWNER
from loyalty.postgres.preparation import REPORTER
from rewards.purchases.models import Purchase
from tests.faults.processes import Web, running, until
from tests.faults.server import ROOT, Server, private_folder, private_server
from tests.faults.tills import purchase, send
from tests.faults.truth import assert_well, count


@pytest.fixture
def folder() -> Iterator[Path]:
    with private_folder() as made:
        (made / "archive").mkdir()
        (made / "archive").chmod(0o777)  # the server's user writes here
        yield made


def buy(server: Server, name: str, times: int = 10) -> None:
    with running(web := Web(server)):
        for number in range(times):
            assert send(web.port, server.scene, purchase(server.scene.members[number], f"{name}{number}")).status == 201


def trial_balance() -> list[tuple]:
    """What the members hold and how the points moved, to be compared with a copy's."""
    balances = count("SELECT sum(available), sum(pending), sum(held), sum(arrears), sum(seq), count(*) FROM ledger_balance")
    moved = count("SELECT count(*), sum(amount), md5(string_agg(id::text || amount, '' ORDER BY id)) FROM ledger_movement")
    sums = count("SELECT sum(units), sum(moves) FROM ledger_moved")
    return [balances, moved, sums]


def count_on(server: Server, transactions: int) -> None:
    with psycopg.connect(host=str(server.places.sockets), user=OWNER, dbname=DATABASE, autocommit=True) as administrator:
        for _number in range(transactions):
            administrator.execute("SELECT pg_current_xact_id()")


def execute(server: Server, statement: str) -> None:
    with psycopg.connect(host=str(server.places.sockets), user=OWNER, dbname=DATABASE, autocommit=True) as administrator:
        administrator.execute(statement)


def manage(server: Server, command: str) -> None:
    """Run one of the product's commands as an operator does; a bad end fails the test."""
    environment = server.environment() | {"POINTBOOK_ROLE": "owner"}
    subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=environment, check=True, capture_output=True)


def ask(server: Server, statement: str) -> tuple:
    with psycopg.connect(host=str(server.places.sockets), user=OWNER, dbname=DATABASE, autocommit=True) as administrator:
        return administrator.execute(statement).fetchone()


def test_a_restore_to_a_point_in_time_has_equal_books_and_goes_on(folder):
    archive = folder / "archive"
    into_archive = f"test ! -f {archive}/%f && cp %p {archive}/%f"
    with private_server(archive_mode="on", archive_command=into_archive) as server:
        with server.looked_at():
            take_ticks()
        buy(server, "before backup")
        server._run(
            "pg_basebackup", f"--pgdata={archive}/base", "--checkpoint=fast", f"--host={server.places.sockets}", f"--username={OWNER}"
        )
        buy(server, "after backup")
        with server.looked_at():
            assert_well()
            books = trial_balance()
        ask(server, "SELECT pg_create_restore_point('before the mistake')")
        buy(server, "mistake")
        (needed,) = ask(server, "SELECT pg_walfile_name(pg_switch_wal())")
        until((archive / needed).exists, "the last log file is archived")
        server.kill()

        copy = Server(
            folder / "copy",
            server.scene,
            restore_command=f"cp {archive}/%f %p",
            recovery_target_name="before the mistake",
            recovery_target_action="promote",
        )
        copy.places.make()
        shutil.move(archive / "base", copy.places.data)
        (copy.places.data / "recovery.signal").touch()
        copy.start()
        try:
            until(lambda: ask(copy, "SELECT NOT pg_is_in_recovery()") == (True,), "the copy is promoted")
            with copy.looked_at():
                assert trial_balance() == books
                assert not Purchase.objects.filter(external_id__startswith="mistake").exists()
                assert lag().is_copy is False
            buy(copy, "afterwards")
            with copy.looked_at():
                assert_well()
                assert Purchase.objects.count() == 30
        finally:
            copy.throw_away()


def test_a_dump_in_a_younger_server_is_noticed_and_goes_on_once_its_counter_is_advanced(folder):
    with private_server() as server:
        count_on(server, 6_000)  # an older server: it has counted further than a new one
        buy(server, "old")
        with server.looked_at():
            assert_well()
            books, reached = trial_balance(), count("SELECT max(hi_xid::text::bigint) FROM ledger_tick")[0]
        dump = folder / "archive" / "dump"
        server._run("pg_dump", "--format=custom", f"--file={dump}", f"--host={server.places.sockets}", f"--username={OWNER}", DATABASE)

        young = Server(folder / "young", server.scene)
        young.start()
        try:
            execute(young, f"CREATE ROLE {REPORTER} LOGIN")  # a dump holds no roles; this server made the others itself
            young._run(
                "pg_restore", "--exit-on-error", f"--host={young.places.sockets}", f"--username={OWNER}", f"--dbname={DATABASE}", str(dump)
            )
            with young.looked_at():
                assert lag().is_copy
                with pytest.raises(LedgerCopied):
                    take_ticks()
                assert trial_balance() == books

            manage(young, "prepare_database")
            young.stop()
            young._run("pg_resetwal", f"--epoch={reached // 2**32 + 1}", f"--pgdata={young.places.data}")
            young.start()

            with young.looked_at():
                assert (lag().is_copy, verify(), trial_balance()) == (False, [], books)
            manage(young, "verify_ledger")
            manage(young, "verify_rollups")
            buy(young, "new")
            with young.looked_at():
                assert_well()
                assert Movement.objects.count() == lag().total
        finally:
            young.throw_away()
