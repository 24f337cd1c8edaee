"""Points that one member sends to another, and that come back."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection

from ledger.points import queries
from ledger.points.domain import ArrearsPolicy
from ledger.points.models import Lot, Movement, PointUnit
from ledger.points.services import ActConflict, NoSuchWallet, NotEnoughPoints, NothingToReverse, SentPointsAreGone
from loyalty.kit.ids import sibling_id
from tests.ledger.factories import DAY
from tests.ledger.points.stage import Purse


def days(n):
    return DAY + dt.timedelta(days=n)


@pytest.fixture
def friend(purse):
    return Purse.of(purse.unit)


TERMS = ("grant_month", "source_kind", "portfolio", "expires_on", "matures_on", "terms")


def terms(purse):
    return list(Lot.objects.filter(points_account=purse.account).order_by("expires_on").values_list(*TERMS))


def moved():
    """What left and came back to each pool on each day, between wallets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(CASE WHEN to_state = 5 THEN units ELSE -units END) FROM ledger_moved WHERE 5 IN (from_state, to_state)"
            " GROUP BY unit_id, grant_month, source_kind, portfolio, business_on"
        )
        return {units for (units,) in cursor.fetchall()}


def test_lots_move_with_their_pool_end_and_terms(purse, friend):
    purse.grant(30, on=days(-40), expires_on=days(20), portfolio=3, terms=7)
    purse.grant(50, on=days(-5), expires_on=days(10), terms=9)

    sent = purse.send(friend, 60, on=DAY)

    assert terms(friend) == terms(purse)
    assert purse.lots == [(30, 20, 0, 0), (50, 0, 0, 0)]
    assert friend.lots == [(50, 50, 0, 0), (10, 10, 0, 0)]
    assert purse.lot_moves(sent) == [(2, 10, 5, 50), (1, 10, 5, 10)]
    assert purse.story[-1] == (3, 10, 5, 60)
    assert friend.story == [(1, 5, 10, 50), (2, 5, 10, 10)]
    assert (purse.balance, friend.balance) == ((20, 0, 0, 0), (60, 0, 0, 0))
    assert (sent.available, sent.seq, moved()) == (20, 3, {0})
    assert purse.is_sound


def test_received_lots_name_what_they_came_from(purse, friend):
    purse.grant(30, expires_on=days(5))
    purse.grant(30, expires_on=days(9))

    sent = purse.send(friend, 40)

    lots = list(Lot.objects.filter(points_account=friend.account).order_by("id"))
    homes = list(Lot.objects.filter(points_account=purse.account).order_by("id"))
    assert [lot.came_from.lot for lot in lots] == homes
    assert [lot.came_from.movement_id for lot in lots] == [sent.movement] * 2
    assert [lot.pk for lot in lots] == [sibling_id(sent.movement, 1), sibling_id(sent.movement, 2)]
    assert {(m.kind, m.reason, m.act_id) for m in Movement.objects.filter(points_account=friend.account)} == {(11, 35, lots[0].pk)}


def test_it_takes_lots_in_the_order_of_the_currency(purse, friend):
    PointUnit.objects.filter(pk=purse.unit.pk).update(consumption_order=3)
    purse.unit.refresh_from_db()
    purse.grant(30, on=days(-2), expires_on=days(5))
    purse.grant(30, on=days(-1), expires_on=days(9))

    purse.send(friend, 30)

    assert purse.lots == [(30, 30, 0, 0), (30, 0, 0, 0)]


def test_only_what_can_be_spent_is_sent(purse, friend):
    purse.grant(10, expires_on=DAY)
    purse.grant(10, matures_on=days(1))
    purse.grant(10)
    purse.hold(4)

    with pytest.raises(NotEnoughPoints) as refusal:
        purse.send(friend, 7)

    assert refusal.value.extra == {"spendable": 6, "shortfall": 1}
    assert (friend.balance, friend.story) == ((0, 0, 0, 0), [])
    assert purse.is_sound


def test_a_repeat_answers_and_sends_nothing(purse, friend):
    purse.grant(100)
    first = purse.send(friend, 60, key="gift")

    again = purse.send(friend, 60, key="gift")

    assert (again.movement, again.available, again.replayed) == (first.movement, 40, True)
    assert (purse.balance, friend.balance) == ((40, 0, 0, 0), (60, 0, 0, 0))


