"""What plans include, used: within limits, for an order, given back with a purchase; two at once."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from loyalty.kit.money import Money
from rewards.plans.models import EntitlementUse
from rewards.plans.queries import benefits_on
from rewards.plans.services import (
    EntitlementUsedUp,
    NotEntitled,
    OrderAmountNeeded,
    OrderTooSmall,
    SubscriptionNumberConflict,
    Use,
    UseGivenBack,
    give_back_use,
    use_entitlement,
)
from rewards.purchases.domain import PurchaseFacts, whole_line
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.accounts.factories import MemberFactory
from tests.rewards.plans.stage import again, bought, given_up, noon, prime_club, told, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    member = MemberFactory.create(programme=prime_club())
    bought(member, noon(3, 12))
    return member


def refused(problem, member, at, number="U9", **more):
    before = EntitlementUse.objects.count()
    with pytest.raises(problem) as raised:
        used(member, at, number, **more)
    assert EntitlementUse.objects.count() == before
    return raised.value


def test_uses_are_counted_by_month_and_end_at_the_limit(member):
    rows = [used(member, noon(4, day), f"U{day}") for day in (2, 3)]

    told_why = refused(EntitlementUsedUp, member, noon(4, 30))

    assert [(row.number, row.used, row.window_on) for row in rows] == [(1, 1, dt.date(2024, 4, 1)), (2, 2, dt.date(2024, 4, 1))]
    assert told_why.extra == {"next_on": "2024-05-01"}
    assert used(member, noon(5, 1), "U5").used == 1


def test_an_order_below_the_least_amount_is_refused_with_it(member):
    assert refused(OrderTooSmall, member, noon(4, 2), minor=1199).extra == {"least": "12.00"}
    assert used(member, noon(4, 2), minor=1200).used == 1


def test_the_order_is_needed_where_an_amount_counts_and_nowhere_else(member):
    with pytest.raises(OrderAmountNeeded):
        use_entitlement(member=member, use=Use("delivery"), act=told("U1", noon(4, 2)))

    assert use_entitlement(member=member, use=Use("films"), act=told("U1", noon(4, 2))).use.most is None


def test_nothing_is_used_without_the_plan_or_beside_its_days(member):
    refused(NotEntitled, member, noon(3, 11))
    refused(NotEntitled, member, noon(3, 12, 2025))
    refused(NotEntitled, member, noon(4, 2), code="parking")
    refused(NotEntitled, MemberFactory.create(programme=member.programme), noon(4, 2))


def test_nothing_is_used_any_more_on_the_day_on_which_it_was_given_up(member):
    given_up(again(member.subscriptions.get()), noon(4, 2))

    refused(NotEntitled, member, noon(4, 2))


def test_a_number_counts_once(member):
    first = used(member, noon(4, 2))

    assert used(member, noon(4, 2)) == first
    refused(SubscriptionNumberConflict, member, noon(4, 2), "U1", minor=5000)
    refused(SubscriptionNumberConflict, member, noon(4, 3), "U1")


def test_what_is_given_back_can_be_used_again_and_only_once_given_back(member):
    first, _second = used(member, noon(4, 2), "U1"), used(member, noon(4, 3), "U2")

    back = give_back_use(use=first, act=told("B1", noon(5, 4))).use

    assert (back.kind, back.number, back.used, back.window_on) == ("given_back", 3, 1, dt.date(2024, 4, 1))
    assert give_back_use(use=first, act=told("B1", noon(5, 4))).replayed
    with pytest.raises(UseGivenBack):
        give_back_use(use=first, act=told("B2", noon(5, 5)))
    assert used(member, noon(4, 30), "U3").used == 2


def test_a_purchase_that_comes_back_whole_gives_back_what_was_used_for_it(member):
    lines = (whole_line(Money(20_00, "EUR")),)
    facts = PurchaseFacts("shop", "P1", noon(1, 12, 2025), "EUR", "store", lines, member=member.pk)
    purchase = record_purchase(programme=member.programme, facts=facts, at=noon(1, 12, 2025)).purchase
    used(member, noon(1, 12, 2025), "U1", receipt="P1")
    used(member, noon(1, 12, 2025), "U2", receipt="P2")

    record_return(purchase=purchase, facts=ReturnFacts("shop", "B1", noon(1, 13, 2025), None, 5_00), at=noon(1, 13, 2025))
    assert EntitlementUse.objects.filter(kind="given_back").count() == 0
    record_return(purchase=purchase, facts=ReturnFacts("shop", "B2", noon(1, 14, 2025)), at=noon(1, 14, 2025))

    [back] = EntitlementUse.objects.filter(kind="given_back")
    assert (back.use.external_id, back.used) == ("U1", 1)
    [delivery, films] = benefits_on(member, dt.date(2025, 1, 15))
    assert (delivery.used, delivery.left, films.used, films.left) == (1, 1, 0, None)


def test_a_subscription_whose_only_use_was_given_back_is_unused(member):
    give_back_use(use=used(member, noon(4, 2)), act=told("B1", noon(4, 3)))

    assert given_up(member.subscriptions.get(), noon(6, 20)).cancellation.refund_minor == 13900


def test_the_database_keeps_uses_and_their_limit(member):
    row = used(member, noon(4, 2))
    values = {
        name: getattr(row, name)
        for name in (
            "subscription",
            "programme",
            "period",
            "entitlement",
            "window_on",
            "source",
            "fingerprint",
            "occurred_at",
            "business_on",
            "recorded_at",
        )
    }

    for change in (
        lambda: EntitlementUse.objects.update(used=0),
        lambda: EntitlementUse.objects.all().delete(),
        lambda: EntitlementUse.objects.create(**values, kind="used", number=1, used=1, external_id="X1"),
        lambda: EntitlementUse.objects.create(**values, kind="used", number=2, used=3, most=2, external_id="X2"),
        lambda: EntitlementUse.objects.create(**values, kind="given_back", number=2, used=0, external_id="X3"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
