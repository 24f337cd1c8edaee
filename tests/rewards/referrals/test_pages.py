import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.referrals.models import Referral
from rewards.referrals.services import code_of
from rewards.setups.domain import SetupKind
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    shop = open_shop()
    set_up(shop.programme, SetupKind.REFERRAL, "referral", {"join_days": 365})
    return shop


def page(name, shop, *more):
    return reverse(f"portal:{name}", args=[shop.programme.slug, *more])


def test_a_link_leads_strangers_to_join_and_members_to_say_yes(client, shop):
    ada, grace = shop.member(), shop.member("Grace", "grace@example.org")
    type(grace).objects.filter(pk=grace.pk).update(joined_at=NOW)
    client.force_login(ada.user)
    link = client.get(page("invite", shop)).context["link"]
    client.logout()
    assert client.get(link).url == page("join", shop)
    assert client.session["invited_by"] == code_of(member=ada, at=NOW).code

    client.force_login(grace.user)
    assert client.post(link).url == page("home", shop)

    assert Referral.objects.get().friend == grace
    client.force_login(ada.user)
    assert [friend["name"] for friend in client.get(page("invite", shop)).context["friends"]] == ["G••• L•••"]


def test_an_invitation_that_does_not_count_says_why(client, shop):
    ada, grace = shop.member(), shop.member("Grace", "grace@example.org")
    shop.buy(grace, "R1", NOW, ("Fruit", 100))
    client.force_login(grace.user)

    answer = client.post(page("invited", shop, code_of(member=ada, at=NOW).code), follow=True)

    assert "no new member" in str(next(iter(answer.context["messages"])))


def test_colleagues_see_who_brought_whom(client, shop):
    ada, grace = shop.member(), shop.member("Grace", "grace@example.org")
    client.force_login(grace.user)
    client.post(page("invited", shop, code_of(member=ada, at=NOW).code))
    client.force_login(colleague(Role.SUPPORT))

    rows = client.get(reverse("staff:referrals", args=[shop.programme.slug])).context["rows"]
    refused = client.get(reverse("staff:referrals", args=[shop.programme.slug]), {"state": "rewarded"}).context["rows"]

    assert [(row[0]["value"], row[1]["value"]) for row in rows] == [("Grace Lovelace", "Ada Lovelace")]
    assert refused == []


def test_without_referrals_there_is_no_page(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    shop = open_shop()
    client.force_login(shop.member().user)

    assert client.get(page("invite", shop)).status_code == 404