@pytest.mark.parametrize("facts", [{"units": 61}, {"other": True}])
def test_other_facts_under_the_same_key_are_refused(purse, friend, facts):
    purse.grant(100)
    purse.send(friend, 60, key="gift")
    other = Purse.of(purse.unit)

    with pytest.raises(ActConflict):
        purse.send(other if "other" in facts else friend, facts.get("units", 60), key="gift")

    assert (purse.balance, friend.balance, other.balance) == ((40, 0, 0, 0), (60, 0, 0, 0), (0, 0, 0, 0))


def test_a_key_that_the_receiver_has_used_is_refused(purse, friend):
    purse.grant(100)
    purse.send(friend, 60, key="gift")

    with pytest.raises(ActConflict):
        friend.send(purse, 60, key="gift")

    assert (purse.balance, friend.balance) == ((40, 0, 0, 0), (60, 0, 0, 0))


def test_a_wallet_sends_nothing_to_itself(purse):
    purse.grant(100)

    with pytest.raises(IntegrityError, match="two wallets"):
        purse.send(purse, 60)

    assert purse.lots == [(100, 100, 0, 0)]


def test_another_programme_receives_nothing(purse):
    purse.grant(100)
    stranger = Purse.of()

    with pytest.raises(NoSuchWallet):
        purse.send(stranger, 60)

    assert (purse.balance, stranger.balance) == ((100, 0, 0, 0), (0, 0, 0, 0))


def test_what_arrives_pays_first_what_is_owed(purse, friend):
    earned = friend.grant(30)
    friend.redeem(30)
    friend.reverse(earned, 30)
    purse.grant(100)

    purse.send(friend, 50)

    assert friend.balance == (20, 0, 0, 0)
    assert friend.lots[-1] == (50, 20, 0, 0)
    assert purse.is_sound


def test_it_is_taken_back_exactly(purse, friend):
    purse.grant(30, expires_on=days(5))
    purse.grant(50, expires_on=days(9))
    sent = purse.send(friend, 60)

    back = friend.send_back(sent, purse, 60, on=days(1))

    assert purse.lots == [(30, 30, 0, 0), (50, 50, 0, 0)]
    assert friend.lots == [(30, 0, 0, 0), (30, 0, 0, 0)]
    assert (purse.balance, friend.balance) == ((80, 0, 0, 0), (0, 0, 0, 0))
    assert friend.story[-1] == (3, 10, 5, 60)
    undoing = Movement.objects.filter(kind=11, reason=32).order_by("id")
    assert [m.reverses_id for m in undoing] == [sibling_id(sent.movement, 1), sent.movement]
    assert (back.available, moved()) == (0, {0})
    assert purse.is_sound


def test_a_part_comes_back_last_lot_first(purse, friend):
    purse.grant(30, expires_on=days(5))
    purse.grant(50, expires_on=days(9))
    sent = purse.send(friend, 60)
    friend.redeem(10)

    friend.send_back(sent, purse, 40)

    assert purse.lots == [(30, 10, 0, 0), (50, 50, 0, 0)]
    assert friend.lots == [(30, 10, 0, 0), (30, 0, 0, 0)]
    assert purse.is_sound


@pytest.mark.parametrize("loss", ["redeem", "hold", "send", "lapse"])
def test_what_the_receiver_no_longer_holds_does_not_come_back(purse, friend, loss):
    purse.grant(60, expires_on=days(9))
    sent = purse.send(friend, 60)
    on = days(9) if loss == "lapse" else DAY
    if loss == "send":
        friend.send(Purse.of(purse.unit), 15)
    elif loss != "lapse":
        getattr(friend, loss)(15)
    left = 0 if loss == "lapse" else 45

    with pytest.raises(SentPointsAreGone) as refusal:
        friend.send_back(sent, purse, left + 1, on=on)

    assert refusal.value.extra == {"left": left}
    assert purse.balance == (0, 0, 0, 0)
    assert purse.is_sound


def test_it_comes_back_once(purse, friend):
    purse.grant(60)
    sent = purse.send(friend, 60)
    first = friend.send_back(sent, purse, 60, key="undo")

    again = friend.send_back(sent, purse, 60, key="undo")
    with pytest.raises(SentPointsAreGone):
        friend.send_back(sent, purse, 1)

    assert (again.movement, again.replayed) == (first.movement, True)
    assert (purse.balance, friend.balance) == ((60, 0, 0, 0), (0, 0, 0, 0))


