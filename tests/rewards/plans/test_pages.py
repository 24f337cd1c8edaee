"""Paid memberships in the API, on the member's page and on those of colleagues."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.partners.domain import Scope
from accounts.staff.roles import Role
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation
from rewards.plans.representations import (
    CancellationAnswer,
    EntitlementsAnswer,
    PeriodRecordAnswer,
    PlansAnswer,
    SubscriptionAnswer,
    SubscriptionsAnswer,
    UseAnswer,
)
from rewards.setups.models import SetupVersion
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.plans.stage import bought, given_up, prime_club, used

pytestmark = pytest.mark.django_db
NOW = AT.isoformat()


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(AT)
    return prime_club()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme, user=UserFactory.create())


@pytest.fixture
def caller(programme):
    return caller_for(programme)


def start(member, number="S1", **more):
    return {"external_id": number, "occurred_at": NOW, "member": str(member.pk), "plan": "prime", "term": "year"} | more


def test_a_shop_tells_of_a_membership_from_its_beginning_to_its_end(caller, member):
    begun = caller.post("subscriptions", start(member))
    address = f"subscriptions/{begun.json()['id']}"
    told = {"occurred_at": NOW, "when": "now"}
    seen = caller.post(f"{address}/cancellations", {"external_id": "C1", **told}, query="dry_run=true")
    assert (seen.status_code, seen.json()["refund"], SubscriptionCancellation.objects.count()) == (200, "139.00", 0)
    renewed = caller.post(f"{address}/renewals", {"external_id": "R1", "occurred_at": NOW, "paid": "120.00"})
    ended = caller.post(f"{address}/cancellations", {"external_id": "C1", **told})

    PeriodRecordAnswer.model_validate(begun.json())
    assert (begun.status_code, begun.json()["period"]["paid"], begun.json()["state"]) == (201, "139.00", "active")
    assert (renewed.json()["period"]["number"], renewed.json()["period"]["paid"]) == (2, "120.00")
    CancellationAnswer.model_validate(ended.json())
    assert (ended.json()["refund"], ended.json()["unused"], [one["refund"] for one in ended.json()["periods"]]) == (
        "259.00",
        True,
        ["139.00", "120.00"],
    )
    SubscriptionAnswer.model_validate(caller.get(address).json())
    listed = caller.get(f"members/{member.pk}/subscriptions").json()
    SubscriptionsAnswer.model_validate(listed)
    assert [row["state"] for row in listed["results"]] == ["ended"]
    assert caller.get(f"members/{member.pk}/subscriptions", state="active").json()["results"] == []
    assert problem(caller.post(f"{address}/renewals", {"external_id": "R2", "occurred_at": NOW}))["code"] == "subscription_ended"


def test_a_repeat_answers_like_the_first_time(caller, member):
    first, again = (caller.post("subscriptions", start(member)) for _again in range(2))

    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert Subscription.objects.count() == 1


def test_a_till_asks_what_applies_to_an_order_and_uses_it(caller, member):
    bought(member, AT)
    path = f"members/{member.pk}/entitlements"

    listed = caller.get(path, order_amount="11.99").json()
    first = caller.post(f"{path}/delivery/uses", {"external_id": "U1", "occurred_at": NOW, "order_amount": "12.00", "receipt": "P1"})
    back = caller.post(f"entitlement-uses/{first.json()['id']}/give-back", {"external_id": "B1", "occurred_at": NOW})

    EntitlementsAnswer.model_validate(listed)
    assert [(row["code"], row["applies"], row["why"], row["left"]) for row in listed["results"]] == [
        ("delivery", False, "order_too_small", 2),
        ("films", True, None, None),
    ]
    UseAnswer.model_validate(first.json())
    assert (first.status_code, first.json()["used"], first.json()["left"]) == (201, 1, 1)
    assert (back.json()["kind"], back.json()["used"], back.json()["left"]) == ("given_back", 0, 2)
    short = caller.post(f"{path}/delivery/uses", {"external_id": "U2", "occurred_at": NOW, "order_amount": "11.99"})
    assert (problem(short)["code"], problem(short)["least"], EntitlementUse.objects.count()) == ("order_too_small", "12.00", 2)
    assert [len(caller.get(path, code=code).json()["results"]) for code in ("films", "none")] == [1, 0]


def test_plans_are_listed_with_what_they_cost_and_include(caller):
    listed = caller.get("plans").json()

    PlansAnswer.model_validate(listed)
    [plan] = listed["results"]
    assert (plan["variants"][0]["month"], plan["variants"][1]["attribute"], plan["trial_days"]) == ("14.99", "student", 30)
    assert [one["least"] for one in plan["entitlements"]] == ["12.00", "0.00"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"paid": "x"}, {"/paid": "pattern"}),
        ({"term": "week"}, {"/term": "unknown_choice"}),
        ({"occurred_at": (AT + dt.timedelta(hours=1)).isoformat()}, {"/occurred_at": "out_of_range"}),
        ({"paid": "139.01"}, {"/paid": "unknown"}),
        ({"variant": "family"}, {"/variant": "unknown"}),
    ],
)
def test_what_is_wrong_is_named(caller, member, change, expected):
    answer = caller.post("subscriptions", start(member, **change))

    assert answer.status_code == 422
    assert faults(answer).keys() == expected.keys()
    assert Subscription.objects.count() == 0


def test_a_key_needs_the_right(programme, member):
    bought(member, AT)
    caller = caller_for(programme, scopes=[Scope.BALANCES_READ])

    answers = [caller.post("subscriptions", start(member, "S2")), caller.post(f"members/{member.pk}/entitlements/films/uses", {})]

    assert [problem(answer)["scope"] for answer in answers] == ["subscriptions:write", "entitlements:write"]
    assert caller.get(f"members/{member.pk}/entitlements").status_code == 200


def test_another_programme_finds_nothing(member):
    bought(member, AT)
    stranger = caller_for(prime_club())

    assert stranger.get(f"subscriptions/{Subscription.objects.get().pk}").status_code == 404
    assert stranger.get(f"members/{member.pk}/entitlements").status_code == 404


def test_a_member_reads_what_it_includes_until_when_and_how_it_ends(client, programme, member):
    client.force_login(member.user)
    page = reverse("portal:membership", kwargs={"programme": programme.slug})
    before = client.get(page).content.decode()
    bought(member, AT)
    used(member, AT)

    after = client.get(page).content.decode()

    assert "Buy it in the shop" in before and "14.99 a month" in before and "Student" not in before
    assert "Free delivery (orders from" in after and "used 1 time, 1 left until" in after and "Buy it in the shop" not in after
    assert "everything that was paid for the period that runs goes back" in after
    assert page in client.get(reverse("portal:home", kwargs={"programme": programme.slug})).content.decode()


def test_colleagues_see_who_has_a_plan_and_what_was_paid_used_and_given_back(client, programme, member):
    row = bought(member, AT).subscription
    used(member, AT, receipt="P77")
    given_up(row, AT)
    client.force_login(colleague(Role.SUPPORT))

    listed = client.get(reverse("staff:subscriptions", args=[programme.slug]), {"state": "ended", "member": str(member.pk)})
    empty = client.get(reverse("staff:subscriptions", args=[programme.slug]), {"state": "active", "member": "x"})
    shown = client.get(reverse("staff:subscription", args=[programme.slug, row.pk])).content.decode()

    assert str(row.pk) in listed.content.decode() and str(row.pk) not in empty.content.decode()
    assert "P77" in shown and "139.00" in shown and "after it was used" in shown
    assert "Paid memberships" in client.get(reverse("staff:member", args=[member.pk])).content.decode()


def test_a_colleague_sets_a_plan_up_and_drafts_the_next_version(client, programme):
    client.force_login(colleague(Role.MARKETING))
    said = {
        "name": "Pass", "code": "pass", "valid_from": "2026-03-01", "trial_days": "0", "late_days": "3", "unused": "full", "used": "none",
        "variants": "standard: month 9.99\nstudent: month 4.99, year 49.00 (student=yes)",
        "entitlements": "delivery: Free delivery (from 12.00, 10 a month)\nfilms: Films",
    }  # fmt: skip

    new = client.post(reverse("staff:setup-new", args=[programme.slug, "plan"]), said)
    page = client.get(reverse("staff:setup-draft", args=[programme.slug, "plan", "pass"]))

    assert new.status_code == 302, new.context["form"].errors
    assert SetupVersion.objects.get(setup__code="pass").definition == {
        "variants": {
            "standard": {"month_minor": 999},
            "student": {"month_minor": 499, "year_minor": 4900, "attribute": "student", "is": "yes"},
        },
        "trial_days": 0,
        "entitlements": {
            "delivery": {"name": "Free delivery", "least_minor": 1200, "most": 10, "per": "month"},
            "films": {"name": "Films"},
        },
        "unused": "full",
        "used": "none",
        "late_days": 3,
    }
    assert page.context["form"].initial["variants"] == said["variants"]
    assert page.context["form"].initial["entitlements"] == said["entitlements"]
    text = client.get(reverse("staff:setups", args=[programme.slug])).content.decode()
    assert "for members whose student is yes" in text and "10 times a month" in text


@pytest.mark.parametrize(
    ("name", "text"),
    [("variants", "standard 9.99"), ("variants", "standard: week 9.99"), ("variants", "a: month 1\na: month 2"), ("variants", "a: month 1.999"),
     ("entitlements", "Free delivery"), ("entitlements", "a: Films (always)"), ("entitlements", "a: Films (from 1.999)")],
)  # fmt: skip
def test_lines_that_nobody_can_read_are_named(client, programme, name, text):
    client.force_login(colleague(Role.MARKETING))
    said = {
        "name": "Pass",
        "code": "pass",
        "valid_from": "2026-03-01",
        "trial_days": "0",
        "late_days": "3",
        "unused": "full",
        "used": "none",
    }

    answer = client.post(reverse("staff:setup-new", args=[programme.slug, "plan"]), said | {"variants": "standard: month 1.00", name: text})

    assert answer.status_code == 422
    assert name in answer.context["form"].errors
    assert not SetupVersion.objects.filter(setup__code="pass").exists()
