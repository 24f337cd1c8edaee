"""Giving points: at once, pending, again, and into arrears."""

import dataclasses
import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from ledger.points import services
from ledger.points.calls import STATEMENTS
from ledger.points.domain import Grant, PointsPrice, Reason, Source
from ledger.points.models import Act, Lot, LotMove, Movement
from ledger.points.services import ActConflict, NoSuchWallet, NothingToReverse
from loyalty.kit.ids import child_id
from tests.ledger.factories import DAY, WalletFactory, a_grant, a_sale, noon


def test_it_answers_with_the_movement_and_the_balances(purse):
    outcome = purse.grant(100)

    assert dataclasses.asdict(outcome) == {
        "movement": Movement.objects.get().id, "available": 100, "pending": 0, "held": 0, "arrears": 0, "seq": 1, "replayed": False,
    }  # fmt: skip
    assert purse.balance == (100, 0, 0, 0)
    assert purse.is_sound


def test_it_writes_movement_lot_and_lot_move_with_all_facts(purse):
    tender = uuid.uuid4()
    sale = dataclasses.replace(a_sale(), estimate=7, tender=tender)

    outcome = purse.grant(100, reason=Reason.SALE, sale=sale, portfolio=3, terms=9, expires_on=dt.date(2027, 1, 31))

    movement, lot, move = Movement.objects.get(), Lot.objects.get(), LotMove.objects.get()
    assert (movement.kind, movement.debit, movement.credit, movement.amount, movement.reason) == (1, 1, 10, 100, 1)
    assert (movement.business_on, movement.occurred_at, movement.seq) == (DAY, noon(DAY), 1)
    assert (movement.paid_minor, movement.standalone_minor, movement.ssp_point) == (1000, 1000, sale.ssp_point)
    assert (movement.estimate_id, movement.tender_id, movement.reverses_id, movement.face_minor) == (7, tender, None, None)
    assert (lot.id, lot.granted, lot.remaining, lot.held, lot.reversed) == (outcome.movement, 100, 100, 0, 0)
    assert (lot.granted_on, lot.grant_month, lot.source_kind, lot.portfolio) == (DAY, dt.date(2026, 1, 1), 1, 3)
    assert (lot.expires_on, lot.matures_on, lot.is_pending, lot.terms) == (dt.date(2027, 1, 31), None, False, 9)
    assert (move.id, move.movement_id, move.lot_id) == (child_id(outcome.movement, 1), outcome.movement, outcome.movement)
    assert (move.from_state, move.to_state, move.units, move.business_on, move.reason) == (1, 10, 100, DAY, 1)
    assert (move.grant_month, move.source_kind, move.portfolio) == (dt.date(2026, 1, 1), 1, 3)
    assert movement.recorded_at <= Movement.objects.get().recorded_at


def test_pending_points_wait_until_they_are_activated(purse):
    waiting = purse.grant(100, matures_on=DAY + dt.timedelta(days=14))
    assert purse.balance == (0, 100, 0, 0)

    done = purse.activate(waiting)

    assert (done.available, done.pending, done.seq) == (100, 0, 2)
    assert purse.story == [(1, 1, 11, 100), (2, 11, 10, 100)]
    assert purse.lot_moves(done) == [(1, 11, 10, 100)]
    assert Lot.objects.get().is_pending is False
    assert purse.is_sound


def test_points_that_mature_on_the_day_they_are_earned_do_not_wait(purse):
    purse.grant(100, matures_on=DAY)

    assert purse.balance == (100, 0, 0, 0)


def test_activating_twice_is_refused_and_changes_nothing(purse):
    waiting = purse.grant(100, matures_on=DAY + dt.timedelta(days=14))
    purse.activate(waiting)

    with pytest.raises(NothingToReverse):
        purse.activate(waiting)

    assert purse.story == [(1, 1, 11, 100), (2, 11, 10, 100)]


def test_the_same_key_with_the_same_facts_replays(purse):
    first = purse.grant(100, key="basket-1")
    purse.redeem(30)

    again = purse.grant(100, key="basket-1")

    assert again == dataclasses.replace(first, available=70, seq=2, replayed=True)
    assert purse.balance == (70, 0, 0, 0)
    assert (Act.objects.count(), Movement.objects.count(), Lot.objects.count()) == (2, 2, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"units": 101},
        {"on": DAY + dt.timedelta(days=1)},
        {"reason": Reason.GOODWILL},
        {"matures_on": DAY + dt.timedelta(days=3)},
        {"reason": Reason.SALE, "sale": a_sale()},
    ],
)
def test_the_same_key_with_other_facts_is_refused(purse, change):
    purse.grant(100, key="basket-1")

    with pytest.raises(ActConflict) as refusal:
        purse.grant(**{"units": 100, "key": "basket-1"} | change)

    assert refusal.value.code == "act_conflict"
    assert (purse.balance, purse.story) == ((100, 0, 0, 0), [(1, 1, 10, 100)])


def test_terms_that_changed_between_two_tries_do_not_matter(purse):
    purse.grant(100, key="basket-1", terms=1, expires_on=dt.date(2027, 1, 1))

    again = purse.grant(100, key="basket-1", terms=2, expires_on=dt.date(2028, 1, 1))

    assert again.replayed


def test_one_key_cannot_name_two_kinds_of_act(purse):
    purse.grant(100)
    purse.hold(30, key="voucher-1")

    with pytest.raises(ActConflict):
        purse.redeem(30, key="voucher-1")

    assert purse.balance == (70, 0, 30, 0)


