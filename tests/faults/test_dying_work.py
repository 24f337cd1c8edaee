"""Background work is killed at every point, or at some of them in the short form, and run again: all is as if it had never been killed."""

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from accounts.members.domain import Enrolment
from accounts.members.services import enrol_member
from ledger.points.domain import Grant, Reason, Source
from ledger.points.services import grant
from loyalty.postgres.cluster import OWNER
from rewards.redemptions.services import hold_tender
from tests.faults.conftest import MINUTES
from tests.faults.dying import AT, CHUNK, WORKS
from tests.faults.processes import until
from tests.faults.server import ROOT, Server, private_server
from tests.reporting.closing import january

SAMPLE = 1_000_000 if MINUTES else 5
MEMBERS = 2 * CHUNK + 1
SAID = {
    "wallets": "SELECT points_account_id, unit_id, available, pending, held, arrears, seq FROM ledger_balance",
    "lots": "SELECT id, remaining, held, reversed, is_pending FROM ledger_lot",
    "movements": "SELECT points_account_id, unit_id, seq, kind, amount, reason, business_on, available_after FROM ledger_movement",
    "sums": "SELECT unit_id, business_on, grant_month, source_kind, from_state, to_state, reason, sum(units), sum(moves) FROM ledger_moved GROUP BY 1, 2, 3, 4, 5, 6, 7",
    "ticks": "SELECT max(total), max(no) > 0 FROM ledger_tick",
    "leaves": "SELECT index, movement_id, count(*) OVER (PARTITION BY movement_id) FROM ledger_sealleaf",
    "checkpoints": "SELECT size, root, (SELECT count(*) FROM ledger_sealpublication p WHERE p.checkpoint_id = c.id) FROM ledger_sealcheckpoint c WHERE size = (SELECT max(size) FROM ledger_sealcheckpoint m WHERE m.log_id = c.log_id)",
    "outbox": "SELECT id, delivered_at IS NOT NULL FROM accounts_outboxevent",
    "redemptions": "SELECT id, state FROM rewards_redemption",
    "journals": "SELECT j.event_type, j.entry_on, a.code, sum(l.debit_minor), sum(l.credit_minor) FROM ledger_journal j JOIN ledger_journalline l ON l.journal_id = j.id JOIN ledger_bookaccount a ON a.id = l.book_account_id GROUP BY 1, 2, 3",
    "allocations": "SELECT p.unit_id, p.grant_month, p.source_kind, a.business_on, sum(granted), sum(redeemed), sum(expired), sum(deferred) FROM ledger_allocation a JOIN ledger_pool p ON p.id = a.pool_id GROUP BY 1, 2, 3, 4",
    "periods": "SELECT id, state FROM ledger_period",
    "closes": "SELECT r.state, r.step, c.code, c.subject, c.passed, c.figures::text FROM reporting_closerun r JOIN reporting_closecheck c ON c.run_id = r.id",
}


class Stage:
    """A server with a database full of work to do, and the process whose children die."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.copies = 0
        command = [sys.executable, "-m", "tests.faults.dying"]
        self._mother = subprocess.Popen(
            command, cwd=ROOT, env=server.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def end(self) -> None:
        self._mother.communicate(timeout=30)

    def copy(self) -> str:
        """Return the name of a new database that has everything still to do."""
        self.copies += 1
        name = f"copy_{self.copies}"
        with psycopg.connect(host=str(self.server.places.sockets), user=OWNER, dbname="postgres", autocommit=True) as administrator:
            administrator.execute(f'CREATE DATABASE "{name}" TEMPLATE pointbook')
        return name

    def run(self, work: str, database: str, dies_at: int | None = None, *, first: bool = True) -> int | None:
        """Return how many points the work had, None if it died; nobody is connected to the database afterwards."""
        order = {"work": work, "database": database, "dies_at": dies_at, "first": first}
        self._mother.stdin.write(json.dumps(order) + "\n")
        self._mother.stdin.flush()
        points = json.loads(self._mother.stdout.readline())
        with psycopg.connect(host=str(self.server.places.sockets), user=OWNER, dbname="postgres", autocommit=True) as administrator:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            until(lambda: administrator.execute(asked, [database]).fetchone() == (0,), "the server lets go of the dead session")
        return points

    def said(self, database: str) -> dict[str, Counter]:
        """Return what the database says, whatever ids and moments it gave."""
        with psycopg.connect(host=str(self.server.places.sockets), user=OWNER, dbname=database) as session:
            return {name: Counter(map(str, session.execute(statement))) for name, statement in SAID.items()}

    def letters(self, database: str) -> Counter:
        """Return how many e-mails went to whom."""
        folder = self.server.folder / "var" / database
        return Counter(line for file in folder.glob("*") for line in file.read_text().splitlines() if line.startswith("To: "))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with private_server(fsync="off") as server:  # it is not the server that dies here, and there are many copies to make
        made = Stage(server)
        yield made
        made.end()


@pytest.fixture(scope="module")
def work_to_do(stage: Stage, django_db_blocker) -> Stage:
    """Points that are due, points that wait, holds and events whose time has come, and a month to close."""
    with django_db_blocker.unblock(), stage.server.looked_at():
        month = january()
        begun = AT - dt.timedelta(days=10)
        for number in range(MEMBERS):
            facts = Enrolment(email=f"m{number}@example.org", given_name="Ada", family_name=f"M{number}")
            member = enrol_member(programme=month.shop.programme, enrolment=facts, at=begun)
            for key, expires_on, matures_on in (
                ("due", AT.date() - dt.timedelta(days=5), None),
                ("pending", None, AT.date() - dt.timedelta(days=5)),
                ("good", AT.date() + dt.timedelta(days=200), None),
            ):
                facts = Grant(
                    points_account=member.points_account_id, unit=month.unit.pk, source=Source.CAMPAIGN, key=f"{key}-{number}", units=500,
                    reason=Reason.GOODWILL, occurred_at=begun, business_on=begun.date(), expires_on=expires_on, matures_on=matures_on,
                )  # fmt: skip
                grant(grant=facts)
            hold_tender(member=member, amount_minor=100, source="till", at=begun)
    return stage


def sample(points: int) -> list[int]:
    """Some points, among them the last: what was committed and not yet told."""
    chosen = min(points, SAMPLE)
    return [points - 1 - number * points // chosen for number in range(chosen)]


@pytest.mark.parametrize("work", WORKS)
def test_work_that_died_anywhere_is_finished_by_the_next_run(work_to_do, work):
    stage = work_to_do
    whole = stage.copy()
    before = stage.said(whole)
    points = stage.run(work, whole)
    stage.run(work, whole, first=False)
    expected = stage.said(whole)

    for dies_at in sample(points):
        database = stage.copy()
        died = stage.run(work, database, dies_at)
        stage.run(work, database, first=False)

        assert died is None, dies_at
        assert stage.said(database) == expected, dies_at
        told, wanted = stage.letters(database), stage.letters(whole)
        assert told.keys() == wanted.keys()
        assert sum((told - wanted).values()) <= 1, "at most the letter at hand is sent twice"
    assert expected != before
    assert points > 2 * CHUNK
