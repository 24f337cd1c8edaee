"""Subscriptions on their way: begun, renewed, given up, ended; and the fact that rules ask for."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from loyalty.kit.money import Money
from rewards.events.services import MemberNotActive
from rewards.plans.domain import Term, When
from rewards.plans.models import Subscription, SubscriptionCancellation, SubscriptionPeriod, SubscriptionRefund
from rewards.plans.queries import PlanNotFound
from rewards.plans.services import (
    PlanTermsDoNotFit,
    RenewedBefore,
    SubscriptionEnded,
    SubscriptionGoesOn,
    SubscriptionNumberConflict,
    SubscriptionRunsOut,
    TrialNotOffered,
    VariantNotForMember,
    end_due,
)
from rewards.purchases.domain import PurchaseFacts, whole_line
from rewards.purchases.services import record_purchase
from rewards.setups.domain import SetupKind
from tests.accounts.factories import MemberFactory
from tests.rewards.plans.stage import PRIME, again, bought, given_up, noon, prime_club, renewed, used
from tests.rewards.setups.stage import rule_for, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory.create(programme=prime_club())


def topics(member):
    rows = OutboxEvent.objects.filter(member_id=member.pk, topic__startswith="subscription.").order_by("pk")
    return [topic.removeprefix("subscription.") for topic in rows.values_list("topic", flat=True)]


def refused(problem, member, act, *args, **more):
    """Refused, nothing changed, nothing sent."""
    before = [
        topics(member),
        *(list(of.objects.order_by("pk").values()) for of in (Subscription, SubscriptionPeriod, SubscriptionCancellation)),
    ]
    with pytest.raises(problem) as raised:
        act(*args, **more)
    after = [
        topics(member),
        *(list(of.objects.order_by("pk").values()) for of in (Subscription, SubscriptionPeriod, SubscriptionCancellation)),
    ]
    assert after == before
    return raised.value


def test_a_year_given_up_unused_goes_back_in_full(member):
    year = bought(member, noon(3, 12))

    done = given_up(year.subscription, noon(6, 20))

    row = done.cancellation
    assert (row.is_unused, row.refund_minor, row.ends_on) == (True, 13900, dt.date(2024, 6, 21))
    assert [(of.period, of.refunded_minor) for of in SubscriptionRefund.objects.all()] == [(year.period, 13900)]
    assert (done.subscription.state, done.subscription.ends_on) == ("ended", dt.date(2024, 6, 21))
    assert topics(member) == ["started", "cancelled", "ended"]


def test_a_year_given_up_after_it_was_used_goes_back_by_days(member):
    year = bought(member, noon(3, 12))
    used(member, noon(4, 2))

    row = given_up(year.subscription, noon(6, 20)).cancellation

    assert (row.is_unused, row.refund_minor) == (False, 10054)


def test_months_follow_one_another_and_only_what_is_left_goes_back(member):
    first = bought(member, noon(1, 31), term=Term.MONTH)
    second = renewed(first.subscription, noon(2, 29), "R1")
    third = renewed(first.subscription, noon(3, 30), "R2")
    used(member, noon(2, 10))

    row = given_up(first.subscription, noon(3, 30)).cancellation

    assert [(one.period.number, one.period.from_on) for one in (first, second, third)] == [
        (1, dt.date(2024, 1, 31)),
        (2, dt.date(2024, 2, 29)),
        (3, dt.date(2024, 3, 31)),
    ]
    assert [(of.period.number, of.refunded_minor) for of in row.refunds.order_by("period__number")] == [(2, 1499), (3, 1499)]
    assert (row.is_unused, row.refund_minor) == (True, 2998)


def test_what_is_to_run_out_holds_until_its_last_day_and_a_renewal_lets_it_go_on(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription

    row = given_up(month, noon(3, 20), when=When.PERIOD_END).cancellation
    told = refused(SubscriptionRunsOut, member, given_up, month, noon(3, 21), "C2", When.PERIOD_END)

    assert (row.refund_minor, row.ends_on, again(month).state, told.code) == (0, dt.date(2024, 4, 12), "ending", "subscription_runs_out")
    renewed(month, noon(4, 11))
    assert (again(month).state, again(month).ends_on) == ("active", dt.date(2024, 5, 12))


def test_a_trial_costs_nothing_comes_once_and_is_followed_by_paid_days(member):
    trial = bought(member, noon(3, 1), term=Term.MONTH, is_trial=True)
    paid = renewed(trial.subscription, noon(3, 31)).period

    assert (trial.period.is_trial, trial.period.paid_minor, trial.period.to_on) == (True, 0, dt.date(2024, 3, 31))
    assert (paid.from_on, paid.to_on, paid.paid_minor) == (dt.date(2024, 3, 31), dt.date(2024, 4, 30), 1499)
    given_up(trial.subscription, noon(4, 1))
    refused(TrialNotOffered, member, bought, member, noon(4, 5), "S2", is_trial=True)


def test_a_plan_without_trial_gives_none():
    member = MemberFactory.create(programme=prime_club(trial_days=0))

    refused(TrialNotOffered, member, bought, member, noon(3, 1), is_trial=True)


def test_a_student_pays_less_and_nobody_else(member):
    refused(VariantNotForMember, member, bought, member, noon(3, 12), variant="student")
    Member.objects.filter(pk=member.pk).update(attributes={"student": "yes"})

    year = bought(member, noon(3, 12), variant="student")

    assert year.period.paid_minor == 6900
    Member.objects.filter(pk=member.pk).update(attributes={"student": "no"})
    refused(VariantNotForMember, member, renewed, year.subscription, noon(3, 12, 2025))
    assert renewed(year.subscription, noon(3, 12, 2025), variant="standard").period.paid_minor == 13900


def test_less_may_be_paid_than_the_plan_costs_and_never_more(member):
    refused(PlanTermsDoNotFit, member, bought, member, noon(3, 12), paid_minor=13901)

    assert bought(member, noon(3, 12), paid_minor=9900).period.paid_minor == 9900


def test_what_the_plan_does_not_have_is_refused(member):
    refused(PlanTermsDoNotFit, member, bought, member, noon(3, 12), variant="family")
    refused(PlanNotFound, member, bought, member, noon(3, 12, 2023))
    set_up(
        member.programme, SetupKind.PLAN, "prime", PRIME | {"variants": {"standard": {"month_minor": 999}}}, valid_from=dt.date(2024, 2, 1)
    )
    refused(PlanTermsDoNotFit, member, bought, member, noon(3, 12))


def test_a_price_that_changes_counts_from_the_next_renewal(member):
    month = bought(member, noon(1, 15), term=Term.MONTH)
    set_up(
        member.programme,
        SetupKind.PLAN,
        "prime",
        PRIME | {"variants": {"standard": {"month_minor": 1699}}},
        valid_from=dt.date(2024, 2, 15),
    )

    early = renewed(month.subscription, noon(2, 14))

    assert (month.period.paid_minor, early.period.from_on, early.period.paid_minor) == (1499, dt.date(2024, 2, 15), 1699)


def test_a_plan_is_not_had_twice_at_once(member):
    first = bought(member, noon(3, 12)).subscription

    told = refused(SubscriptionGoesOn, member, bought, member, noon(4, 1), "S2")

    assert told.extra == {"subscription": str(first.pk)}
    other = MemberFactory.create(programme=member.programme)
    assert bought(other, noon(4, 1), "S3").subscription.state == "active"


def test_a_number_counts_once_and_with_other_facts_not_at_all(member):
    first = bought(member, noon(3, 12))

    again_told = bought(member, noon(3, 12))

    assert (again_told.subscription, again_told.replayed, topics(member)) == (first.subscription, True, ["started"])
    refused(SubscriptionNumberConflict, member, bought, member, noon(3, 12), term=Term.MONTH)
    refused(SubscriptionNumberConflict, member, renewed, first.subscription, noon(3, 12), "S1")
    done = given_up(first.subscription, noon(6, 20))
    assert given_up(first.subscription, noon(6, 20)).cancellation == done.cancellation
    refused(SubscriptionNumberConflict, member, given_up, first.subscription, noon(6, 21))


def test_one_period_is_paid_ahead_and_not_two(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription
    renewed(month, noon(3, 13), "R1")

    refused(RenewedBefore, member, renewed, month, noon(3, 14), "R2")

    assert renewed(month, noon(4, 12), "R2").period.number == 3


def test_a_renewal_may_be_late_and_then_the_subscription_has_ended(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription

    assert [end_due(programme=member.programme, at=noon(4, day)) for day in (12, 15)] == [0, 0]
    late = renewed(month, noon(4, 15)).period
    assert (late.from_on, late.to_on) == (dt.date(2024, 4, 12), dt.date(2024, 5, 12))
    assert [end_due(programme=member.programme, at=noon(5, 16)) for _again in range(2)] == [1, 0]

    refused(SubscriptionEnded, member, renewed, month, noon(5, 16), "R2")
    refused(SubscriptionEnded, member, given_up, month, noon(5, 16))
    assert topics(member) == ["started", "renewed", "ended"]
    assert bought(member, noon(5, 16), "S2").subscription.starts_on == dt.date(2024, 5, 16)


def test_what_nobody_renewed_is_over_even_before_the_work_that_ends_it(member):
    month = bought(member, noon(3, 12), term=Term.MONTH).subscription

    refused(SubscriptionEnded, member, renewed, month, noon(4, 16))
    anew = bought(member, noon(4, 16), "S2").subscription

    assert (again(month).state, anew.state, topics(member)) == ("ended", "active", ["started", "ended", "started"])


def test_who_is_not_active_begins_nothing(member):
    Member.objects.filter(pk=member.pk).update(status="frozen")
    member.refresh_from_db()

    refused(MemberNotActive, member, bought, member, noon(3, 12))


def test_a_rule_counts_for_who_has_the_plan_on_the_day_whatever_the_order(member):
    rule_for(
        member.programme,
        "twice",
        kind="multiplier",
        factor="2",
        when={"field": "member.plans", "op": "has", "value": "prime"},
        valid_from=dt.date(2024, 1, 1),
    )

    def earned(at, number):
        facts = PurchaseFacts("till", number, at, "EUR", "store", (whole_line(Money(10_00, "EUR")),), member=member.pk)
        return record_purchase(programme=member.programme, facts=facts, at=at).purchase

    year = bought(member, noon(3, 12, 2025)).subscription
    given_up(year, noon(6, 20, 2025))

    days = [earned(noon(month, day, 2025), f"P{month}-{day}") for month, day in ((3, 11), (3, 12), (6, 20), (6, 21))]

    assert [one.units for one in days] == [10, 20, 20, 10]
    assert [one.facts["facts"]["member.plans"] for one in days] == [[], ["prime"], ["prime"], []]


def test_the_database_keeps_what_was_paid_and_who_has_what(member):
    year = bought(member, noon(3, 12))
    given_up(year.subscription, noon(6, 20))

    for change in (
        lambda: SubscriptionPeriod.objects.update(paid_minor=1),
        lambda: SubscriptionRefund.objects.all().delete(),
        lambda: SubscriptionCancellation.objects.update(refund_minor=1),
        lambda: Subscription.objects.update(state="active"),
        lambda: Subscription.objects.update(starts_on=dt.date(2024, 1, 1)),
        lambda: Subscription.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