def test_only_the_receiver_gives_back(purse, friend):
    purse.grant(60)
    sent = purse.send(friend, 60)
    other = Purse.of(purse.unit)
    other.grant(60)

    with pytest.raises(NothingToReverse):
        other.send_back(sent, purse, 60)

    assert (purse.balance, other.balance) == ((0, 0, 0, 0), (60, 0, 0, 0))


def test_a_return_of_what_was_sent_is_owed_by_the_sender(purse, friend):
    earned = purse.grant(100)
    purse.send(friend, 70)

    back = purse.reverse(earned, 100)

    assert (back.taken, back.owed) == (30, 70)
    assert (purse.balance, friend.balance) == ((0, 0, 0, 70), (70, 0, 0, 0))
    assert (purse.lots, moved()) == ([(100, 0, 0, 30)], {0})
    assert purse.is_sound


def test_other_points_pay_for_the_return_of_what_was_sent(purse, friend):
    earned = purse.grant(100, expires_on=days(5))
    purse.grant(50, expires_on=days(9))
    purse.send(friend, 100)

    purse.reverse(earned, 100)

    assert (purse.balance, friend.balance) == ((0, 0, 0, 50), (100, 0, 0, 0))
    assert purse.lots == [(100, 0, 0, 0), (50, 0, 0, 0)]
    assert purse.is_sound
    with pytest.raises(NothingToReverse):
        purse.reverse(earned, 1)


def test_a_programme_without_debts_refuses_the_return_of_what_was_sent(purse, friend):
    earned = purse.grant(100)
    purse.send(friend, 70)

    with pytest.raises(Exception, match="does not let a member owe"):
        purse.reverse(earned, 100, policy=ArrearsPolicy.FORBID)

    assert (purse.balance, purse.lots) == ((30, 0, 0, 0), [(100, 30, 0, 0)])


def test_a_programme_forgives_what_was_sent(purse, friend):
    earned = purse.grant(100)
    purse.send(friend, 70)

    back = purse.reverse(earned, 100, policy=ArrearsPolicy.FORGIVE)

    assert (back.taken, back.owed, back.forgiven) == (30, 0, 70)
    assert (purse.balance, friend.balance) == ((0, 0, 0, 0), (70, 0, 0, 0))
    assert purse.is_sound


def test_points_that_come_back_pay_what_their_return_left_owed(purse, friend):
    earned = purse.grant(100)
    sent = purse.send(friend, 70)
    purse.reverse(earned, 100)

    friend.send_back(sent, purse, 70)

    assert (purse.balance, friend.balance) == ((0, 0, 0, 0), (0, 0, 0, 0))
    assert purse.is_sound


def test_what_was_received_is_nobodys_grant(purse, friend):
    purse.grant(60)
    sent = purse.send(friend, 60)
    received = Movement.objects.get(points_account=friend.account)

    with pytest.raises(NothingToReverse):
        friend.reverse(type(sent)(received.pk, 0, 0, 0, 0, 0, False), 60)

    assert friend.balance == (60, 0, 0, 0)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("UPDATE ledger_lot SET expires_on = '2099-01-01' WHERE came_from_id IS NOT NULL", ("received lot", 60, 60)),
        ("UPDATE ledger_lot SET terms = 99 WHERE came_from_id IS NOT NULL", ("received lot", 60, 60)),
        ("UPDATE ledger_lot SET came_from_id = id WHERE came_from_id IS NOT NULL", ("received lot", 0, 60)),
        ("UPDATE ledger_lotmove SET units = 59 WHERE from_state = 5", ("points between two wallets", 60, 59)),
        ("UPDATE ledger_lotmove SET business_on = '2020-01-01' WHERE from_state = 5", ("points between two wallets", 60, 0)),
        ("UPDATE ledger_lotmove SET from_state = 5, to_state = 10 WHERE to_state = 5", ("lot sent below zero", 0, -60)),
    ],
)
def test_verify_finds_an_edited_transfer(purse, friend, change, difference):
    purse.grant(60, expires_on=days(9))
    purse.send(friend, 60)
    assert queries.verify() == []

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(change)

    assert difference in {(found.differs, found.expected, found.found) for found in queries.verify()}
