"""Sealer and reporter can do their work and nothing else, the application cannot do theirs, and every role is cut off when it lingers."""

import datetime as dt
import os

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ledger.points.models import PointsAccount, PointUnit
from ledger.seals import services, tasks
from ledger.seals.receipts import issue_receipt
from ledger.ticks.services import rebuild_rollups, take_ticks
from ledger.ticks.tasks import take_ticks as take_ticks_task
from loyalty.kit.roles import DatabaseRole, working_as
from loyalty.postgres import preparation
from tests.ledger.factories import PointUnitFactory
from tests.ledger.points.stage import Purse
from tests.ledger.ticks.stage import rows, settle

SEALER, REPORTER, APPLICATION = (f"{name}_for_test_{os.getpid()}" for name in ("sealer", "reporter", "application"))
AT = dt.datetime(2026, 1, 11, tzinfo=dt.UTC)


@pytest.fixture
def roles(committed_db):
    rows(f"CREATE ROLE {APPLICATION} LOGIN")
    Purse.of(PointUnitFactory.create()).grant(5)
    settle()
    for _ in "twice":
        preparation.set_up_roles(application=APPLICATION, sealer=SEALER, reporter=REPORTER)
        preparation.limit(APPLICATION, sealer=SEALER)
    yield
    for role in (SEALER, REPORTER, APPLICATION):
        rows(f"DROP OWNED BY {role}")
        rows(f"DROP ROLE {role}")


def as_role(role):
    place = connection.settings_dict
    return psycopg.connect(host=place["HOST"], dbname=place["NAME"], user=role, autocommit=True)


def refused(session, sql):
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
        session.execute(sql)
    return True


@pytest.mark.usefixtures("roles")
def test_the_reporter_reads_figures_and_changes_nothing():
    with as_role(REPORTER) as reporter:
        assert reporter.execute("SELECT sum(units)::int FROM ledger_moved").fetchone() == (5,)
        reporter.execute("SELECT count(*), min(joined_at) FROM accounts_member WHERE status = 'active'")
        reporter.execute("SET default_transaction_read_only = off")
        for sql in (
            "SELECT email FROM accounts_member",
            "SELECT password FROM accounts_user",
            "SELECT * FROM accounts_partnerkey",
            "SELECT * FROM accounts_outboxevent",
            "SELECT * FROM ledger_sealsecret",
            "SELECT code FROM rewards_redemption",
            "SELECT ledger_tick(10)",
            "DELETE FROM ledger_rollup",
            "UPDATE accounts_programme SET name = ''",
            "INSERT INTO ledger_tick VALUES (7)",
            "CREATE TABLE mine ()",
        ):
            assert refused(reporter, sql)


@pytest.mark.usefixtures("roles")
def test_the_reporter_is_read_only_from_the_start():
    with as_role(REPORTER) as reporter:
        assert reporter.execute("SHOW default_transaction_read_only").fetchone() == ("on",)


@pytest.fixture
def purse(roles, settings, tmp_path):
    """A wallet with one committed movement; the sealer has a login."""
    settings.ROLE_DATABASES = {DatabaseRole.SEALER: {"USER": SEALER}}
    settings.SEAL_FOLDER, settings.SEAL_MAIL = tmp_path, ["auditor@example.com"]
    return Purse(PointsAccount.objects.get().pk, PointUnit.objects.get())


@pytest.fixture
def as_application(roles):
    """What follows is done by the application's role, as in production."""
    owner = connection.settings_dict["USER"]
    connect_as(APPLICATION)
    yield
    connect_as(owner)


def connect_as(role):
    connection.close()
    connection.settings_dict["USER"] = role


@pytest.mark.usefixtures("as_application")
def test_the_tasks_tick_seal_and_publish_as_the_sealer_when_web_and_worker_are_the_application(purse, mailoutbox):
    done = [task() for task in (take_ticks_task, tasks.seal_movements, tasks.publish_checkpoints, tasks.mail_checkpoints)]

    assert done == [1, 1, 1, 1]

    assert connection.settings_dict["USER"] == APPLICATION
    assert rows("SELECT count(*) FROM ledger_sealleaf") == [(1,)]
    assert len(mailoutbox) == 1
    with working_as(DatabaseRole.SEALER):
        assert [step.finished for step in rebuild_rollups()] == [False, True]


@pytest.mark.usefixtures("as_application")
def test_the_application_itself_may_not_tick_or_seal(purse):
    programme = purse.unit.programme

    for act in (take_ticks, lambda: services.seal(programme=programme, at=AT), lambda: list(rebuild_rollups())):
        with pytest.raises(DatabaseError, match="permission denied"):
            act()
    with transaction.atomic():
        purse.grant(1)
        assert issue_receipt(programme=purse.unit.programme, at=AT) is not None
    services.forget_secret(points_account=purse.account, at=AT)
    for table in ("tick", "rollup", "seallog", "sealleaf", "sealnode", "sealcheckpoint", "sealpublication", "sealsecret"):
        for sql in (f"INSERT INTO ledger_{table} DEFAULT VALUES", f"DELETE FROM ledger_{table}", f"TRUNCATE ledger_{table} CASCADE"):
            with pytest.raises(DatabaseError, match="permission denied"):
                rows(sql)
    with pytest.raises(DatabaseError, match="permission denied"):
        rows("UPDATE ledger_seallog SET xid = 0")


@pytest.mark.usefixtures("roles")
def test_the_sealer_reads_no_movement_no_wallet_no_secret_and_no_person():
    with as_role(SEALER) as sealer:
        for sql in (
            "SELECT * FROM ledger_movement",
            "SELECT * FROM ledger_lotmove",
            "SELECT * FROM ledger_balance",
            "SELECT * FROM ledger_sealsecret",
            "SELECT * FROM accounts_member",
            "SELECT * FROM accounts_user",
            "INSERT INTO ledger_sealleaf VALUES (1, 0, gen_random_uuid(), gen_random_uuid(), sha256(''))",
            "UPDATE ledger_seallog SET origin = ''",
            "UPDATE ledger_tick SET no = 9",
            "DELETE FROM ledger_rollup",
            "DELETE FROM ledger_sealcheckpoint",
            "CREATE TABLE mine ()",
        ):
            assert refused(sealer, sql)


def test_without_a_login_for_the_sealer_the_application_does_its_work_and_no_more(purse, settings, request):
    settings.ROLE_DATABASES = {}
    preparation.limit(APPLICATION, sealer=APPLICATION)
    request.getfixturevalue("as_application")

    assert [take_ticks_task(), tasks.seal_movements()] == [1, 1]
    with as_role(APPLICATION) as application:
        assert refused(application, "DELETE FROM ledger_sealcheckpoint")
        assert refused(application, "INSERT INTO ledger_sealleaf VALUES (1, 0, gen_random_uuid(), gen_random_uuid(), sha256(''))")
        assert refused(application, "UPDATE ledger_movement SET amount = 1")


@pytest.mark.parametrize(
    ("role", "limits"),
    [(APPLICATION, ("1min", "30min", "10min")), (SEALER, ("10s", "5min", "1min")), (REPORTER, ("5s", "10min", "1min"))],
    ids=["application", "sealer", "reporter"],
)
@pytest.mark.usefixtures("roles")
def test_every_role_has_its_limits(role, limits):
    with as_role(role) as session:
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        assert tuple(session.execute(f"SHOW {name}").fetchone()[0] for name in names) == limits
