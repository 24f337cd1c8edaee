"""What a wallet holds: now, on a past day, and as it was known then."""

import datetime as dt
import uuid

from ledger.points import queries
from ledger.points.models import Movement
from ledger.points.services import open_balances
from tests.ledger.factories import DAY, PointUnitFactory
from tests.ledger.points.stage import Purse


def days(n):
    return DAY + dt.timedelta(days=n)


def test_a_balance_on_a_past_day_is_what_had_happened_by_then(purse):
    earned = purse.grant(100)
    purse.grant(40, on=days(1), matures_on=days(9))
    hold = purse.hold(60, on=days(2))
    purse.capture(hold, on=days(4))
    purse.reverse(earned, 100, on=days(6))

    assert purse.as_of(days(-1)) == (0, 0, 0, 0)
    assert purse.as_of(DAY) == (100, 0, 0, 0)
    assert purse.as_of(days(1)) == (100, 40, 0, 0)
    assert purse.as_of(days(3)) == (40, 40, 60, 0)
    assert purse.as_of(days(5)) == (40, 40, 0, 0)
    assert purse.as_of(days(6)) == (0, 40, 0, 60)


def test_due_points_are_left_out_on_every_day(purse):
    purse.grant(100, expires_on=days(5))
    purse.redeem(30, on=days(1))

    assert [purse.as_of(days(n))[0] for n in (0, 1, 4, 5, 9)] == [100, 70, 70, 0, 0]

    purse.expire(days(7))
    assert [purse.as_of(days(n))[0] for n in (0, 1, 4, 5, 9)] == [100, 70, 70, 0, 0]


def test_points_that_came_back_to_a_dead_lot_disturb_no_day(purse):
    purse.grant(100, expires_on=days(5))
    redemption = purse.redeem(60, on=days(1))
    purse.expire(days(5))
    purse.restore(redemption, 60, on=days(8))
    purse.expire(days(10))

    assert [purse.as_of(days(n))[0] for n in (0, 1, 4, 5, 7, 8, 9)] == [100, 40, 40, 0, 0, 0, 0]


def test_a_late_event_changes_the_past_but_not_what_was_known(purse):
    purse.grant(100)
    known = Movement.objects.get().recorded_at

    purse.grant(30, on=days(-3))

    assert (purse.as_of(days(-2)), purse.as_of(days(-2), known)) == ((30, 0, 0, 0), (0, 0, 0, 0))
    assert (purse.as_of(DAY), purse.as_of(DAY, known)) == ((130, 0, 0, 0), (100, 0, 0, 0))


def test_a_wallet_may_hold_several_currencies(purse):
    stars = PointUnitFactory.create(programme=purse.unit.programme, book=purse.unit.book, code="stars")
    open_balances(points_accounts=[purse.account], units=[stars, purse.unit])
    purse.grant(100)
    Purse(purse.account, stars).grant(7)

    now = queries.holdings(points_account=purse.account, today=DAY)

    assert [(h.unit, h.available) for h in now] == [(purse.unit.pk, 100), (stars.pk, 7)]
    assert [(h.unit, h.available) for h in queries.holdings_as_of(points_account=purse.account, on=DAY)] == [
        (purse.unit.pk, 100),
        (stars.pk, 7),
    ]
    assert purse.story == [(1, 1, 10, 100)]
    assert Purse(purse.account, stars).story == [(1, 1, 10, 7)]


def test_many_wallets_are_one_query(db, django_assert_num_queries):
    unit = PointUnitFactory.create()
    purses = [Purse.of(unit) for _ in range(4)]
    for place, purse in enumerate(purses):
        purse.grant(10 + place)

    with django_assert_num_queries(1):
        found = queries.holdings_of_many(points_accounts=[purse.account for purse in purses], today=DAY)

    assert [found[purse.account][0].available for purse in purses] == [10, 11, 12, 13]
    assert queries.holdings(points_account=uuid.uuid4(), today=DAY) == []


def test_movements_come_newest_first_in_the_order_in_which_they_happened(purse):
    earned = purse.grant(50)
    purse.redeem(50)
    purse.reverse(earned, 50)
    purse.grant(80)

    assert [movement.seq for movement in queries.movements(points_account=purse.account)] == [5, 4, 3, 2, 1]
    assert [movement.signed_amount for movement in queries.movements(points_account=purse.account)] == [50, 30, -50, -50, 50]


def test_ids_follow_the_sequence_within_an_act(purse):
    earned = purse.grant(50, expires_on=days(5))
    purse.grant(10)
    purse.redeem(40)
    purse.expire(days(5))
    outcome = purse.reverse(earned, 50, on=days(6))

    of_act = Movement.objects.filter(act=outcome.movement).order_by("id")
    assert list(of_act.values_list("debit", "seq")) == [(10, 5), (13, 6), (3, 7)]


def test_open_lots_leave_out_the_empty_and_the_due(purse):
    purse.grant(10, expires_on=days(3))
    purse.grant(20, expires_on=days(2))
    purse.grant(30, expires_on=DAY)
    purse.grant(40, expires_on=None)
    purse.redeem(20)

    assert [lot.granted for lot in queries.open_lots(points_account=purse.account, today=DAY)] == [10, 40]


def test_lot_moves_of_some_movements(purse):
    purse.grant(10)
    outcome = purse.redeem(4)

    [move] = queries.lot_moves_of(movements=[outcome.movement], points_account=purse.account)

    assert (move.from_state, move.to_state, move.units) == (10, 2, 4)
