"""Taking points: redeem, hold, capture, release, correct; in which order, and when not."""

import datetime as dt

import pytest
from django.db import transaction

from ledger.points.domain import ConsumptionOrder, Reason
from ledger.points.models import Act, Movement
from ledger.points.services import ActConflict, HoldNotOpen, MoreThanHeld, NoSuchWallet, NotEnoughPoints
from tests.ledger.factories import DAY, PointUnitFactory
from tests.ledger.points.stage import Purse


def days(n):
    return DAY + dt.timedelta(days=n)


def test_redeeming_takes_from_the_lots_that_end_first(purse):
    purse.grant(50, expires_on=days(90))
    purse.grant(50, expires_on=days(30))
    purse.grant(50, expires_on=None)

    outcome = purse.redeem(70)

    assert (outcome.available, outcome.seq, outcome.replayed) == (80, 4, False)
    assert purse.lot_moves(outcome) == [(2, 10, 2, 50), (1, 10, 2, 20)]
    assert purse.lots == [(50, 30, 0, 0), (50, 0, 0, 0), (50, 50, 0, 0)]
    assert purse.is_sound


@pytest.mark.parametrize(
    ("order", "taken"),
    [
        (ConsumptionOrder.EXPIRY_FIRST, [(2, 10, 2, 40), (4, 10, 2, 40), (3, 10, 2, 40), (1, 10, 2, 5)]),
        (ConsumptionOrder.OLDEST_FIRST, [(1, 10, 2, 40), (2, 10, 2, 40), (3, 10, 2, 40), (4, 10, 2, 5)]),
        (ConsumptionOrder.NEWEST_FIRST, [(4, 10, 2, 40), (3, 10, 2, 40), (2, 10, 2, 40), (1, 10, 2, 5)]),
    ],
)
def test_the_currency_says_the_order(db, order, taken):
    purse = Purse.of(PointUnitFactory.create(consumption_order=order))
    purse.grant(40, on=days(-4), expires_on=None)
    purse.grant(40, on=days(-3), expires_on=days(10))
    purse.grant(40, on=days(-2), expires_on=days(30))
    purse.grant(40, on=days(-2), expires_on=days(20))

    outcome = purse.redeem(125)

    assert purse.lot_moves(outcome) == taken
    assert purse.is_sound


def test_lots_that_end_together_go_oldest_first(purse):
    purse.grant(10, on=days(-1), expires_on=days(5))
    purse.grant(10, on=days(-2), expires_on=days(5))
    purse.grant(10, on=days(-2), expires_on=days(5))

    assert [move[0] for move in purse.lot_moves(purse.redeem(30))] == [2, 3, 1]


def test_too_few_points_are_refused_with_figures(purse):
    purse.grant(50)
    purse.grant(50, matures_on=days(3))
    purse.hold(10)

    with pytest.raises(NotEnoughPoints) as refusal:
        purse.redeem(41)

    assert refusal.value.extra == {"spendable": 40, "shortfall": 1}
    assert (purse.balance, len(purse.story), Act.objects.count()) == ((40, 50, 10, 0), 3, 3)
    assert purse.is_sound


@pytest.mark.parametrize("act", ["redeem", "hold", "adjust"])
def test_points_that_are_due_cannot_be_taken(purse, act):
    purse.grant(50, expires_on=DAY)
    purse.grant(50, expires_on=days(1))

    with pytest.raises(NotEnoughPoints) as refusal:
        getattr(purse, act)(51)
    outcome = getattr(purse, act)(50)

    assert refusal.value.extra == {"spendable": 50, "shortfall": 1}
    assert purse.lot_moves(outcome)[0][0] == 2
    assert purse.shown() == (0, 0, 50 if act == "hold" else 0, 0)
    assert purse.is_sound


def test_an_empty_wallet_can_spend_nothing(purse):
    with pytest.raises(NotEnoughPoints) as refusal:
        purse.redeem(1)

    assert refusal.value.extra == {"spendable": 0, "shortfall": 1}


def test_a_strange_wallet_is_no_wallet(purse):
    strange = Purse(purse.unit.programme, purse.unit)

    with pytest.raises(NoSuchWallet):
        strange.redeem(1)


def test_a_redemption_replays_and_conflicts(purse):
    purse.grant(100)
    first = purse.redeem(30, key="mug")

    again = purse.redeem(30, key="mug")
    with pytest.raises(ActConflict):
        purse.redeem(31, key="mug")

    assert (again.movement, again.available, again.replayed) == (first.movement, 70, True)
    assert len(purse.story) == 2


def test_face_value_and_reason_are_kept(purse):
    purse.grant(100)

    outcome = purse.redeem(30, reason=Reason.TENDER, face_minor=300)

    assert Movement.objects.values_list("reason", "face_minor", "kind").get(id=outcome.movement) == (21, 300, 6)


def test_a_hold_sets_points_aside(purse):
    purse.grant(30)
    purse.grant(100)

    hold = purse.hold(50)

    assert purse.balance == (80, 0, 50, 0)
    assert purse.lots == [(30, 0, 30, 0), (100, 80, 20, 0)]
    assert purse.lot_moves(hold) == [(1, 10, 12, 30), (2, 10, 12, 20)]
    assert purse.is_sound


