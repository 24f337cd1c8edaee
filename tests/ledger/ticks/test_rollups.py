"""The sums can be computed again at any time, in steps, beside the work; and a check finds what is wrong with them."""

import itertools

import pytest
from django.core.management import call_command

from ledger.ticks.services import rebuild_rollups, take_ticks
from ledger.ticks.verification import verify_rollups
from tests.ledger.factories import PointUnitFactory
from tests.ledger.points.stage import Purse
from tests.ledger.ticks.stage import rolled_up, rows, take_all


@pytest.fixture
def purse(committed_db):
    purse = Purse.of(PointUnitFactory.create())
    for number in range(1, 8):
        purse.grant(10 * number)
        purse.redeem(number)
    take_all(most_movements=2)
    return purse


def spoil():
    rows("UPDATE ledger_rollup SET units = units + 5 WHERE from_state = 1")
    rows("DELETE FROM ledger_rollup WHERE to_state = 2")


def test_the_check_finds_what_was_added_and_what_is_missing(purse):
    spoil()

    found = verify_rollups()

    assert sorted((d.from_state, d.to_state, d.expected, d.found, d.expected_moves, d.found_moves) for d in found) == [
        (1, 10, 280, 285, 7, 7),
        (10, 2, 28, 0, 7, 0),
    ]


def test_the_check_counts_what_is_not_taken_in_yet(purse):
    purse.grant(1)

    assert verify_rollups() == []


def post_in(month, units):
    """Another lot move of the first grant's, as if it had been posted in that month."""
    rows(
        """INSERT INTO ledger_lotmove SELECT ledger_first_id(%s::date), points_account_id, unit_id, lot_id, movement_id, from_state, to_state, %s,
                business_on, reason, grant_month, source_kind, portfolio FROM ledger_lotmove WHERE from_state = 1 ORDER BY id LIMIT 1""",
        month,
        units,
    )


def test_the_check_goes_month_by_month_and_tells(purse):
    post_in("2019-05-02", 3)
    post_in("9999-12-31", 4)
    rows("UPDATE ledger_rollup SET units = units + 7, moves = moves + 2 WHERE from_state = 1")
    told = []

    assert verify_rollups(tell=told.append) == []

    assert [(f"{one.month:%Y-%m}", one.lot_moves) for one in told if one.lot_moves == 1] == [("2019-05", 1), ("9999-12", 1)]
    assert sum(one.lot_moves for one in told) == 16


def test_the_check_tells_whole_sums_also_of_what_agreed_for_a_while(purse):
    post_in("9999-12-31", 4)

    assert [(d.expected, d.found, d.expected_moves, d.found_moves) for d in verify_rollups()] == [(284, 280, 8, 7)]


def test_the_check_finds_sums_of_a_month_without_lot_moves(purse):
    rows("UPDATE ledger_rollup SET business_on = business_on - 365 WHERE to_state = 2")

    assert sorted((d.business_on.year, d.expected, d.found) for d in verify_rollups()) == [(2025, 0, 28), (2026, 28, 0)]


def test_a_rebuild_mends_the_sums(purse):
    right = rolled_up()
    spoil()

    steps = list(rebuild_rollups(most_movements=4))

    assert rolled_up() == right
    assert [(step.through, step.finished) for step in steps] == [(2, False), (4, False), (6, False), (7, False), (7, True)]
    assert verify_rollups() == []


def test_a_rebuild_goes_on_where_it_stopped_while_ticks_go_on(purse):
    spoil()
    list(itertools.islice(rebuild_rollups(most_movements=4), 2))
    purse.grant(1_000)
    take_all()

    steps = list(rebuild_rollups(most_movements=4))

    assert steps[0].through == 6
    assert rolled_up() == {(1, 10): 1_280, (10, 2): 28}
    assert verify_rollups() == []


def test_a_rebuild_begins_anew_when_told(purse):
    list(itertools.islice(rebuild_rollups(most_movements=4), 2))
    rows("UPDATE ledger_rollupdraft SET units = units + 1")

    steps = list(rebuild_rollups(anew=True, most_movements=4))

    assert steps[0].through == 2
    assert verify_rollups() == []


def test_a_rebuild_of_nothing_is_empty(committed_db):
    assert [step.finished for step in rebuild_rollups()] == [True]


def test_a_rebuild_leaves_no_draft_and_the_next_one_starts_at_nought(purse):
    list(rebuild_rollups())
    purse.grant(7)
    take_all()

    assert rows("SELECT count(*) FROM ledger_rollupdraft") == [(0,)]
    assert next(iter(rebuild_rollups(most_movements=1))).through == 1


def test_the_commands_say_what_differs_and_how_far_they_are(purse, capsys):
    spoil()

    with pytest.raises(SystemExit):
        call_command("verify_rollups")
    call_command("rebuild_rollups", step=6)
    call_command("verify_rollups")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(
        "pool 2026-01, kind 2, portfolio 1, issued to available, reason 2: should be 280 points in 7 moves and is 285 in 7"
    )
    assert lines[2:] == ["2 differences.", "tick 3 of 7", "tick 6 of 7", "tick 7 of 7", "The rollups are rebuilt.", "Everything agrees."]


def test_ticks_after_a_rebuild_add_to_it(purse):
    list(rebuild_rollups())
    purse.redeem(3)
    take_all()

    assert rolled_up() == {(1, 10): 280, (10, 2): 31}
    assert take_ticks() == 0
