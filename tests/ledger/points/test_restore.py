"""Giving redeemed points back, also when the points' own grant is gone by then."""

import datetime as dt

import pytest

from ledger.points.domain import ArrearsPolicy
from ledger.points.models import Lot, Movement
from ledger.points.services import NothingToReverse
from tests.ledger.factories import DAY


def days(n):
    return DAY + dt.timedelta(days=n)


def test_points_come_back_to_their_lots_last_taken_first(purse):
    purse.grant(30)
    purse.grant(100)
    redemption = purse.redeem(80)

    some = purse.restore(redemption, 60)

    assert purse.lot_moves(some) == [(2, 2, 10, 50), (1, 2, 10, 10)]
    assert purse.lots == [(30, 10, 0, 0), (100, 100, 0, 0)]
    assert (some.available, purse.story[-1]) == (110, (4, 2, 10, 60))
    assert Movement.objects.values_list("kind", "reverses", "reason").get(id=some.movement) == (7, redemption.movement, 32)
    assert purse.is_sound


def test_the_rest_comes_back_the_second_time(purse):
    purse.grant(30)
    purse.grant(100)
    redemption = purse.redeem(80)
    purse.restore(redemption, 60)

    rest = purse.restore(redemption, 20)

    assert purse.lot_moves(rest) == [(1, 2, 10, 20)]
    assert purse.lots == [(30, 30, 0, 0), (100, 100, 0, 0)]
    assert purse.is_sound


def test_no_more_comes_back_than_was_taken(purse):
    purse.grant(100)
    redemption = purse.redeem(80)
    purse.restore(redemption, 60)

    with pytest.raises(NothingToReverse):
        purse.restore(redemption, 21)

    assert purse.balance == (80, 0, 0, 0)
    assert purse.is_sound


def test_a_restore_replays(purse):
    purse.grant(100)
    redemption = purse.redeem(80)
    first = purse.restore(redemption, 60, key="cancel")

    again = purse.restore(redemption, 60, key="cancel")

    assert (again.movement, again.available, again.replayed) == (first.movement, 80, True)


def test_a_captured_hold_comes_back_too(purse):
    purse.grant(100)
    captured = purse.capture(purse.hold(80))

    purse.restore(captured, 80, face_minor=800)

    assert purse.balance == (100, 0, 0, 0)
    assert Movement.objects.get(kind=7).face_minor == 800


@pytest.mark.parametrize("act", ["grant", "hold"])
def test_what_is_no_redemption_does_not_come_back(purse, act):
    purse.grant(100)
    other = getattr(purse, act)(50)

    with pytest.raises(NothingToReverse):
        purse.restore(other, 1)


def test_points_that_come_back_pay_arrears_first(purse):
    earned = purse.grant(50)
    other = purse.grant(50)
    purse.redeem(50)
    redemption = purse.redeem(50)
    purse.reverse(earned, 50)
    assert purse.balance == (0, 0, 0, 50)

    outcome = purse.restore(redemption, 20)

    assert (outcome.available, outcome.arrears) == (0, 30)
    assert purse.lot_moves(outcome) == [(2, 2, 10, 20), (2, 10, 2, 20)]
    assert Lot.objects.get(id=other.movement).remaining == 0
    assert purse.is_sound


def test_points_of_a_dead_lot_come_back_but_are_not_shown(purse):
    purse.grant(100, expires_on=days(5))
    redemption = purse.redeem(60)
    purse.expire(days(5))

    purse.restore(redemption, 60, on=days(8))

    assert purse.balance == (60, 0, 0, 0)
    assert purse.shown(days(8)) == (0, 0, 0, 0)
    assert purse.expire(days(9)) == (1, 60)
    assert list(Movement.objects.filter(kind=10).order_by("seq").values_list("business_on", "amount")) == [(days(5), 40), (days(8), 60)]
    assert purse.is_sound


