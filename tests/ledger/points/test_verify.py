"""`verify` finds what somebody with all rights has changed behind the functions' backs."""

import pytest
from django.db import connection

from ledger.points import queries
from tests.ledger.points.stage import Purse


@pytest.fixture
def tamper(purse):
    """Change rows as the owner who has switched triggers and foreign keys off; the test's transaction takes it all back."""
    purse.grant(100)
    purse.grant(50)
    purse.redeem(120)
    purse.hold(10)

    def run(sql):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql)
            assert cursor.rowcount == 1
            cursor.execute("SET LOCAL session_replication_role = origin")

    return run


FIRST = "(SELECT id FROM ledger_movement ORDER BY seq LIMIT 1)"
LAST = "(SELECT id FROM ledger_movement ORDER BY seq DESC LIMIT 1)"
LAST_LOT = "(SELECT id FROM ledger_lot ORDER BY id DESC LIMIT 1)"


def found(purse):
    return {(difference.differs, difference.expected, difference.found) for difference in queries.verify()}


def test_an_untouched_ledger_has_no_differences(purse, tamper):
    assert queries.verify() == []


@pytest.mark.parametrize(
    ("change", "differences"),
    [
        ("UPDATE ledger_balance SET available = 21", {("balance available", 20, 21), ("lots available", 20, 21)}),
        ("UPDATE ledger_balance SET pending = 1", {("balance pending", 0, 1), ("lots pending", 0, 1)}),
        ("UPDATE ledger_balance SET held = 9", {("balance held", 10, 9), ("lots held", 10, 9)}),
        ("UPDATE ledger_balance SET arrears = 5", {("balance arrears", 0, 5)}),
        ("UPDATE ledger_balance SET seq = 5", {("sequence", 4, 5)}),
        (f"UPDATE ledger_lot SET remaining = 19 WHERE id = {LAST_LOT}", {("lot remaining", 20, 19), ("lots available", 19, 20)}),
        (f"UPDATE ledger_lot SET held = 9 WHERE id = {LAST_LOT}", {("lot held", 10, 9), ("lots held", 9, 10)}),
        (f"UPDATE ledger_lot SET granted = 60 WHERE id = {LAST_LOT}", {("lot granted", 50, 60)}),
        (f"UPDATE ledger_lot SET reversed = 3 WHERE id = {LAST_LOT}", {("lot reversed", 0, 3)}),
        (f"UPDATE ledger_lot SET is_pending = true WHERE id = {LAST_LOT}", {("lots available", 0, 20), ("lots pending", 20, 0)}),
        (f"UPDATE ledger_lot SET portfolio = 2 WHERE id = {LAST_LOT}", {("pool of a lot move", 1, 0)}),
        (f"UPDATE ledger_lot SET grant_month = '2020-01-01' WHERE id = {LAST_LOT}", {("pool of a lot move", 1, 0)}),
        ("DELETE FROM ledger_lot WHERE remaining = 0", {("lot move without its lot", 1, 0)}),
        (f"UPDATE ledger_movement SET available_after = 99 WHERE id = {FIRST}", {("available after", 100, 99)}),
        (f"UPDATE ledger_movement SET arrears_after = 1 WHERE id = {FIRST}", {("arrears after", 0, 1)}),
        (f"UPDATE ledger_movement SET held_after = 11 WHERE id = {LAST}", {("held after", 10, 11)}),
        (f"UPDATE ledger_movement SET pending_after = 1 WHERE id = {LAST}", {("pending after", 0, 1)}),
        (f"UPDATE ledger_movement SET seq = 7 WHERE id = {LAST}", {("place in sequence", 4, 7)}),
        (f"DELETE FROM ledger_act WHERE id = {FIRST}", {("movement without its act", 1, 0)}),
        (
            f"UPDATE ledger_lotmove SET from_state = to_state WHERE movement_id = {FIRST}",
            {("lot move with one side", 2, 1), ("lot granted", 0, 100), ("lot remaining", -100, 0)},
        ),
        (
            f"UPDATE ledger_lotmove SET to_state = 9 WHERE movement_id = {FIRST}",
            {("lot move out of bounds", 0, 100), ("lot remaining", -100, 0)},
        ),
        (
            f"UPDATE ledger_lotmove SET units = 0 WHERE movement_id = {FIRST}",
            {("lot move out of bounds", 0, 0), ("lot granted", 0, 100), ("lot remaining", -100, 0)},
        ),
        (f"UPDATE ledger_movement SET debit = 3 WHERE id = {FIRST}", set()),  # between programme-side states: seals will find it
    ],
)
def test_one_edited_row_is_found(purse, tamper, change, differences):
    tamper(change)

    assert found(purse) == differences


def test_a_changed_amount_is_found_with_all_that_follows(purse, tamper):
    tamper(f"UPDATE ledger_movement SET amount = 11 WHERE id = {LAST}")

    assert found(purse) == {
        *{("balance available", 19, 20), ("balance held", 11, 10)},
        *{("available after", 19, 20), ("held after", 11, 10)},
    }


def test_a_deleted_movement_is_found(purse, tamper):
    tamper(f"DELETE FROM ledger_movement WHERE id = {LAST}")

    assert found(purse) == {
        *{("sequence", 3, 4), ("balance available", 30, 20), ("balance held", 0, 10), ("lot move without its movement", 1, 0)},
    }


def test_a_deleted_grant_is_found_by_its_lot(purse, tamper):
    tamper(f"DELETE FROM ledger_movement WHERE id = {FIRST}")

    assert ("lot without its movement", 1, 0) in found(purse)
    assert ("sequence", 3, 4) in found(purse)
    assert ("place in sequence", 1, 2) in found(purse)


def test_a_changed_lot_move_is_found(purse, tamper):
    tamper("UPDATE ledger_lotmove SET units = 9 WHERE to_state = 12")

    assert found(purse) == {("lot remaining", 21, 20), ("lot held", 9, 10)}


def test_a_deleted_lot_move_is_found(purse, tamper):
    tamper("DELETE FROM ledger_lotmove WHERE to_state = 12")

    assert found(purse) == {("lot remaining", 30, 20), ("lot held", 0, 10)}


def test_a_lot_that_gave_back_more_than_was_taken_is_found(purse, tamper):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_lotmove SET from_state = 2, to_state = 10 WHERE to_state = 2")

    assert ("lot redeemed below zero", 0, -100) in found(purse)


def test_it_looks_at_one_programme_when_asked(purse, tamper):
    other = Purse.of()
    tamper("UPDATE ledger_balance SET available = 21 WHERE seq = 4")

    assert queries.verify(programme=other.unit.programme) == []
    assert [d.points_account for d in queries.verify(programme=purse.unit.programme)] == [purse.account] * 2


def test_a_movement_of_a_vanished_balance_is_found(purse, tamper):
    tamper("DELETE FROM ledger_balance")

    assert found(purse) == {("movement without a balance", 0, 4)}
