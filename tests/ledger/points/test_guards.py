"""What the database itself refuses, whoever asks."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ledger.points.models import Balance, Lot, Movement
from loyalty.kit.ids import child_id, uuid7
from tests.ledger.factories import DAY

POSTED = ("ledger_act", "ledger_movement", "ledger_lotmove")
KEPT = ("ledger_pointsaccount", "ledger_balance", "ledger_lot")


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def partitions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent::regclass::text = ANY (%s) ORDER BY 1", [list(POSTED)]
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("statement", ["UPDATE {} SET points_account_id = points_account_id", "DELETE FROM {}"])
def test_what_is_posted_is_neither_edited_nor_deleted(purse, statement):
    purse.grant(100)
    filled = [name for name in (*POSTED, *partitions()) if run(f"SELECT 1 FROM {name} LIMIT 1")]
    assert len(filled) == len(POSTED) + 2

    for table in filled:
        with pytest.raises(DatabaseError, match="append-only"):
            run(statement.format(table))

    assert purse.is_sound


def test_wallets_balances_and_lots_never_go_away(purse):
    purse.grant(100)

    for table in KEPT:
        with pytest.raises(DatabaseError, match="append-only"):
            run(f"DELETE FROM {table}")


def test_no_table_or_partition_can_be_emptied(purse):
    assert len(partitions()) == 10

    for table in (*POSTED, *KEPT, *partitions()):
        with pytest.raises(DatabaseError, match="append-only"):
            run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("ledger_balance", {"available": -1}),
        ("ledger_balance", {"pending": -1}),
        ("ledger_balance", {"held": -1}),
        ("ledger_balance", {"arrears": -1}),
        ("ledger_balance", {"available": 10**12 + 1}),
        ("ledger_lot", {"remaining": -1}),
        ("ledger_lot", {"held": -1}),
        ("ledger_lot", {"remaining": 101}),
        ("ledger_lot", {"held": 1}),
        ("ledger_lot", {"reversed": 1}),
        ("ledger_lot", {"granted": 0}),
        ("ledger_lot", {"grant_month": DAY}),
    ],
)
def test_a_row_stays_in_its_bounds(purse, table, changes):
    purse.grant(100)
    [(column, value)] = changes.items()

    with pytest.raises(IntegrityError):
        run(f"UPDATE {table} SET {column} = %s", value)


@pytest.mark.parametrize(
    ("model", "changes", "rule"),
    [
        (Movement, {"amount": 0}, "amount_is_positive"),
        (Movement, {"amount": -5}, "amount_is_positive"),
        (Movement, {"debit": 7}, "state_is_known"),
        (Lot, {"grant_month": DAY}, "month_is_its_first_day"),
    ],
)
def test_a_wrong_row_is_refused(purse, model, changes, rule):
    purse.grant(100)
    row = model.objects.get()
    row.pk = uuid7()
    for field, value in changes.items():
        setattr(row, field, value)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        row.save(force_insert=True)
        connection.check_constraints()


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_is_neither_empty_nor_endless(purse, key):
    with pytest.raises(IntegrityError, match="key_is_short"):
        purse.grant(100, key=key or "")


def test_an_act_happens_once_whatever_the_functions_do(purse):
    purse.grant(100, key="once")

    with pytest.raises(IntegrityError, match="act_happens_once"):
        run(
            "INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)"
            " SELECT gen_random_uuid(), points_account_id, source, key, '' FROM ledger_act"
        )


def test_every_row_goes_to_the_partition_of_its_month(purse):
    purse.grant(100)

    [(home,)] = run("SELECT tableoid::regclass::text FROM ledger_movement")

    assert home == f"ledger_movement_{dt.datetime.now(dt.UTC):%Y%m}"


def test_partitions_are_made_ahead_and_guarded_like_the_others(purse):
    assert run("SELECT ledger_plan_partitions('2031-11-20', 2)") == [(4,)]
    assert run("SELECT ledger_plan_partitions('2031-11-20', 2)") == [(0,)]

    assert {"ledger_movement_203111", "ledger_lotmove_203112"} <= set(partitions())
    with pytest.raises(DatabaseError, match="append-only"):
        run("TRUNCATE ledger_movement_203111 CASCADE")


def test_a_month_that_already_has_unplanned_rows_keeps_them(purse):
    purse.grant(100)
    row = Movement.objects.get()
    row.pk = uuid.UUID("01c8e2a0-0000-7000-8000-000000000000")
    row.save(force_insert=True)
    assert run("SELECT tableoid::regclass::text FROM ledger_movement WHERE id = %s", row.pk) == [("ledger_movement_unplanned",)]
    [(month,)] = run("SELECT to_timestamp(x'01c8e2a00000'::bigint / 1000.0)::date")

    assert run("SELECT ledger_plan_partitions(%s, 1)", month) == [(1,)]


def test_ids_number_children_and_siblings(db):
    parent = uuid7()

    [(child, sibling, second)] = run(
        "SELECT ledger_child_id(%s, 300), ledger_sibling_id(%s, 1), ledger_sibling_id(%s, 70000)", *[parent] * 3
    )

    assert child == child_id(parent, 300)
    assert parent < child < child_id(parent, 65_535) < sibling < second
    assert str(sibling)[:24] == str(parent)[:24]


def test_the_database_makes_ids_of_the_same_kind(db):
    before = uuid7()
    [(made,)] = run("SELECT ledger_new_id()")

    assert (made.version, made.variant, made.int & 0xFFFF) == (7, uuid.RFC_4122, 0)
    assert abs((made.int >> 80) - (before.int >> 80)) < 60_000


def test_ids_sort_in_the_order_of_their_statements(db):
    made = [run("SELECT ledger_new_id()")[0][0] for _ in range(200)]

    assert made == sorted(made)
    assert len({before.int >> 64 for before in made}) == len(made)


def test_a_balance_is_locked_and_counted_by_its_own_row(purse):
    purse.grant(100)
    purse.redeem(10)

    assert (Balance.objects.get().seq, Lot.objects.get().remaining) == (2, 90)
