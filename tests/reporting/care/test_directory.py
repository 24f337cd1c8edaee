import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.members.models import Member
from reporting.care.queries.directory import NO_TIER, MemberFilter, all_with_figures, members_like, with_figures
from rewards.tiers.queries import standings
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def shop():
    """Ada is told a year (and lost gold by a return or not), Ben has silver, Cem has nothing."""
    shop = open_shop()
    tell_a_year(shop, shop.member("Ada", "ada@example.org"))
    ben = shop.member("Ben", "ben@example.org", phone="+447700900111")
    shop.buy(ben, "B-1", dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC), ("Dairy", 50_000))
    shop.member("Cem", "cem@example.org", external_id="77")
    return shop


def names(shop, **wanted):
    return {member.given_name for member in members_like(shop.programme, MemberFilter(**wanted), TODAY)}


@pytest.mark.parametrize("tier", ["silver", "gold", NO_TIER])
def test_the_filter_by_tier_agrees_with_what_members_are_told(shop, tier):
    held = standings(list(Member.objects.values_list("pk", flat=True)), TODAY)
    expected = {
        member.given_name for member in Member.objects.all() if (held[member.pk].tier.code if member.pk in held else NO_TIER) == tier
    }

    assert names(shop, tier=tier) == expected


def test_all_tiers_together_are_everybody(shop):
    found = [names(shop, tier=tier) for tier in ("silver", "gold", NO_TIER)]

    assert sorted(name for group in found for name in group) == ["Ada", "Ben", "Cem"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("be", {"Ben"}),
        ("Love", {"Ada", "Ben", "Cem"}),
        ("cem@example.org", {"Cem"}),
        ("07700 900111", {"Ben"}),
        ("77", {"Cem"}),
        ("zzz", set()),
    ],
)
def test_words_find_people_by_name_card_phone_mail_and_number(shop, words, found):
    assert names(shop, words=words) == found


def test_a_list_shows_tier_and_points_in_three_queries(shop):
    members = list(members_like(shop.programme, MemberFilter(), TODAY))

    with CaptureQueriesContext(connection) as asked:
        rows = with_figures(shop.programme, members, TODAY)

    assert len(asked) == 3
    assert {row.member.given_name: (row.tier, row.available) for row in rows}["Ben"] == ("Silver", 500)


def test_the_export_reads_everybody_newest_first(shop):
    rows = list(all_with_figures(shop.programme, MemberFilter(), TODAY))

    assert [row.member.pk for row in rows] == [member.pk for member in Member.objects.order_by("-joined_at", "-pk")]
