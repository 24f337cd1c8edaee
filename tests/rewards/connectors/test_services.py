import dataclasses
import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from ledger.points.models import Movement
from rewards.connectors.domain import Sender
from rewards.connectors.models import Connection, Delivery
from rewards.connectors.services import (
    ROTATION,
    ConnectionFacts,
    NotSigned,
    change_connection,
    forget_bodies,
    receive,
    retry_delivery,
    secrets_of,
    set_secret,
    turn_connection,
)
from rewards.connectors.services.connections import ElsewhereOrUnknown, SecretNotUsable
from rewards.connectors.services.inbox import NothingToRetry
from rewards.purchases.models import Purchase, Return
from tests.accounts.factories import AT, ChannelFactory, MemberFactory
from tests.api.conftest import open_club
from tests.rewards.connectors.notices import SECRET, message, payload, square_event
from tests.rewards.connectors.stage import MORNING, balance, charge, connect, deliver, order, said, woo_order, work

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def programme():
    return open_club()


@pytest.fixture
def bob(programme):
    return MemberFactory.create(programme=programme, email="bob.norman@hostmail.com", external_id="207119551", phone="+14155551234")


@pytest.fixture
def shop(programme, bob):
    return connect(programme, Sender.SHOPIFY)


@pytest.fixture
def stripe(programme, bob):
    return connect(programme, Sender.STRIPE, finds_by="phone")


# --- taking in -------------------------------------------------------------------------------------------------------------


def test_the_same_delivery_twice_and_the_same_order_under_two_topics_earn_once(shop, bob):
    first = deliver(shop, order(), topic="orders/create", number="W1")
    again = deliver(shop, order(), topic="orders/create", number="W1")
    deliver(shop, order(financial_status="paid"), topic="orders/paid", number="W2")

    assert (first.repeated, again.repeated, again.delivery) == (False, True, first.delivery)
    assert sorted(said(one) for one in work()) == [("done", ""), ("skipped", "repeated")]
    assert balance(bob) == 398
    assert Purchase.objects.get().source == f"shopify:{shop.pk}"
    assert Movement.objects.count() == 1


def test_a_delivery_that_is_not_signed_leaves_nothing(shop):
    sent = message(Sender.SHOPIFY, order(), topic="orders/paid", number="W1", at=AT)

    with pytest.raises(NotSigned):
        receive(connection=shop, message=dataclasses.replace(sent, body=sent.body + b" "), at=AT)
    assert Delivery.objects.count() == 0


def test_without_a_secret_nothing_is_taken_in(shop):
    Connection.objects.update(secret=None)
    shop.refresh_from_db()

    with pytest.raises(NotSigned):
        deliver(shop, order(), topic="orders/paid", number="W1")


def test_a_knock_of_woocommerce_is_answered_and_not_kept(programme):
    woo = connect(programme, Sender.WOOCOMMERCE)

    assert receive(connection=woo, message=message(Sender.WOOCOMMERCE, b"webhook_id=3", at=AT), at=AT).delivery is None
    assert Delivery.objects.count() == 0


def test_a_paused_connection_takes_in_and_waits(shop, bob):
    turn_connection(connection=shop, is_active=False)
    deliver(shop, order(), topic="orders/paid", number="W1")
    assert work() == []

    turn_connection(connection=shop, is_active=True)

    assert [said(one) for one in work()] == [("done", "")]
    assert balance(bob) == 398


def test_two_shops_may_have_the_same_numbers(programme, shop, bob):
    other = connect(programme, Sender.SHOPIFY, name="Other shop")
    for connection in (shop, other):
        deliver(connection, order(), topic="orders/paid", number="W1")

    assert [said(one) for one in work()] == [("done", ""), ("done", "")]
    assert balance(bob) == 796


# --- who and what ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("finds_by", ["email", "external_id", "phone"])
def test_a_member_is_found_as_the_connection_says(programme, bob, finds_by):
    shop = connect(programme, Sender.SHOPIFY, finds_by=finds_by)
    customer = order()["customer"] | {"phone": "+1 415 555 1234"}
    deliver(shop, order(customer=customer), topic="orders/paid", number="W1")

    assert [said(one) for one in work()] == [("done", "")]


def test_topics_that_do_not_count_are_passed_over(shop, bob):
    facts = ConnectionFacts(name="Shop", channel=shop.channel, topics=["orders/paid"])
    shop = change_connection(connection=shop, facts=facts)
    deliver(shop, order(), topic="orders/create", number="W1")
    deliver(shop, {"a": 1}, topic="products/update", number="W2")

    assert [said(one) for one in work()] == [("skipped", "topic"), ("skipped", "topic")]
    assert balance(bob) == 0


