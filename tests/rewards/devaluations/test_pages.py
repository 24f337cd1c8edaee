"""Where members, colleagues and partners see that points will buy less."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.staff.roles import Role
from rewards.catalogue.models import RewardVersion
from rewards.catalogue.services import RewardTerms, draft_reward_version, supersede_reward
from rewards.devaluations.services import announce_changes
from tests.accounts.factories import UserFactory
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db
LONG_AGO = {"former_notice_days": 30, "former_notice_until": dt.date(2020, 1, 1)}
LATER = NOW.date() + dt.timedelta(days=40)
DEARER = RewardTerms(price_points=90, value_minor=390, voucher_days=30)


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def coffee(shop):
    return shop.programme.rewards.get(code="coffee")


@pytest.fixture
def dearer(coffee):
    return supersede_reward(
        reward=coffee, terms=DEARER, valid_from=LATER, author=UserFactory.create(), approver=UserFactory.create(), at=NOW
    )


@pytest.mark.usefixtures("dearer")
def test_a_member_sees_it_above_the_rewards_and_with_the_reward(client, shop):
    member = shop.member()
    shop.buy(member, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 25_000))
    client.force_login(member.user)
    sentence = "A coffee on us costs 90 points (until then 60)."
    programme = shop.programme.slug

    assert sentence in client.get(reverse("portal:rewards", args=[programme])).content.decode()
    assert sentence in client.get(reverse("portal:reward", args=[programme, "coffee"])).content.decode()
    assert "What changes" not in client.get(reverse("portal:reward", args=[programme, "bakery"])).content.decode()


@pytest.mark.usefixtures("dearer")
def test_the_page_of_the_reward_says_how_many_have_heard(client, shop, coffee):
    member = shop.member()
    Member.objects.filter(pk=member.pk).update(email="ada@example.org")
    shop.buy(member, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 25_000))
    announce_changes(programme=shop.programme, at=NOW)
    client.force_login(colleague(Role.MARKETING))

    [newest, *_] = client.get(reverse("staff:reward", args=[coffee.pk])).context["versions"]

    assert newest["taken"] == "taken 0 times · 1 member has heard of it"
    assert "30 days after its approval" in client.get(reverse("staff:reward-draft", args=[coffee.pk])).content.decode()


def test_who_approves_too_early_a_price_is_told_the_first_day(client, coffee):
    soon = NOW.date() + dt.timedelta(days=3)
    drafted = draft_reward_version(reward=coffee, terms=DEARER, valid_from=soon, author=UserFactory.create())
    client.force_login(colleague(*Role))

    page = client.post(reverse("staff:reward-approve", args=[coffee.pk, drafted.pk]), follow=True).content.decode()

    assert "They must hear of it 30 days ahead" in page
    assert not RewardVersion.objects.get(pk=drafted.pk).is_approved


@pytest.mark.parametrize(("days", "told"), [(14, "14 days before"), (0, "without notice"), (None, "the terms promise it")])
def test_the_programmes_page_says_how_long_ahead(client, shop, days, told):
    Programme.objects.filter(pk=shop.programme.pk).update(devaluation_notice_days=days, **LONG_AGO)
    client.force_login(colleague(*Role))

    assert told in client.get(reverse("staff:programme", args=[shop.programme.slug])).content.decode()
