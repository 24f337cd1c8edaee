"""The application's database role can do everything that the application does, and nothing behind the functions' backs."""

import contextlib
import datetime as dt

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ledger.books.models import Book
from ledger.points import queries, rights, services
from ledger.points.models import Balance, PointUnit
from tests.ledger.factories import DAY, PointUnitFactory, WalletFactory, a_grant, a_taking, noon
from tests.ledger.points.stage import Purse

ROLE = "pointbook_for_a_test"


@pytest.fixture
def unit(db):
    unit = PointUnitFactory.create()
    run(f"CREATE ROLE {ROLE}")
    rights.apply_grants(role=ROLE, sealer="nobody")
    return unit


@contextlib.contextmanager
def as_application():
    run(f"SET ROLE {ROLE}")
    yield
    run("RESET ROLE")


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def refused(sql):
    with pytest.raises(DatabaseError, match=r"permission denied|must be (able to SET ROLE|owner)"), transaction.atomic():
        run(sql)
    return True


def test_it_does_every_act(unit):
    with as_application():
        purse = Purse(WalletFactory.create(unit=unit).id, unit)
        earned, waiting = purse.grant(100), purse.grant(10, matures_on=DAY + dt.timedelta(days=1))
        purse.activate(waiting)
        redemption = purse.redeem(30)
        purse.capture(purse.hold(5))
        purse.release(purse.hold(5))
        purse.restore(redemption, 10)
        purse.adjust(5)
        friend = Purse(WalletFactory.create(unit=unit).id, unit)
        friend.send_back(purse.send(friend, 5), purse, 5)
        purse.reverse(earned, 100)
        services.grant_many(grants=[a_grant(purse.account, unit.pk, 7, expires_on=DAY + dt.timedelta(days=1))])
        services.redeem_many(takings=[a_taking(purse.account, unit.pk, 1)])
        services.lock_wallets(points_accounts=[purse.account])
        services.expire_due(unit=unit.pk, through_on=DAY + dt.timedelta(days=1), at=noon(DAY))
        services.activate_due(unit=unit.pk, through_on=DAY, at=noon(DAY))

        assert purse.is_sound
        assert queries.holdings(points_account=purse.account, today=DAY)
        assert queries.holdings_as_of(points_account=purse.account, on=DAY)


def test_it_writes_what_the_application_writes_by_itself(unit):
    with as_application():
        services.open_balances(points_accounts=[WalletFactory.create(unit=unit).id], units=[unit])
        PointUnit.objects.update(arrears_limit=5)
        Book.objects.update(min_pool_size=7)
        run("INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('x', '', now())")
        run("DELETE FROM django_session")
        run("SELECT ledger_plan_partitions(CURRENT_DATE, 6)")


WRITES = {
    "INSERT": "INSERT INTO {} DEFAULT VALUES",
    "UPDATE": "UPDATE {} SET points_account_id = points_account_id",
    "DELETE": "DELETE FROM {}",
    "TRUNCATE": "TRUNCATE {} CASCADE",
}


def tables(pattern):
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relname ~ %s", [pattern])
        return [row[0] for row in cursor.fetchall()]


def test_it_writes_no_tick_and_no_sum(unit):
    columns = {"ledger_tick": "no", "ledger_rollup": "units", "ledger_rollupdraft": "units", "ledger_rollupbuild": "through_no"}
    assert set(tables("^ledger_(tick|rollup)")) == set(columns)

    with as_application():
        assert refused("SELECT ledger_tick(10)")
        assert refused("SELECT ledger_rebuild(10)")
        run("SELECT * FROM ledger_moved")
        for table, column in columns.items():
            assert all(refused(write.format(table).replace("points_account_id", column)) for write in WRITES.values())


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
def test_it_writes_no_row_of_the_bank(unit, statement):
    run("SELECT ledger_plan_partitions('2033-01-01', 1)")
    hot = tables("^ledger_(act|movement|lot|lotmove)(_|$)")
    assert len(hot) == 16

    with as_application():
        assert all(refused(statement.format(table)) for table in hot)


def test_it_opens_empty_balances_and_changes_none(unit):
    wallet = WalletFactory.create(unit=unit)

    with as_application():
        assert refused("UPDATE ledger_balance SET available = 1")
        assert refused("UPDATE ledger_balance SET seq = seq")
        assert refused("DELETE FROM ledger_balance")
        assert refused("TRUNCATE ledger_balance")
        assert refused(f"INSERT INTO ledger_balance (points_account_id, unit_id, available) VALUES ('{wallet.id}', {unit.pk}, 5)")
        assert refused("UPDATE ledger_pointsaccount SET programme = id")
        assert refused("DELETE FROM ledger_pointsaccount")

    assert Balance.objects.values_list("available", flat=True).get() == 0


