"""A basket that nobody has bought: what every rule says of it, and that nothing is written."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from ledger.points.models import Act, Movement
from ledger.points.queries import verify
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine
from rewards.tiers.models import MemberYear
from tests.colleagues import colleague
from tests.reporting.factories import NOW, OPENED_ON, open_shop, tell_a_year
from tests.rewards.setups.stage import rule_for

pytestmark = pytest.mark.django_db
TABLES = (Purchase, PurchaseClaim, PurchaseLine, Movement, Act, OutboxEvent, MemberYear)
BIG = {"amount": "999999999999"}


@pytest.fixture(autouse=True)
def _now(stopped_clock):
    stopped_clock(NOW)


@pytest.fixture
def shop():
    return open_shop()


@pytest.fixture
def ada(shop):
    member = shop.member()
    tell_a_year(shop, member)
    return member


def counts():
    return {model.__name__: model.objects.count() for model in TABLES} | {
        "spent": list(MemberYear.objects.order_by("member", "year").values_list("spend_minor", "purchases"))
    }


def ask(client, member, **typed):
    """As the member, unless the client is signed in as somebody else."""
    return client.get(reverse("portal:what-if", kwargs={"programme": member.programme.slug}), typed)


def ask_for(client, member, **typed):
    return client.get(reverse("staff:member-what-if", args=[member.pk]), typed)


def lines(*rows):
    typed = {"amount": "", "line-TOTAL_FORMS": str(len(rows)), "line-INITIAL_FORMS": "0"}
    for place, (amount, category) in enumerate(rows):
        typed |= {f"line-{place}-amount": amount, f"line-{place}-category": category}
    return typed


def test_a_member_sees_the_points_and_why_and_nothing_is_written(client, ada):
    client.force_login(ada.user)
    before = counts()

    text = ask(client, ada, amount="24.30").content.decode()

    assert "£24.30 would earn" in text
    assert "24 points" in text
    assert "£24.30 counted, which makes 24 points." in text
    assert counts() == before
    assert verify() == []


def test_it_says_why_a_rule_gives_nothing(client, shop, ada):
    client.force_login(colleague(Role.SUPPORT))

    text = ask_for(client, ada, **lines(("4.00", "Tobacco"), ("0.50", "Dairy"))).content.decode()

    assert "Nothing" in text
    assert "£0.50 more would have" in text or "0.50" in text
    assert Purchase.objects.filter(source="what-if").count() == 0


def test_a_day_to_come_is_asked_under_its_own_rules(client, shop, ada):
    starts = NOW.date() + dt.timedelta(days=10)
    rule_for(shop.programme, "spring", valid_from=starts, points=1, step_minor=100)
    client.force_login(ada.user)

    today = ask(client, ada, amount="10").content.decode()
    then = ask(client, ada, amount="10", on=starts.isoformat()).content.decode()

    assert "Spring" not in today
    assert "Spring" in then
    assert "20 points" in then


def test_a_past_day_is_asked_under_the_rules_of_that_day(client, ada):
    client.force_login(ada.user)

    before_the_programme = ask(client, ada, amount="10", on=(OPENED_ON - dt.timedelta(days=1)).isoformat())

    assert before_the_programme.status_code == 422
    assert "had not begun" in before_the_programme.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": ""}, "Type an amount."),
        ({"amount": "-4"}, "Write an amount like"),
        ({"amount": "1e9"}, "Write an amount like"),
        (BIG, ""),
        ({"amount": "10", "on": "2031-01-01"}, "within the next year"),
        ({"amount": "10", "on": "soon"}, "Enter a valid date"),
        ({"amount": "10", "on": "0001-01-01"}, ""),
        ({"amount": "1\0"}, ""),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_breaks(client, ada, typed, said):
    client.force_login(ada.user)
    before = counts()

    answer = ask(client, ada, **typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert counts() == before


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "10", "store": "no-such-store"},
        {"amount": "10", "codes": ",".join(f"C{number}" for number in range(30))},
        {"amount": "10", "line-TOTAL_FORMS": "many"},
        {"amount": "10", "line-TOTAL_FORMS": "999999", "line-INITIAL_FORMS": "0"},
        lines(("x", "Dairy")),
    ],
)
def test_colleagues_type_nonsense_too(client, ada, typed):
    client.force_login(colleague(Role.SUPPORT))

    answer = ask_for(client, ada, **typed)

    assert answer.status_code in {200, 422}
    assert "would earn" not in answer.content.decode()


def test_a_store_and_a_code_change_the_answer(client, shop, ada):
    rule_for(shop.programme, "harbour", kind="fixed", points=50, when={"field": "order.store", "op": "eq", "value": shop.harbour.code})
    client.force_login(colleague(Role.SUPPORT))

    here = ask_for(client, ada, amount="10", store=shop.market.code).content.decode()
    there = ask_for(client, ada, amount="10", store=shop.harbour.code).content.decode()

    assert "10 points" in here
    assert "60 points" in there


def test_a_frozen_membership_earns_nothing_and_says_so(client, ada):
    change_member_status(member=ada, status="frozen", at=NOW)
    client.force_login(colleague(Role.SUPPORT))

    answer = ask_for(client, ada, amount="10")

    assert answer.status_code == 422
    assert "not active" in answer.content.decode()


def test_it_is_reached_from_the_member_and_from_the_activity(client, ada):
    client.force_login(ada.user)
    activity = client.get(reverse("portal:activity", kwargs={"programme": ada.programme.slug})).content.decode()
    client.force_login(colleague(Role.SUPPORT))
    story = client.get(reverse("staff:member", args=[ada.pk])).content.decode()

    assert reverse("portal:what-if", kwargs={"programme": ada.programme.slug}) in activity
    assert reverse("staff:member-what-if", args=[ada.pk]) in story
