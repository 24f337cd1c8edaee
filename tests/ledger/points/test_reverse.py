"""Taking a grant back, as if it had never been made."""

import datetime as dt

import pytest

from ledger.points.domain import ArrearsPolicy, Reason
from ledger.points.models import Movement
from ledger.points.services import ActConflict, NothingToReverse, PointsOnHold, SpentPointsMayNotBeOwed
from tests.ledger.factories import DAY, a_sale


def days(n):
    return DAY + dt.timedelta(days=n)


def figures(outcome):
    return outcome.taken, outcome.owed, outcome.forgiven


def test_unspent_points_go_back_from_their_own_lot(purse):
    earned = purse.grant(100, reason=Reason.SALE, sale=a_sale())
    purse.grant(50)

    outcome = purse.reverse(earned, 100, refunded=1000)

    assert (figures(outcome), outcome.available, outcome.seq) == ((100, 0, 0), 50, 3)
    assert purse.story[-1] == (3, 10, 1, 100)
    assert purse.lot_moves(outcome) == [(1, 10, 1, 100)]
    assert purse.lots == [(100, 0, 0, 100), (50, 50, 0, 0)]
    movement = Movement.objects.get(id=outcome.movement)
    assert (movement.kind, movement.reverses_id, movement.paid_minor, movement.reason) == (8, earned.movement, 1000, 31)
    assert purse.is_sound


def test_a_part_goes_back_and_then_the_rest(purse):
    earned = purse.grant(100)

    purse.reverse(earned, 30)
    purse.reverse(earned, 70)

    assert (purse.balance, purse.lots) == ((0, 0, 0, 0), [(100, 0, 0, 100)])
    with pytest.raises(NothingToReverse):
        purse.reverse(earned, 1)
    assert purse.is_sound


def test_no_more_goes_back_than_was_granted(purse):
    earned = purse.grant(100)

    with pytest.raises(NothingToReverse):
        purse.reverse(earned, 101)

    assert (purse.balance, len(purse.story)) == ((100, 0, 0, 0), 1)


def test_pending_points_go_back_pending(purse):
    earned = purse.grant(100, matures_on=days(9))

    outcome = purse.reverse(earned, 40)

    assert purse.balance == (0, 60, 0, 0)
    assert purse.lot_moves(outcome) == [(1, 11, 1, 40)]
    assert purse.is_sound


def test_other_lots_stand_in_for_what_was_spent(purse):
    earned = purse.grant(100, expires_on=days(10))
    purse.grant(50, expires_on=days(20))
    purse.grant(50, expires_on=days(30))
    purse.redeem(90)

    outcome = purse.reverse(earned, 100)

    assert (figures(outcome), purse.balance) == ((100, 0, 0), (10, 0, 0, 0))
    assert purse.story[-1] == (5, 10, 1, 100)
    assert purse.lot_moves(outcome) == [(1, 10, 1, 10), (1, 2, 1, 90), (2, 10, 2, 50), (3, 10, 2, 40)]
    assert purse.lots == [(100, 0, 0, 100), (50, 0, 0, 0), (50, 10, 0, 0)]
    assert purse.is_sound


def test_other_lots_stand_in_for_what_was_corrected_away(purse):
    earned = purse.grant(100, expires_on=days(10))
    purse.grant(50, expires_on=days(20))
    purse.redeem(30)
    purse.adjust(60)

    outcome = purse.reverse(earned, 100)

    assert (figures(outcome), purse.balance) == ((60, 40, 0), (0, 0, 0, 40))
    assert purse.lot_moves(outcome) == [
        *[(1, 10, 1, 10), (1, 2, 1, 30), (1, 4, 1, 20), (2, 10, 2, 30), (2, 10, 4, 20)],
        (1, 4, 1, 40),
    ]
    assert purse.is_sound


def test_what_is_not_there_is_owed(purse):
    earned = purse.grant(100)
    purse.grant(20)
    purse.redeem(110)

    outcome = purse.reverse(earned, 100)

    assert (figures(outcome), purse.balance) == ((10, 90, 0), (0, 0, 0, 90))
    assert purse.story[-2:] == [(4, 10, 1, 10), (5, 13, 1, 90)]
    assert purse.lot_moves(outcome) == [(1, 2, 1, 10), (2, 10, 2, 10), (1, 2, 1, 90)]
    assert purse.is_sound


def test_points_that_are_due_do_not_stand_in(purse):
    earned = purse.grant(100, expires_on=days(20))
    purse.redeem(100)
    purse.grant(50, expires_on=days(5))

    outcome = purse.reverse(earned, 100, on=days(5))

    assert figures(outcome) == (0, 100, 0)
    assert (purse.balance, purse.shown(days(5))) == ((50, 0, 0, 100), (0, 0, 0, 100))
    assert purse.is_sound


def test_what_is_not_there_may_be_forgiven(purse):
    earned = purse.grant(100)
    purse.redeem(70)

    outcome = purse.reverse(earned, 100, policy=ArrearsPolicy.FORGIVE)

    assert (figures(outcome), purse.balance) == ((30, 0, 70), (0, 0, 0, 0))
    assert purse.story[-2:] == [(3, 10, 1, 30), (4, 4, 1, 70)]
    assert purse.lots == [(100, 0, 0, 100)]
    assert purse.is_sound