def functions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, bool_or(has_function_privilege(%s, oid, 'EXECUTE')) FROM pg_proc WHERE proname LIKE 'ledger\\_%%' GROUP BY 1",
            [ROLE],
        )
        return dict(cursor.fetchall())


def test_it_calls_the_acts_but_not_their_parts(unit):
    allowed = {name for name, may in functions().items() if may}

    assert allowed == {
        *("ledger_grant", "ledger_take", "ledger_finish_hold", "ledger_activate", "ledger_restore", "ledger_reverse", "ledger_expire"),
        *("ledger_transfer", "ledger_transfer_back", "ledger_move_ends", "ledger_convert", "ledger_convert_due"),
        *("ledger_mature", "ledger_grant_many", "ledger_redeem_many", "ledger_lock_balances", "ledger_verify", "ledger_plan_partitions"),
        *("ledger_first_id", "ledger_new_id", "ledger_child_id", "ledger_sibling_id"),
        *("ledger_untaken", "ledger_horizon", "ledger_leaves_of_this_transaction"),
    }
    with as_application():
        assert refused("SELECT ledger_spendable(gen_random_uuid(), 1::smallint, CURRENT_DATE)")
        assert refused("SELECT ledger_make_append_only('django_session')")


def test_it_cannot_switch_guards_off(unit):
    with as_application():
        assert refused("ALTER TABLE ledger_movement DISABLE TRIGGER ALL")
        assert refused("SET session_replication_role = replica")
        assert refused("DROP TRIGGER refuse_change ON ledger_movement")
        assert refused("CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        assert refused("CREATE TABLE ledger_more (id int)")
        assert refused("DELETE FROM django_migrations")


def test_it_only_adds_to_tables_that_a_trigger_keeps(unit):
    """Whichever app such a table belongs to."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.oid::regclass::text, has_table_privilege(%s, c.oid, 'UPDATE'), has_table_privilege(%s, c.oid, 'DELETE'),
                   has_table_privilege(%s, c.oid, 'TRUNCATE'), has_any_column_privilege(%s, c.oid, 'UPDATE')
              FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE p.proname LIKE '%%refuse\\_change' AND t.tgqual IS NULL AND t.tgtype & 16 > 0 AND t.tgtype & 1 > 0""", [ROLE] * 4)  # fmt: skip
        kept = {name: may for name, *may in cursor.fetchall()}

    assert {"ledger_movement", "ledger_journal", "ledger_journalline", "accounts_consent"} <= set(kept)
    assert set(map(tuple, kept.values())) == {(False, False, False, False)}


def test_new_partitions_are_closed_at_once_whatever_the_default_privileges_are(unit):
    run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLE}")
    run("SELECT ledger_plan_partitions('2034-01-01', 1)")

    with as_application():
        run("SELECT * FROM ledger_movement_203401")
        assert all(refused(write.format("ledger_movement_203401")) for write in WRITES.values())


def test_the_command_may_run_again_and_for_roles_that_do_not_exist(unit, capsys):
    call_command("apply_grants", role=ROLE, sealer="nobody's role")
    call_command("apply_grants", role="nobody's role", sealer="nobody's role")

    assert capsys.readouterr().out == f"The rights of {ROLE} are set.\nThe rights of nobody's role are set.\n"


def test_the_owner_keeps_all_rights(unit, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [owner] = cursor.fetchone()

    rights.apply_grants(role=owner, sealer=owner)

    assert Purse.of(unit).grant(5).available == 5


@pytest.mark.parametrize(
    ("url", "role"), [("postgres://till%40shop@db.example/points", "till@shop"), ("postgres:///points", "pointbook"), ("", "pointbook")]
)
def test_the_role_is_read_from_the_applications_address(settings, url, role):
    settings.APPLICATION_DATABASE_URL = url

    assert rights.application_role() == role


def test_without_a_login_of_its_own_the_sealer_is_the_application(settings):
    settings.APPLICATION_DATABASE_URL, settings.SEALER_DATABASE_URL = "postgres://till@db.example/points", ""
    assert rights.sealer_role() == "till"

    settings.SEALER_DATABASE_URL = "postgres://seal@db.example/points"
    assert rights.sealer_role() == "seal"
