import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.catalogue.models import Reward, RewardVersion
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


@pytest.fixture
def coffee(programme):
    return programme.rewards.get(code="coffee")


@pytest.fixture
def marketing(client):
    client.force_login(colleague(Role.MARKETING))
    return client


def today():
    return clock.business_date(clock.now(), "Europe/London")


def terms(**changed):
    given = {
        "price_points": 75,
        "value": "3.90",
        "limit_per_member": "",
        "limit_window_days": "",
        "min_tier": "",
        "voucher_days": 30,
        "given_back_on_return": "in_proportion",
    }
    return {**given, "valid_from": today().isoformat(), **changed}


def test_the_list_shows_price_stock_and_what_was_taken(marketing, programme):
    rows = {row[0]["value"]: row for row in marketing.get(reverse("staff:rewards")).context["rows"]}

    assert rows["A coffee on us"][4:] == [60, rows["A coffee on us"][5], "∞", 0]
    assert rows["Cinema ticket"][2] == {"value": "sold out", "kind": "warning"}
    assert rows["Cellar bottle"][3] == "Gold"


def test_the_stock_is_set_and_taken_away(marketing, coffee):
    address = reverse("staff:reward-stock", args=[coffee.pk])

    marketing.post(address, {"left": 12})
    assert Reward.objects.get(pk=coffee.pk).stock.left == 12

    assert marketing.post(address, {"left": -1}).status_code == 422
    marketing.post(address, {"left": ""})
    assert not hasattr(Reward.objects.get(pk=coffee.pk), "stock")


def test_a_price_is_drafted_by_one_and_approved_by_another(client, marketing, coffee):
    ahead = today() + dt.timedelta(days=30)
    marketing.post(reverse("staff:reward-draft", args=[coffee.pk]), terms(valid_from=ahead.isoformat()))
    drafted = coffee.versions.get(version=2)
    assert (drafted.price_points, drafted.value_minor, drafted.approved_at) == (75, 390, None)

    client.force_login(colleague(Role.FINANCE_APPROVER))
    newest = client.get(reverse("staff:reward", args=[coffee.pk])).context["versions"][0]
    client.post(newest["approve_url"])

    drafted.refresh_from_db()
    assert drafted.approved_at is not None
    assert client.get(reverse("staff:reward", args=[coffee.pk])).context["versions"][0]["state_label"] == "approved"


def test_a_price_cannot_begin_in_the_past(client, marketing, coffee):
    marketing.post(reverse("staff:reward-draft", args=[coffee.pk]), terms(valid_from=(today() - dt.timedelta(days=1)).isoformat()))
    client.force_login(colleague(Role.FINANCE_APPROVER))

    client.post(reverse("staff:reward-approve", args=[coffee.pk, coffee.versions.get(version=2).pk]))

    assert coffee.versions.get(version=2).approved_at is None


@pytest.mark.parametrize(
    "wrong", [{"value": "3,9,0"}, {"price_points": 0}, {"valid_from": "soon"}, {"limit_window_days": 7}, {"min_tier": 9_999}]
)
def test_terms_that_make_no_sense_are_refused(marketing, coffee, wrong):
    response = marketing.post(reverse("staff:reward-draft", args=[coffee.pk]), terms(**wrong))

    assert response.status_code == 422
    assert coffee.versions.count() == 1


def test_a_new_reward_goes_into_the_catalogue(marketing, programme):
    facts = {"name": "Çay & simit", "turkish": "", "description": "", "kind": "goods", "illustration": "img/rewards/bakery.svg", "left": 5}

    response = marketing.post(reverse("staff:reward-new"), terms(**facts))

    made = Reward.objects.get(name="Çay & simit")
    assert response["Location"] == reverse("staff:reward", args=[made.pk])
    assert (made.code, made.stock.left) == ("cay-simit", 5)
    assert RewardVersion.objects.in_force_on(today()).get(reward=made).price_points == 75


def test_a_name_without_letters_of_ours_still_gets_a_code(marketing, programme):
    facts = {"name": "2×1", "kind": "goods", "illustration": "img/rewards/coffee.svg"}

    marketing.post(reverse("staff:reward-new"), terms(**facts))

    assert Reward.objects.get(name="2×1").code == "reward-21"


def test_a_reward_is_taken_out_and_offered_again(marketing, coffee):
    address = reverse("staff:reward-offer", args=[coffee.pk])

    marketing.post(address, {"offer": "no"})
    assert not Reward.objects.get(pk=coffee.pk).is_active

    marketing.post(address, {"offer": "yes"})
    assert Reward.objects.get(pk=coffee.pk).is_active