@pytest.mark.parametrize(("policy", "limit"), [(ArrearsPolicy.FORBID, None), (ArrearsPolicy.LIMIT, 69), (ArrearsPolicy.LIMIT, 0)])
def test_what_is_not_there_may_be_refused(purse, policy, limit):
    earned = purse.grant(100)
    purse.redeem(70)

    with pytest.raises(SpentPointsMayNotBeOwed):
        purse.reverse(earned, 100, policy=policy, limit=limit)

    assert (purse.balance, purse.lots, len(purse.story)) == ((30, 0, 0, 0), [(100, 30, 0, 0)], 2)
    assert purse.is_sound


def test_the_limit_counts_what_is_owed_already(purse):
    first, second = purse.grant(50), purse.grant(50)
    purse.redeem(100)
    purse.reverse(first, 50, limit=80)

    with pytest.raises(SpentPointsMayNotBeOwed):
        purse.reverse(second, 31, limit=80)
    purse.reverse(second, 30, limit=80)

    assert purse.balance == (0, 0, 0, 80)
    assert purse.is_sound


def test_unspent_points_go_back_even_where_debts_are_forbidden(purse):
    earned = purse.grant(100)

    assert figures(purse.reverse(earned, 100, policy=ArrearsPolicy.FORBID)) == (100, 0, 0)


def test_what_had_expired_costs_the_member_nothing(purse):
    earned = purse.grant(100, expires_on=days(5))
    purse.grant(500)
    purse.redeem(40)
    purse.expire(days(5))

    outcome = purse.reverse(earned, 100, on=days(6))

    assert (figures(outcome), purse.balance) == ((40, 0, 0), (460, 0, 0, 0))
    assert purse.story[-2:] == [(5, 10, 1, 40), (6, 3, 1, 60)]
    assert purse.lot_moves(outcome) == [(1, 2, 1, 40), (2, 10, 2, 40), (1, 3, 1, 60)]
    assert purse.is_sound


def test_points_on_hold_cannot_go_back_yet(purse):
    earned = purse.grant(100)
    hold = purse.hold(60)

    with pytest.raises(PointsOnHold):
        purse.reverse(earned, 41)
    purse.reverse(earned, 40)
    purse.release(hold)
    purse.reverse(earned, 60)

    assert purse.lots == [(100, 0, 0, 100)]
    assert purse.is_sound


def test_a_grant_that_filled_arrears_makes_them_again(purse):
    first = purse.grant(50)
    purse.redeem(50)
    purse.reverse(first, 50)
    filling = purse.grant(80)
    assert purse.balance == (30, 0, 0, 0)

    outcome = purse.reverse(filling, 80)

    assert (figures(outcome), purse.balance) == ((30, 50, 0), (0, 0, 0, 50))
    assert purse.story[-2:] == [(6, 10, 1, 30), (7, 13, 1, 50)]
    with pytest.raises(NothingToReverse):
        purse.reverse(filling, 1)
    assert purse.is_sound


def test_a_grant_that_was_all_swallowed_by_arrears_goes_back_too(purse):
    first = purse.grant(50)
    purse.redeem(50)
    purse.reverse(first, 50)
    swallowed = purse.grant(20)

    outcome = purse.reverse(swallowed, 20)

    assert (figures(outcome), purse.balance) == ((0, 20, 0), (0, 0, 0, 50))
    assert purse.is_sound


def test_arrears_that_come_back_are_paid_by_points_that_came_later(purse):
    first = purse.grant(50)
    purse.redeem(50)
    purse.reverse(first, 50)
    filling = purse.grant(50)
    purse.grant(70)

    outcome = purse.reverse(filling, 50)

    assert (figures(outcome), purse.balance) == ((0, 50, 0), (20, 0, 0, 0))
    assert purse.story[-2:] == [(6, 13, 1, 50), (7, 10, 13, 50)]
    assert purse.lots[-1] == (70, 20, 0, 0)
    assert purse.is_sound


def test_a_reversal_replays_with_its_figures(purse):
    first = purse.grant(50)
    purse.redeem(50)
    purse.reverse(first, 50)
    filling = purse.grant(80)
    done = purse.reverse(filling, 80, key="return-1", refunded=100)

    again = purse.reverse(filling, 80, key="return-1", refunded=100)

    assert (again.movement, figures(again), again.replayed) == (done.movement, (30, 50, 0), True)
    with pytest.raises(ActConflict):
        purse.reverse(filling, 80, key="return-1", refunded=99)


def test_the_money_stands_on_the_first_movement_only(purse):
    earned = purse.grant(100, expires_on=days(5), reason=Reason.SALE, sale=a_sale())
    purse.redeem(40)
    purse.expire(days(5))

    purse.reverse(earned, 100, on=days(6), refunded=1000)

    money = Movement.objects.filter(kind=8).order_by("seq").values_list("debit", "paid_minor")
    assert list(money) == [(13, 1000), (3, None)]


def test_a_strange_grant_cannot_go_back(purse):
    earned = purse.grant(100)
    redemption = purse.redeem(10)

    with pytest.raises(NothingToReverse):
        purse.reverse(redemption, 1)
    assert figures(purse.reverse(earned, 100)) == (90, 10, 0)