def test_places_and_topics_of_others_are_refused(shop):
    for facts in (
        ConnectionFacts(name="Shop", channel=ChannelFactory.create()),
        ConnectionFacts(name="Shop", channel=shop.channel, topics=["charge.succeeded"]),
    ):
        with pytest.raises(ElsewhereOrUnknown):
            change_connection(connection=shop, facts=facts)


# --- refunds ---------------------------------------------------------------------------------------------------------------


def steps():
    return list(Return.objects.order_by("recorded_at", "pk").values_list("reversed_units", flat=True))


def test_stripe_states_totals_and_each_takes_back_the_difference(stripe, bob):
    deliver(stripe, charge("charge.succeeded", "E1"))
    deliver(stripe, charge("charge.refunded", "E2", amount_refunded=1_000))
    deliver(stripe, charge("charge.refunded", "E3", amount_refunded=2_500))

    assert [said(one) for one in work()] == [("done", "")] * 3
    assert steps() == [10, 15]
    assert balance(bob) == 0


def test_late_and_repeated_totals_take_nothing_back_twice(stripe, bob):
    for number, total in (("E1", 0), ("E2", 2_000), ("E3", 1_000), ("E4", 2_000)):
        kind = "charge.refunded" if total else "charge.succeeded"
        deliver(stripe, charge(kind, number, amount_refunded=total))

    assert [said(one) for one in work()] == [("done", ""), ("done", ""), ("skipped", "nothing_left"), ("skipped", "nothing_left")]
    assert (steps(), balance(bob)) == ([20], 5)


def test_a_refund_of_an_order_that_was_passed_over_takes_nothing_back(programme):
    stripe = connect(programme, Sender.STRIPE)
    deliver(stripe, charge("charge.succeeded", "E1", billing_details={}, metadata={}))
    deliver(stripe, charge("charge.refunded", "E2", amount_refunded=1_000))

    assert [said(one) for one in work()] == [("skipped", "no_member"), ("skipped", "no_sale")]


def test_goods_come_back_by_line_at_most_what_is_left(shop, bob):
    refund = payload("shopify_refund")["refund"] | {"order_id": 1, "created_at": MORNING}
    lines = [{"line_item_id": 466157049, "quantity": 1}]
    deliver(shop, order(), topic="orders/paid", number="W1")
    deliver(shop, refund | {"id": 1, "refund_line_items": lines}, topic="refunds/create", number="W2")
    deliver(shop, refund | {"id": 2, "refund_line_items": lines}, topic="refunds/create", number="W3")
    deliver(shop, order(cancelled_at=MORNING), topic="orders/cancelled", number="W4")
    deliver(shop, order(cancelled_at=MORNING), topic="orders/cancelled", number="W5")

    assert [said(one) for one in work()] == [
        ("done", ""),
        ("done", ""),
        ("skipped", "nothing_left"),
        ("done", ""),
        ("skipped", "nothing_left"),
    ]
    assert (steps(), balance(bob)) == ([199, 199], 0)


def test_a_line_that_the_order_does_not_have_fails_at_once(shop, bob):
    refund = payload("shopify_refund")["refund"] | {"order_id": 1, "created_at": MORNING}
    deliver(shop, order(), topic="orders/paid", number="W1")
    deliver(shop, refund | {"refund_line_items": [{"line_item_id": 9, "quantity": 1}]}, topic="refunds/create", number="W2")

    assert [said(one) for one in work()] == [("done", ""), ("failed", "")]
    assert balance(bob) == 398


def test_refunds_of_woocommerce_take_back_their_part_of_the_goods(programme):
    member = MemberFactory.create(programme=programme, email="john.doe@example.com")
    woo = connect(programme, Sender.WOOCOMMERCE)
    deliver(woo, woo_order(), topic="order.created", number="D1")
    deliver(woo, woo_order(refunds=[{"total": "-14.68"}]), topic="order.updated", number="D2")
    deliver(woo, woo_order(), topic="order.updated", number="D3")
    deliver(woo, woo_order(refunds=[{"total": "-14.68"}, {"total": "-14.67"}]), topic="order.updated", number="D4")

    assert [said(one) for one in work()] == [("done", ""), ("done", ""), ("skipped", "repeated"), ("done", "")]
    assert list(Return.objects.order_by("pk").values_list("price_minor", flat=True)) == [900, 900]
    assert balance(member) == 0


def test_an_order_that_is_first_heard_of_when_it_was_refunded_ends_at_nothing(programme):
    MemberFactory.create(programme=programme, email="john.doe@example.com")
    woo = connect(programme, Sender.WOOCOMMERCE)
    deliver(woo, woo_order(status="refunded", refunds=[{"total": "-29.35"}]), topic="order.updated", number="D1")
    deliver(woo, woo_order(id=9, refunds=[{"total": "-1.00"}], billing={}), topic="order.updated", number="D2")

    assert [said(one) for one in work()] == [("done", ""), ("skipped", "no_member")]
    assert steps() == [18]