class TestWhenTheGrantWasTakenBack:
    """The redemption took from a lot whose grant was reversed since: that lot must not come to life again."""

    def test_the_lots_that_stood_in_get_their_points_back(self, purse):
        earned = purse.grant(100, expires_on=days(10))
        purse.grant(100, expires_on=days(90))
        redemption = purse.redeem(80)
        purse.reverse(earned, 100)
        assert purse.lots == [(100, 0, 0, 100), (100, 20, 0, 0)]

        some, rest = purse.restore(redemption, 30), purse.restore(redemption, 50)

        assert purse.lots == [(100, 0, 0, 100), (100, 100, 0, 0)]
        assert (purse.lot_moves(some), purse.lot_moves(rest)) == ([(2, 2, 10, 30)], [(2, 2, 10, 50)])
        assert purse.balance == (100, 0, 0, 0)
        assert purse.is_sound

    def test_arrears_are_paid_without_a_lot(self, purse):
        earned = purse.grant(100)
        redemption = purse.redeem(80)
        purse.reverse(earned, 100)

        outcome = purse.restore(redemption, 50)

        assert (outcome.available, outcome.arrears) == (0, 30)
        assert purse.lot_moves(outcome) == []
        assert purse.story[-2:] == [(5, 2, 10, 50), (6, 10, 13, 50)]
        assert purse.lots == [(100, 0, 0, 100)]
        assert purse.is_sound

    def test_forgiven_points_are_not_given_twice(self, purse):
        earned = purse.grant(100)
        redemption = purse.redeem(80)
        purse.reverse(earned, 100, policy=ArrearsPolicy.FORGIVE)

        purse.restore(redemption, 50)
        outcome = purse.restore(redemption, 30)

        assert outcome.available == 0
        assert purse.story[-4:] == [(5, 2, 10, 50), (6, 10, 4, 50), (7, 2, 10, 30), (8, 10, 4, 30)]
        assert purse.is_sound

    def test_arrears_that_were_paid_from_a_lot_give_it_back(self, purse):
        earned = purse.grant(100)
        redemption = purse.redeem(100)
        purse.reverse(earned, 100)
        waiting = purse.grant(60, matures_on=days(1))
        purse.activate(waiting, on=days(1))
        assert purse.balance == (0, 0, 0, 40)

        purse.restore(redemption, 100, on=days(2))

        assert purse.lots == [(100, 0, 0, 100), (60, 60, 0, 0)]
        assert purse.balance == (60, 0, 0, 0)
        assert purse.is_sound

    def test_arrears_that_a_grant_filled_make_a_lot_at_last(self, purse):
        earned = purse.grant(100, expires_on=days(90), terms=4, portfolio=2)
        redemption = purse.redeem(100)
        purse.reverse(earned, 100)
        purse.grant(70)
        assert purse.balance == (0, 0, 0, 30)

        outcome = purse.restore(redemption, 100, on=days(40))

        assert (outcome.available, outcome.arrears) == (70, 0)
        lot = Lot.objects.get(id=outcome.movement)
        assert (lot.granted, lot.remaining, lot.granted_on, lot.grant_month) == (70, 70, days(40), dt.date(2026, 2, 1))
        assert (lot.expires_on, lot.terms, lot.portfolio, lot.source_kind) == (days(90), 4, 2, 2)
        assert purse.lot_moves(outcome) == [(2, 1, 10, 70)]
        assert purse.is_sound

    def test_a_part_that_still_has_its_home_goes_there(self, purse):
        earned = purse.grant(100, expires_on=days(10))
        purse.grant(50, expires_on=days(90))
        redemption = purse.redeem(80)
        purse.reverse(earned, 60)
        assert purse.lots == [(100, 0, 0, 60), (50, 10, 0, 0)]

        outcome = purse.restore(redemption, 80)

        assert purse.lot_moves(outcome) == [(1, 2, 10, 40), (2, 2, 10, 40)]
        assert purse.lots == [(100, 40, 0, 60), (50, 50, 0, 0)]
        assert purse.is_sound

    def test_the_last_to_stand_in_is_the_first_to_be_free_again(self, purse):
        earned = purse.grant(100, expires_on=days(10))
        purse.grant(50, expires_on=days(20))
        purse.grant(50, expires_on=days(30))
        redemption = purse.redeem(90)
        purse.reverse(earned, 100)

        outcome = purse.restore(redemption, 50)

        assert purse.lot_moves(outcome) == [(3, 2, 10, 40), (2, 2, 10, 10)]
        assert purse.is_sound

    def test_a_lot_is_free_again_only_for_what_it_stood_in(self, purse):
        earned = purse.grant(100, expires_on=days(10))
        purse.grant(80, expires_on=days(20))
        redemption = purse.redeem(100)
        purse.reverse(earned, 100)
        purse.grant(20)
        assert purse.balance == (0, 0, 0, 0)
        purse.restore(redemption, 50)
        purse.redeem(50)

        outcome = purse.restore(redemption, 50)

        assert purse.lot_moves(outcome) == [(2, 2, 10, 30), (3, 1, 10, 20)]
        assert purse.lots == [(100, 0, 0, 100), (80, 30, 0, 0), (20, 20, 0, 0)]
        assert purse.is_sound

    def test_points_are_forgiven_once(self, purse):
        forgiven = purse.grant(60)
        first = purse.redeem(60)
        purse.reverse(forgiven, 60, policy=ArrearsPolicy.FORGIVE)
        purse.restore(first, 60)
        owed = purse.grant(50)
        second = purse.redeem(50)
        purse.reverse(owed, 50)
        purse.grant(50)
        assert purse.balance == (0, 0, 0, 0)

        outcome = purse.restore(second, 50)

        assert outcome.available == 50
        assert purse.is_sound
