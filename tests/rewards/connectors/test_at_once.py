"""Deliveries taken in, and worked on, by several at once."""

import threading

import pytest
from django.db import connection

from ledger.points.queries import verify
from rewards.connectors.domain import Sender
from rewards.connectors.models import Delivery
from rewards.purchases.models import Purchase, Return
from tests.accounts.factories import MemberFactory
from tests.api.conftest import open_club
from tests.rewards.connectors.stage import balance, charge, connect, deliver, order, work


def at_once(*acts):
    """Do all of them, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("committed_db")
def test_one_order_under_two_topics_by_two_workers_earns_once():
    programme = open_club()
    member = MemberFactory.create(programme=programme, email="bob.norman@hostmail.com")
    shop = connect(programme, Sender.SHOPIFY)
    for number in range(6):
        at_once(*[lambda n=number: deliver(shop, order(n + 1), topic="orders/create", number=f"C{n}") for _ in range(2)])
        deliver(shop, order(number + 1, test=False, note="paid"), topic="orders/paid", number=f"P{number}")

    at_once(work, work, work)

    assert (Delivery.objects.count(), Purchase.objects.count()) == (12, 6)
    assert sorted(Delivery.objects.values_list("outcome", flat=True)) == ["done"] * 6 + ["skipped"] * 6
    assert (balance(member), verify()) == (6 * 398, [])


@pytest.mark.usefixtures("committed_db")
def test_totals_of_refunds_by_two_workers_take_back_the_largest_once():
    programme = open_club()
    member = MemberFactory.create(programme=programme, phone="+14155551234")
    stripe = connect(programme, Sender.STRIPE, finds_by="phone")
    deliver(stripe, charge("charge.succeeded", "E0"))
    work()
    for number, total in enumerate((500, 2_000, 1_000, 2_000, 1_500)):
        deliver(stripe, charge("charge.refunded", f"R{number}", amount_refunded=total))

    at_once(work, work, work)

    assert sum(Return.objects.values_list("reversed_units", flat=True)) == 20
    assert (balance(member), verify()) == (5, [])
    assert Delivery.objects.filter(outcome="waiting").count() == 0


@pytest.mark.usefixtures("committed_db")
def test_a_refund_and_its_order_at_the_same_moment_end_right_without_hands():
    """Whoever writes second sees what the first wrote, so no refund waits for an order that is here."""
    programme = open_club()
    member = MemberFactory.create(programme=programme, phone="+14155551234")
    stripe = connect(programme, Sender.STRIPE, finds_by="phone")
    for number in range(8):
        deliver(stripe, charge("charge.refunded", f"R{number}", id=f"ch_{number}", amount_refunded=1_000))
        deliver(stripe, charge("charge.succeeded", f"E{number}", id=f"ch_{number}"))

    at_once(work, work, work)

    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"done"}
    assert (balance(member), verify()) == (8 * 15, [])