def test_each_refund_of_square_is_a_step(programme, bob):
    square = connect(programme, Sender.SQUARE, finds_by="external_id")
    money = {"currency": "EUR", "amount": 2_500}
    paid = {"id": "P1", "status": "COMPLETED", "amount_money": money, "created_at": MORNING, "customer_id": bob.external_id}
    back = {"payment_id": "P1", "created_at": MORNING}
    deliver(square, square_event("PaymentUpdatedEvent", "E1", **paid))
    deliver(square, square_event("RefundCreatedEvent", "E2", **back, id="R1"))
    deliver(square, square_event("RefundUpdatedEvent", "E2", **back, id="R1"))
    deliver(square, square_event("RefundUpdatedEvent", "E3", **back, id="R1"))
    deliver(square, square_event("RefundUpdatedEvent", "E4", **back, id="R2", amount_money=money))

    assert [said(one) for one in work()] == [
        ("done", ""),
        ("skipped", "unpaid"),
        ("done", ""),
        ("skipped", "nothing_left"),
        ("done", ""),
    ]
    assert (steps(), balance(bob)) == ([10, 15], 0)


# --- trouble ---------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_fails_at_once_with_the_reason(shop):
    deliver(shop, b"{", topic="orders/paid", number="W1")
    deliver(shop, order(id=None), topic="orders/paid", number="W2")

    assert [(one.outcome, one.error) for one in work()] == [
        ("failed", "The body is not JSON."),
        ("failed", "/id is not a number or a name of at most 80 characters."),
    ]


def test_a_refusal_is_tried_again_later(shop, bob):
    deliver(shop, order(currency="USD"), topic="orders/paid", number="W1")
    deliver(shop, order(2), topic="orders/paid", number="W2")

    [refused, _done] = work()

    assert (refused.outcome, refused.error) == ("waiting", "This programme counts purchases in EUR.")
    assert balance(bob) == 398


def test_one_whose_worker_died_does_not_block_the_others(shop, bob, monkeypatch):
    deliver(shop, order(), topic="orders/paid", number="W1")
    deliver(shop, order(2), topic="orders/paid", number="W2")
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr("rewards.connectors.services.inbox.act_on", lambda **_facts: 1 / 0)
        work()

    assert [one.number for one in work()] == ["W2"]
    assert [one.number for one in work(AT + dt.timedelta(minutes=1))] == ["W1"]
    assert balance(bob) == 796


def test_bodies_are_forgotten_and_counted_ones_sooner(shop, bob):
    for number, body in (("W1", order()), ("W2", {"id": 3})):
        deliver(shop, body, topic="orders/paid", number=number)
    work()

    assert forget_bodies(at=AT + DAY) == 0
    assert forget_bodies(at=AT + 2 * DAY) == 1
    assert forget_bodies(at=AT + 31 * DAY) == 1
    for delivery in Delivery.objects.all():
        with pytest.raises(NothingToRetry):
            retry_delivery(delivery=delivery, at=AT + 31 * DAY)
    assert deliver(shop, order(), topic="orders/paid", number="W1").repeated


def test_what_came_stands_in_the_database(shop, bob):
    deliver(shop, order(), topic="orders/paid", number="W1")
    work()

    for change in ({"number": "W9"}, {"topic": "x"}, {"body": b"{}"}, {"outcome": "waiting", "settled_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.all().delete()


# --- secrets ---------------------------------------------------------------------------------------------------------------


def test_the_old_secret_works_beside_the_new_one_for_a_week(shop):
    set_secret(connection=shop, secret="the-next-secret", at=AT)
    shop.refresh_from_db()

    assert secrets_of(shop, AT + ROTATION - DAY) == ["the-next-secret", SECRET]
    assert secrets_of(shop, AT + ROTATION) == ["the-next-secret"]
    assert deliver(shop, order(), topic="orders/paid", number="W1").delivery is not None


def test_secrets_are_not_readable_in_the_database(shop):
    assert SECRET.encode() not in bytes(shop.secret)


def test_a_secret_that_is_none_is_refused_and_ours_are_made(programme, shop):
    with pytest.raises(SecretNotUsable):
        set_secret(connection=shop, secret="", at=AT)
    woo = connect(programme, Sender.WOOCOMMERCE, name="Woo")

    made = set_secret(connection=woo, secret="", at=AT)

    woo.refresh_from_db()
    assert secrets_of(woo, AT)[0] == made
    assert secrets_of(shop, AT) == [SECRET]