def test_a_captured_hold_is_a_redemption_of_the_same_lots(purse):
    purse.grant(30)
    purse.grant(100)
    hold = purse.hold(50)

    outcome = purse.capture(hold, reason=Reason.TENDER, face_minor=500)

    assert purse.balance == (80, 0, 0, 0)
    assert purse.lots == [(30, 0, 0, 0), (100, 80, 0, 0)]
    assert purse.lot_moves(outcome) == [(1, 12, 2, 30), (2, 12, 2, 20)]
    assert Movement.objects.values_list("kind", "reverses", "reason", "face_minor").get(id=outcome.movement) == (4, hold.movement, 21, 500)
    assert purse.is_sound


def test_of_a_hold_that_is_captured_in_part_the_rest_comes_back(purse):
    purse.grant(30)
    purse.grant(100)
    hold = purse.hold(50)

    outcome = purse.capture(hold, part=40, reason=Reason.TENDER, face_minor=400)

    assert purse.balance == (90, 0, 0, 0)
    assert purse.lots == [(30, 0, 0, 0), (100, 90, 0, 0)]
    assert purse.lot_moves(outcome) == [(1, 12, 2, 30), (2, 12, 2, 10), (2, 12, 10, 10)]
    moved = Movement.objects.filter(reverses=hold.movement).order_by("seq").values_list("kind", "amount", "reason", "face_minor")
    assert list(moved) == [(4, 40, Reason.TENDER, 400), (5, 10, Reason.CANCELLATION, None)]
    purse.restore(outcome, 40)
    assert purse.lots == [(30, 30, 0, 0), (100, 100, 0, 0)]
    assert purse.is_sound


def test_no_more_is_captured_than_was_held(purse):
    purse.grant(100)
    hold = purse.hold(50)

    with pytest.raises(MoreThanHeld):
        purse.capture(hold, part=51)

    assert purse.balance == (50, 0, 50, 0)
    assert purse.is_sound


def test_a_capture_of_another_part_is_another_act(purse):
    purse.grant(100)
    hold = purse.hold(50)
    first = purse.capture(hold, part=20, key="scan")

    assert purse.capture(hold, part=20, key="scan").movement == first.movement
    with pytest.raises(ActConflict):
        purse.capture(hold, part=30, key="scan")


def test_a_released_hold_comes_back_to_the_same_lots(purse):
    purse.grant(30)
    purse.grant(100)
    hold = purse.hold(50)

    outcome = purse.release(hold)

    assert purse.balance == (130, 0, 0, 0)
    assert purse.lots == [(30, 30, 0, 0), (100, 100, 0, 0)]
    assert purse.lot_moves(outcome) == [(1, 12, 10, 30), (2, 12, 10, 20)]
    assert purse.is_sound


@pytest.mark.parametrize("first", ["capture", "release"])
@pytest.mark.parametrize("second", ["capture", "release"])
def test_a_hold_ends_once(purse, first, second):
    purse.grant(100)
    hold = purse.hold(50)
    getattr(purse, first)(hold)
    before = purse.balance

    with pytest.raises(HoldNotOpen):
        getattr(purse, second)(hold)

    assert purse.balance == before
    assert purse.is_sound


def test_capture_replays_whatever_units_are_named(purse):
    purse.grant(100)
    hold = purse.hold(50)
    first = purse.capture(hold, key="scan")

    again = purse.capture(hold, key="scan")

    assert (again.movement, again.held, again.replayed) == (first.movement, 0, True)


def test_the_key_of_a_capture_cannot_release(purse):
    purse.grant(100)
    hold = purse.hold(50)
    purse.capture(hold, key="scan", reason=Reason.REWARD)

    with pytest.raises(ActConflict):
        purse.release(hold, key="scan", reason=Reason.REWARD)


def test_a_redemption_is_no_hold(purse):
    purse.grant(100)
    redemption = purse.redeem(50)

    with pytest.raises(HoldNotOpen):
        purse.release(redemption)


def test_a_released_hold_pays_arrears_first(purse):
    earned = purse.grant(50)
    purse.grant(30)
    purse.redeem(50)
    hold = purse.hold(30)
    purse.reverse(earned, 50)
    assert purse.balance == (0, 0, 30, 50)

    outcome = purse.release(hold)

    assert (outcome.available, outcome.held, outcome.arrears) == (0, 0, 20)
    assert purse.lot_moves(outcome) == [(2, 12, 10, 30), (2, 10, 2, 30)]
    assert purse.is_sound


def test_a_correction_takes_points_away(purse):
    purse.grant(100)

    outcome = purse.adjust(40)

    assert purse.story[-1] == (2, 10, 4, 40)
    assert Movement.objects.values_list("kind", "reason").get(id=outcome.movement) == (9, 33)
    assert purse.lot_moves(outcome) == [(1, 10, 4, 40)]
    assert purse.is_sound


def test_a_late_redemption_cannot_spend_what_came_after_it(purse):
    purse.grant(30, on=days(-5))
    purse.grant(100, on=days(2))

    with pytest.raises(NotEnoughPoints) as refusal, transaction.atomic():
        purse.redeem(40, on=days(0))
    outcome = purse.redeem(30, on=days(0))

    assert refusal.value.extra == {"spendable": 30, "shortfall": 10}
    assert purse.lot_moves(outcome) == [(1, 10, 2, 30)]
    assert purse.is_sound
