"""Two at once: the last use of an entitlement, one plan bought twice, a renewal while a subscription ends."""

import pytest

from loyalty.kit.problems import Problem
from rewards.plans.domain import Term
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionPeriod
from rewards.plans.services import end_due
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory
from tests.rewards.plans.stage import again, bought, given_up, noon, prime_club, renewed, used


def told(*acts):
    """Do acts at the same moment; return "done" or the code of each refusal, sorted."""
    return sorted(answer.code if isinstance(answer, Problem) else "done" for answer in at_once(*acts))


@pytest.fixture
def member(committed_db):
    return MemberFactory.create(programme=prime_club())


def test_the_last_use_goes_to_one_of_two(member):
    bought(member, noon(3, 12))
    used(member, noon(4, 1), "U0")

    answers = told(*(lambda number=number: used(member, noon(4, 2), number) for number in ("U1", "U2")))

    assert answers == ["done", "entitlement_used_up"]
    assert list(EntitlementUse.objects.order_by("number").values_list("number", "used")) == [(1, 1), (2, 2)]


def test_a_plan_is_bought_by_one_of_two(member):
    answers = told(*(lambda number=number: bought(member, noon(3, 12), number) for number in ("S1", "S2")))

    assert answers == ["done", "subscription_goes_on"]
    assert (Subscription.objects.count(), SubscriptionPeriod.objects.count()) == (1, 1)


def test_one_number_told_twice_at_once_is_one_renewal(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription

    answers = told(*(lambda: renewed(month, noon(4, 12)) for _again in range(2)))

    assert (answers, SubscriptionPeriod.objects.count()) == (["done", "done"], 2)


def test_a_use_and_an_end_at_once_never_give_back_what_was_used(member):
    year = bought(member, noon(3, 12)).subscription

    at_once(lambda: used(member, noon(6, 20)), lambda: given_up(year, noon(6, 20)))

    [row] = year.cancellations.all()
    assert (row.is_unused, row.refund_minor) == ((True, 13900) if not EntitlementUse.objects.exists() else (False, 10054))


def test_a_late_renewal_and_the_work_that_ends_are_in_one_order(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription

    at_once(lambda: renewed(month, noon(4, 15)), lambda: end_due(programme=member.programme, at=noon(4, 16)))

    assert (again(month).state, SubscriptionPeriod.objects.count()) in {("active", 2), ("ended", 1)}
