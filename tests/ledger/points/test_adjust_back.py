"""Giving back what a correction took: to the lots that it came from, as if the correction had never been made."""

import datetime as dt

import pytest

from ledger.points.domain import ArrearsPolicy
from ledger.points.models import Movement
from ledger.points.services import NothingToReverse
from tests.ledger.factories import DAY


def days(n):
    return DAY + dt.timedelta(days=n)


def test_points_go_back_to_their_own_lots(purse):
    purse.grant(100, expires_on=days(30)), purse.grant(50, expires_on=days(60))
    taken = purse.adjust(120)
    assert [lot[1] for lot in purse.lots] == [0, 30]

    given = purse.adjust_back(taken, 120)

    assert (given.available, [lot[1] for lot in purse.lots]) == (150, [100, 50])
    assert sorted(purse.lot_moves(given)) == [(1, 4, 10, 100), (2, 4, 10, 20)]
    movement = Movement.objects.get(id=given.movement)
    assert (movement.kind, movement.debit, movement.credit, movement.reverses_id) == (7, 4, 10, taken.movement)
    assert purse.is_sound


def test_nothing_is_given_back_twice(purse):
    purse.grant(100)
    taken = purse.adjust(60)
    first = purse.adjust_back(taken, 60, key="undo")

    assert purse.adjust_back(taken, 60, key="undo").movement == first.movement
    with pytest.raises(NothingToReverse):
        purse.adjust_back(taken, 1)
    assert purse.balance == (100, 0, 0, 0) and purse.is_sound


def test_only_what_a_correction_took_comes_back(purse):
    purse.grant(100)
    held = purse.hold(10)

    with pytest.raises(NothingToReverse):
        purse.adjust_back(held, 10)

    assert purse.balance == (90, 0, 10, 0)


def test_a_grant_reversed_in_the_meantime_gives_its_stand_ins_back(purse):
    wrong = purse.grant(100)
    taken = purse.adjust(70)
    purse.grant(200)
    purse.reverse(wrong, 100)
    assert purse.balance == (130, 0, 0, 0)

    purse.adjust_back(taken, 70)

    assert (purse.balance, purse.lots) == ((200, 0, 0, 0), [(100, 0, 0, 100), (200, 200, 0, 0)]) and purse.is_sound


def test_a_debt_that_the_correction_left_is_gone_with_it(purse):
    wrong = purse.grant(100)
    taken = purse.adjust(70)
    purse.reverse(wrong, 100, policy=ArrearsPolicy.LIMIT)
    assert purse.balance == (0, 0, 0, 70)

    purse.adjust_back(taken, 70)

    assert purse.balance == (0, 0, 0, 0) and purse.is_sound
