import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.tiers.models import TierStanding
from tests.accounts.factories import ProgrammeFactory
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db


def test_tiers_say_what_they_ask_and_who_stands_there(client):
    shop = open_shop()
    ada, ben = shop.member("Ada", "ada@example.org"), shop.member("Ben", "ben@example.org")
    shop.buy(ada, "A-1", clock.now(), ("Dairy", 95_000))
    shop.buy(ben, "B-1", clock.now(), ("Dairy", 45_000))
    client.force_login(colleague(Role.AUDITOR))

    rows = client.get(reverse("staff:tiers", args=[shop.programme.slug])).context["rows"]

    assert [(row[0]["value"], row[2].minor, row[3]) for row in rows] == [("Silver", 40_000, 2), ("Gold", 90_000, 1)]
    assert client.get(rows[1][0]["url"]).context["rows"][0][0]["value"] == "Ada Lovelace"


def test_a_tier_lost_by_a_return_is_not_counted(client):
    shop = open_shop()
    ada = shop.member()
    bought = shop.buy(ada, "A-1", clock.now(), ("Dairy", 95_000))
    reached = TierStanding.objects.filter(member=ada).order_by("id").last()
    today = clock.business_date(clock.now(), "Europe/London")
    TierStanding.objects.create(member=ada, tier=reached.tier, year=reached.year, from_on=today, reason="returned", evidence=bought.pk)
    client.force_login(colleague(Role.AUDITOR))

    rows = client.get(reverse("staff:tiers", args=[shop.programme.slug])).context["rows"]

    assert {row[0]["value"]: row[3] for row in rows}[reached.tier.name] == 0


def test_a_programme_without_tiers_says_so(client):
    client.force_login(colleague(Role.MARKETING))

    page = client.get(reverse("staff:tiers", args=[ProgrammeFactory.create().slug])).content.decode()

    assert "This programme has no tiers" in page
