"""Deliveries that wait for what may still come: a buyer who joins, an order behind its refund."""

import datetime as dt

import pytest

from accounts.outbox.domain import MOST_ATTEMPTS, wait_after
from rewards.connectors.domain import Sender
from rewards.connectors.models import Delivery
from rewards.connectors.services import retry_delivery
from rewards.connectors.services.acts import act_on
from rewards.purchases.models import Purchase
from tests.accounts.factories import AT, MemberFactory
from tests.api.conftest import open_club
from tests.rewards.connectors.notices import payload
from tests.rewards.connectors.stage import MORNING, balance, charge, connect, deliver, order, said, work

pytestmark = pytest.mark.django_db
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


@pytest.fixture
def programme():
    return open_club()


@pytest.fixture
def bob(programme):
    return MemberFactory.create(programme=programme, email="bob.norman@hostmail.com", phone="+14155551234")


@pytest.fixture
def shop(programme):
    return connect(programme, Sender.SHOPIFY)


@pytest.fixture
def stripe(programme):
    return connect(programme, Sender.STRIPE, finds_by="phone")


def all_tries(start=AT):
    """Work at each moment at which a delivery that waits is tried, until its tries have ended."""
    done = [work(start + sum((wait_after(number) for number in range(1, tried)), MINUTE * 0)) for tried in range(1, MOST_ATTEMPTS + 1)]
    return [one for some in done for one in some]


def refund_of_one():
    """One of two pieces of the first order comes back."""
    lines = [{"line_item_id": 466157049, "quantity": 1}]
    return payload("shopify_refund")["refund"] | {"id": 1, "order_id": 1, "created_at": MORNING, "refund_line_items": lines}


def test_an_order_of_somebody_who_joins_within_two_days_is_counted_without_hands(programme, shop):
    deliver(shop, order(), topic="orders/paid", number="W1")
    [delivery] = work()
    assert said(delivery) == ("waiting", "no_member")
    assert (delivery.error[:16], work(AT + MINUTE / 2)) == ("Nobody is known ", [])

    member = MemberFactory.create(programme=programme, email="bob.norman@hostmail.com")

    assert [said(one) for one in work(AT + MINUTE)] == [("done", "")]
    assert balance(member) == 398


def test_an_order_of_somebody_unknown_is_passed_over_in_the_end_and_counted_with_its_refunds_when_retried(programme, shop):
    deliver(shop, order(), topic="orders/paid", number="W1")
    deliver(shop, refund_of_one(), topic="refunds/create", number="W2")

    ended = {one.number: said(one) for one in all_tries()}

    assert ended == {"W1": ("skipped", "no_member"), "W2": ("skipped", "no_sale")}
    assert work(AT + 9 * DAY) == [] and Purchase.objects.count() == 0
    member = MemberFactory.create(programme=programme, email="bob.norman@hostmail.com")
    retry_delivery(delivery=Delivery.objects.get(number="W1"), at=AT + 9 * DAY)
    assert [(one.number, *said(one)) for one in work(AT + 9 * DAY)] == [("W1", "done", ""), ("W2", "done", "")]
    assert balance(member) == 199


def test_an_order_that_says_nothing_of_its_buyer_does_not_wait(programme, shop):
    deliver(shop, order(customer=None, email="", phone=""), topic="orders/paid", number="W1")

    assert [said(one) for one in work()] == [("skipped", "no_member")]


def test_a_refund_that_comes_before_its_order_is_worked_on_as_soon_as_the_order_is_counted(stripe, bob):
    deliver(stripe, charge("charge.refunded", "E2", amount_refunded=1_000))
    [early] = work()
    assert (*said(early), early.attempts) == ("waiting", "no_order", 1)
    assert early.error.startswith("The order is not here yet.")

    deliver(stripe, charge("charge.succeeded", "E1"))

    assert [(one.number, *said(one)) for one in work()] == [("E1", "done", ""), ("E2", "done", "")]
    assert (balance(bob), work(AT + DAY)) == (15, [])


def test_an_order_that_never_comes_needs_a_person_and_one_that_comes_late_needs_none(stripe, bob):
    delivery = deliver(stripe, charge("charge.refunded", "E2", amount_refunded=1_000)).delivery

    all_tries()

    delivery.refresh_from_db()
    assert (*said(delivery), delivery.attempts) == ("failed", "no_order", MOST_ATTEMPTS)
    assert work(AT + 9 * DAY) == []
    deliver(stripe, charge("charge.succeeded", "E1"))
    assert [(one.number, *said(one)) for one in work(AT + 9 * DAY)] == [("E1", "done", ""), ("E2", "done", "")]
    assert balance(bob) == 15


def test_news_of_another_order_or_another_shop_wakes_nothing(programme, shop, bob):
    other = connect(programme, Sender.SHOPIFY, name="Other shop")
    deliver(shop, refund_of_one(), topic="refunds/create", number="W1")
    work()

    deliver(shop, order(2), topic="orders/paid", number="W2")
    deliver(other, order(1), topic="orders/paid", number="W3")

    assert [one.number for one in work()] == ["W2", "W3"]
    assert Delivery.objects.get(number="W1").outcome == "waiting"


def test_a_worker_that_comes_too_late_does_not_undo_what_another_settled(shop, bob, monkeypatch):
    deliver(shop, order(), topic="orders/paid", number="W1")

    def slow(**facts):
        monkeypatch.undo()
        work(AT + MINUTE)
        return act_on(**facts)

    monkeypatch.setattr("rewards.connectors.services.inbox.act_on", slow)
    work()

    assert said(Delivery.objects.get()) == ("done", "")
    assert balance(bob) == 398
