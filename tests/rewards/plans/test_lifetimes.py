"""Memberships for life: sold once, never renewed, never over unless they are given up; in the API and on pages."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit.clock import add_months
from rewards.plans.domain import FOREVER, Term, When
from rewards.plans.models import Subscription, SubscriptionCancellation, SubscriptionPeriod
from rewards.plans.queries import plans_among
from rewards.plans.representations import CancellationAnswer, EntitlementsAnswer, PeriodRecordAnswer, PlansAnswer
from rewards.plans.services import EntitlementUsedUp, SubscriptionForLife, SubscriptionGoesOn, end_due
from rewards.setups.models import SetupVersion
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.caller import problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.plans.stage import again, bought, given_up, prime_club, renewed, used

pytestmark = pytest.mark.django_db
TODAY = AT.date()
LIFE = {
    "variants": {"standard": {"year_minor": 13900, "life_minor": 59900}},
    "life_months": 120,
    "entitlements": {"delivery": {"name": "Free delivery", "most": 1, "per": "period"}},
}


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(AT)
    return prime_club(**LIFE)


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme, user=UserFactory.create())


def held_on(member, day):
    return plans_among([(member.pk, day)]) == [frozenset({"prime"})]


def test_it_holds_for_good_and_is_neither_renewed_nor_sold_twice(programme, member):
    row = bought(member, AT, term=Term.LIFE).subscription
    years_later = AT + dt.timedelta(days=20_000)

    assert (row.ends_on, row.lapses_on, row.get_term_display()) == (FOREVER, FOREVER, "for life")
    with pytest.raises(SubscriptionForLife):
        renewed(row, years_later)
    with pytest.raises(SubscriptionGoesOn) as refused:
        bought(member, years_later, "S2")
    assert refused.value.extra == {"subscription": str(row.pk)}
    assert "for life" in refused.value.detail
    assert (SubscriptionPeriod.objects.count(), end_due(programme=programme, at=years_later)) == (1, 0)
    assert held_on(member, years_later.date())


def test_it_does_not_run_out_but_may_be_given_up(member):
    row = bought(member, AT, term=Term.LIFE).subscription
    used(member, AT)
    with pytest.raises(SubscriptionForLife):
        given_up(row, AT, when=When.PERIOD_END)
    assert (SubscriptionCancellation.objects.count(), again(row).state) == (0, Subscription.State.ACTIVE)

    record = given_up(row, AT)

    days = (add_months(TODAY, 120) - TODAY).days
    assert record.cancellation.refund_minor == round(59900 * (days - 1) / days) == 59884
    assert (again(row).ends_on, held_on(member, TODAY + dt.timedelta(days=1))) == (TODAY + dt.timedelta(days=1), False)


def test_it_may_begin_with_a_trial(programme, member):
    trial = bought(member, AT, term=Term.LIFE, is_trial=True).subscription
    assert again(trial).ends_on == TODAY + dt.timedelta(days=30)

    record = renewed(trial, AT + dt.timedelta(days=30))

    assert (record.period.from_on, record.period.to_on, record.period.paid_minor) == (TODAY + dt.timedelta(days=30), FOREVER, 59900)
    with pytest.raises(SubscriptionForLife):
        renewed(trial, AT + dt.timedelta(days=31), "R2")


def test_what_is_used_up_never_comes_again(member):
    bought(member, AT, term=Term.LIFE)
    used(member, AT)

    with pytest.raises(EntitlementUsedUp) as refused:
        used(member, AT + dt.timedelta(days=4_000), "U2")

    assert (refused.value.extra, "no more of it" in refused.value.detail) == ({"next_on": None}, True)


def test_a_shop_sells_it_and_reads_no_end(programme, member):
    caller = caller_for(programme)
    told = {"external_id": "S1", "occurred_at": AT.isoformat(), "member": str(member.pk), "plan": "prime", "term": "life"}
    plans = caller.get("plans").json()
    begun = caller.post("subscriptions", told)
    address = f"subscriptions/{begun.json()['id']}"
    included = caller.get(f"members/{member.pk}/entitlements").json()
    given = {"occurred_at": AT.isoformat(), "when": "period_end", "external_id": "C1"}

    PlansAnswer.model_validate(plans)
    assert plans["results"][0]["variants"][0] == {
        "code": "standard", "month": None, "year": "139.00", "life": "599.00", "attribute": None, "value": None
    }  # fmt: skip
    PeriodRecordAnswer.model_validate(begun.json())
    answer = begun.json()
    assert (answer["ends_on"], answer["renew_by"], answer["for_life"]) == ("9999-12-31", None, True)
    assert (answer["period"]["to_on"], answer["period"]["paid"]) == ("9999-12-31", "599.00")
    EntitlementsAnswer.model_validate(included)
    assert included["results"][0]["next_on"] == "9999-12-31"
    assert (
        problem(caller.post(f"{address}/renewals", {"external_id": "R1", "occurred_at": AT.isoformat()}))["code"] == "subscription_for_life"
    )
    assert problem(caller.post(f"{address}/cancellations", given))["code"] == "subscription_for_life"
    ended = caller.post(f"{address}/cancellations", given | {"when": "now"})
    CancellationAnswer.model_validate(ended.json())
    assert ended.json()["refund"] == "599.00"


def test_people_read_that_it_is_for_life(client, programme, member):
    client.force_login(member.user)
    page = reverse("portal:membership", kwargs={"programme": programme.slug})
    offer = client.get(page).content.decode()
    row = bought(member, AT, term=Term.LIFE).subscription
    used(member, AT)
    mine = client.get(page).content.decode()
    client.force_login(colleague(Role.SUPPORT))
    listed = client.get(reverse("staff:subscriptions", args=[programme.slug])).content.decode()
    shown = client.get(reverse("staff:subscription", args=[programme.slug, row.pk])).content.decode()

    assert "599.00 once, for life" in offer
    assert "paid for life" in mine and "used 1 time, 0 left" in mine
    for text in (offer, mine, listed, shown):
        assert "9998" not in text and "9999" not in text
    assert "Days that are left are counted over 120 months." in mine
    assert (listed.count("for life"), shown.count("for life")) == (2, 3)  # the term, and in place of last days


def test_a_colleague_says_what_it_costs_and_how_long_it_is_expected_to_last(client, programme):
    client.force_login(colleague(Role.MARKETING))
    said = {
        "name": "Pass", "code": "pass", "valid_from": "2026-03-01", "trial_days": "0", "late_days": "3", "unused": "full", "used": "none",
        "variants": "standard: year 99.00, life 299.00", "entitlements": "",
    }  # fmt: skip

    refused = client.post(reverse("staff:setup-new", args=[programme.slug, "plan"]), said)
    made = client.post(reverse("staff:setup-new", args=[programme.slug, "plan"]), said | {"life_months": "120"})

    assert refused.status_code == 422 and "life_months" in refused.context["form"].errors
    assert made.status_code == 302, made.context["form"].errors
    definition = SetupVersion.objects.get(setup__code="pass").definition
    assert (definition["variants"], definition["life_months"]) == ({"standard": {"year_minor": 9900, "life_minor": 29900}}, 120)
    assert "expected to last 120 months" in client.get(reverse("staff:setups", args=[programme.slug])).content.decode()
