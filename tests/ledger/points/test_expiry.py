"""Days that come by themselves: points lapse, pending points mature."""

import datetime as dt

from ledger.points import services
from ledger.points.models import Movement
from tests.ledger.factories import DAY, PointUnitFactory, noon
from tests.ledger.points.stage import Purse


def days(n):
    return DAY + dt.timedelta(days=n)


def lapsed(purse):
    rows = Movement.objects.filter(points_account=purse.account, kind=10).order_by("seq")
    return list(rows.values_list("seq", "debit", "amount", "business_on", "available_after", "pending_after"))


def test_due_points_lapse_on_the_day_they_died(purse):
    purse.grant(50, expires_on=days(3))
    purse.grant(60, expires_on=days(3))
    purse.grant(30, expires_on=days(5))
    purse.grant(20, expires_on=days(7))
    purse.grant(10, expires_on=None)

    assert purse.expire(days(5)) == (3, 140)

    assert lapsed(purse) == [(6, 10, 110, days(3), 60, 0), (7, 10, 30, days(5), 30, 0)]
    assert [left for _, left, _, _ in purse.lots] == [0, 0, 0, 20, 10]
    assert purse.balance == (30, 0, 0, 0)
    assert purse.is_sound


def test_pending_points_lapse_from_where_they_wait(purse):
    purse.grant(50, expires_on=days(3))
    purse.grant(40, expires_on=days(3), matures_on=days(30))

    purse.expire(days(3))

    assert lapsed(purse) == [(3, 10, 50, days(3), 0, 40), (4, 11, 40, days(3), 0, 0)]
    assert purse.is_sound


def test_points_on_hold_do_not_lapse_until_they_are_let_go(purse):
    purse.grant(50, expires_on=days(3))
    hold = purse.hold(30)

    assert purse.expire(days(3)) == (1, 20)
    purse.release(hold, on=days(6))
    assert purse.shown(days(6)) == (0, 0, 0, 0)
    assert purse.expire(days(7)) == (1, 30)

    assert [(amount, on) for _, _, amount, on, _, _ in lapsed(purse)] == [(20, days(3)), (30, days(6))]
    assert purse.is_sound


def test_a_day_in_a_closed_period_moves_to_the_open_one(purse):
    purse.grant(50, expires_on=days(3))
    purse.grant(60, expires_on=days(9))

    purse.expire(days(9), not_before=days(5))

    assert [(amount, on) for _, _, amount, on, _, _ in lapsed(purse)] == [(50, days(5)), (60, days(9))]


def test_running_again_does_nothing(purse):
    purse.grant(50, expires_on=days(3))
    purse.expire(days(3))

    assert purse.expire(days(3)) == (0, 0)
    assert len(purse.story) == 2


def test_it_works_in_chunks_and_tells_how_far_it_is(db):
    unit = PointUnitFactory.create()
    purses = [Purse.of(unit) for _ in range(5)]
    for purse in purses:
        purse.grant(10, expires_on=days(1))
        purse.grant(20, expires_on=days(2))
        purse.grant(30, expires_on=days(9))
    told = []

    done = purses[0].expire(days(2), chunk=4, progress=lambda lots, units: told.append((lots, units)))

    assert done == (10, 150)
    assert told == [(4, 60), (8, 120), (10, 150), (10, 150)]
    assert [purse.balance for purse in purses] == [(30, 0, 0, 0)] * 5
    assert all(purse.is_sound for purse in purses)


def test_it_keeps_to_its_currency_and_to_the_wallets_that_are_named(db):
    unit = PointUnitFactory.create()
    mine, yours, other = Purse.of(unit), Purse.of(unit), Purse.of()
    for purse in (mine, yours, other):
        purse.grant(10, expires_on=days(1))

    assert mine.expire(days(1), points_accounts=[mine.account]) == (1, 10)

    assert (mine.balance[0], yours.balance[0], other.balance[0]) == (0, 10, 10)


def test_points_die_when_their_day_begins(purse):
    purse.grant(50, expires_on=days(3))

    assert purse.shown(days(2)) == (50, 0, 0, 0)
    assert purse.shown(days(3)) == (0, 0, 0, 0)
    assert purse.expire(days(2)) == (0, 0)


def test_pending_points_mature_on_their_day(purse):
    purse.grant(50, matures_on=days(3))
    purse.grant(60, matures_on=days(5))
    purse.grant(70, matures_on=days(6))

    assert services.activate_due(unit=purse.unit.pk, through_on=days(5), at=noon(days(5))) == 2

    assert purse.balance == (110, 70, 0, 0)
    rows = Movement.objects.filter(kind=2).order_by("seq").values_list("amount", "business_on", "reason")
    assert list(rows) == [(50, days(3), 34), (60, days(5), 34)]
    assert services.activate_due(unit=purse.unit.pk, through_on=days(5), at=noon(days(5))) == 0
    assert purse.is_sound


def test_points_that_matured_in_a_closed_period_do_so_in_the_open_one(purse):
    purse.grant(50, matures_on=days(3))

    services.activate_due(unit=purse.unit.pk, through_on=days(9), at=noon(days(9)), not_before=days(8))

    assert Movement.objects.get(kind=2).business_on == days(8)


def test_maturing_works_in_chunks_and_tells_how_far_it_is(db):
    unit = PointUnitFactory.create()
    purses = [Purse.of(unit) for _ in range(5)]
    for purse in purses:
        purse.grant(10, matures_on=days(1))
        purse.grant(20, matures_on=days(2))
        purse.grant(30, matures_on=days(9))
    told = []

    done = services.activate_due(
        unit=unit.pk, through_on=days(2), at=noon(days(2)), chunk=4, progress=lambda lots, units: told.append((lots, units))
    )

    assert done == 10
    assert told == [(4, 60), (8, 120), (10, 150), (10, 150)]
    assert [purse.balance for purse in purses] == [(30, 30, 0, 0)] * 5
    assert all(purse.is_sound for purse in purses)


def test_what_matures_pays_first_what_is_owed(purse):
    earned = purse.grant(30)
    purse.redeem(30)
    purse.reverse(earned, 30)
    purse.grant(20, matures_on=days(3))
    purse.grant(25, matures_on=days(3))

    services.activate_due(unit=purse.unit.pk, through_on=days(3), at=noon(days(3)))

    assert purse.balance == (15, 0, 0, 0)
    assert purse.is_sound


def test_maturing_keeps_to_its_currency(purse):
    other = Purse.of()
    for one in (purse, other):
        one.grant(10, matures_on=days(1))

    services.activate_due(unit=purse.unit.pk, through_on=days(1), at=noon(days(1)))

    assert (purse.balance, other.balance) == ((10, 0, 0, 0), (0, 10, 0, 0))


def test_a_lot_that_was_let_go_by_itself_does_not_mature_again(purse):
    purse.activate(purse.grant(50, matures_on=days(3)))

    assert services.activate_due(unit=purse.unit.pk, through_on=days(3), at=noon(days(3))) == 0
    assert purse.balance == (50, 0, 0, 0)