def test_other_sources_and_other_wallets_have_keys_of_their_own(purse):
    other = WalletFactory.create(unit=purse.unit)

    purse.grant(1, key="1", source=Source.PURCHASE)
    purse.grant(10, key="1", source=Source.CAMPAIGN)
    services.grant(grant=a_grant(other.id, purse.unit.pk, 100, key="1"))

    assert purse.balance == (11, 0, 0, 0)
    assert purse.is_sound


def test_a_wallet_without_the_currency_is_refused(purse):
    with pytest.raises(NoSuchWallet), transaction.atomic():
        services.grant(grant=a_grant(uuid.uuid4(), purse.unit.pk, 100))

    assert (Act.objects.count(), Movement.objects.count()) == (0, 0)


def test_a_sale_without_its_price_is_refused_by_domain_and_database(purse):
    with pytest.raises(AssertionError):
        purse.grant(100, reason=Reason.SALE)

    grant = a_grant(purse.account, purse.unit.pk, 100, reason=Reason.SALE, sale=a_sale())
    arguments = services._grant_arguments(grant)
    arguments[14] = None
    with pytest.raises(IntegrityError, match="carries what was paid"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENTS["ledger_grant"], arguments)


def test_bought_points_carry_their_price_alone(purse):
    purse.grant(100, reason=Reason.PURCHASED, sale=PointsPrice(1_10))

    movement = Movement.objects.get()
    assert (movement.reason, movement.paid_minor) == (Reason.PURCHASED, 110)
    assert (movement.standalone_minor, movement.ssp_point, movement.estimate_id) == (None, None, None)


@pytest.mark.parametrize(
    ("reason", "sale"),
    [(Reason.PURCHASED, None), (Reason.PURCHASED, a_sale()), (Reason.SALE, PointsPrice(110)), (Reason.GOODWILL, PointsPrice(110))],
)
def test_only_bought_points_have_a_price_of_their_own(purse, reason, sale):
    with pytest.raises(AssertionError):
        purse.grant(100, reason=reason, sale=sale)

    assert purse.story == []


@pytest.mark.parametrize("function", ["ledger_grant", "ledger_grant_many"])
def test_the_database_refuses_bought_points_without_their_price(purse, monkeypatch, function):
    monkeypatch.setattr(Grant, "__post_init__", lambda _grant: None)
    grant = a_grant(purse.account, purse.unit.pk, 100, reason=Reason.PURCHASED)

    with pytest.raises(IntegrityError, match="carries what was paid"), transaction.atomic():
        services.grant(grant=grant) if function == "ledger_grant" else services.grant_many(grants=[grant])

    assert purse.story == []


def test_bought_points_again_at_another_price_are_refused(purse):
    purse.grant(100, key="order-1", reason=Reason.PURCHASED, sale=PointsPrice(1_10))

    with pytest.raises(ActConflict):
        purse.grant(100, key="order-1", reason=Reason.PURCHASED, sale=PointsPrice(1_20))

    assert purse.balance == (100, 0, 0, 0)


def test_points_fill_arrears_before_they_make_a_lot(purse):
    owe(purse, 30)

    outcome = purse.grant(100, reason=Reason.SALE, sale=a_sale())

    assert (outcome.available, outcome.arrears, outcome.seq) == (70, 0, 5)
    assert purse.story[3:] == [(4, 1, 10, 70), (5, 1, 13, 30)]
    assert purse.lots == [(30, 0, 0, 30), (70, 70, 0, 0)]
    assert list(Movement.objects.filter(seq__gte=4).order_by("seq").values_list("paid_minor", "arrears_after")) == [(1000, 30), (None, 0)]
    assert purse.is_sound


def test_points_that_only_fill_arrears_make_no_lot(purse):
    owe(purse, 30)

    outcome = purse.grant(20, reason=Reason.SALE, sale=a_sale())

    assert (outcome.available, outcome.arrears, outcome.seq) == (0, 10, 4)
    assert Movement.objects.get(id=outcome.movement).paid_minor == 1000
    assert purse.story[3:] == [(4, 1, 13, 20)]
    assert purse.lots == [(30, 0, 0, 30)]
    assert purse.is_sound


def test_replays_of_a_grant_that_filled_arrears_change_nothing(purse):
    owe(purse, 30)
    first = purse.grant(100, key="filling")

    again = purse.grant(100, key="filling")

    assert (again.movement, again.available, again.arrears, again.seq, again.replayed) == (first.movement, 70, 0, 5, True)
    assert purse.is_sound


def test_pending_points_fill_arrears_when_they_are_activated(purse):
    owe(purse, 30)
    waiting = purse.grant(100, matures_on=DAY + dt.timedelta(days=14))
    assert purse.balance == (0, 100, 0, 30)

    done = purse.activate(waiting)

    assert (done.available, done.pending, done.arrears) == (70, 0, 0)
    assert purse.story[4:] == [(5, 11, 10, 100), (6, 10, 13, 30)]
    assert purse.lot_moves(done) == [(2, 11, 10, 100), (2, 10, 2, 30)]
    assert purse.is_sound


def test_arrears_are_filled_beside_points_that_are_due_but_not_yet_expired(purse):
    purse.grant(50, expires_on=DAY)
    owe(purse, 30)
    assert purse.balance == (50, 0, 0, 30)

    outcome = purse.grant(20)

    assert (outcome.available, outcome.arrears) == (50, 10)
    assert purse.shown() == (0, 0, 0, 10)
    assert purse.is_sound


def test_a_balance_has_a_ceiling(purse):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_balance SET available = 999999999999 WHERE points_account_id = %s", [purse.account])

    with pytest.raises(IntegrityError, match="points_are_never_negative"):
        purse.grant(2)


def owe(purse, units):
    """Leave the wallet with arrears: granted, spent, taken back."""
    earned = purse.grant(units)
    purse.redeem(units)
    purse.reverse(earned, units)
