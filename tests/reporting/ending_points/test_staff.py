import datetime as dt

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.valuation.models import PoolStatement
from reporting.ending_points.queries import Ending, outlook
from tests.colleagues import colleague
from tests.reporting.closing import january
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def at(month, day, year=2026):
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


@pytest.fixture
def shop(stopped_clock):
    """Ada has 100 points that ended on 5 March (due), 200 that end on 20 March, and 300 that end in January next year."""
    stopped_clock(NOW)
    shop = open_shop()
    ada = shop.member()
    shop.buy(ada, "A-1", at(3, 5, 2025), ("Dairy", 10_000))
    shop.buy(ada, "A-2", at(3, 20, 2025), ("Dairy", 20_000))
    shop.buy(ada, "A-3", at(1, 7), ("Dairy", 30_000))
    return shop


def test_points_are_told_by_the_month_in_which_they_end(shop):
    (ahead,) = outlook(shop.programme, TODAY).currencies

    ending = {f"{month:%Y-%m}": one.points for month, one in ahead.months if one.points}
    assert len(ahead.months) == 12
    assert ending == {"2026-03": 200, "2027-01": 300}
    assert (ahead.everything, ahead.later, ahead.endless) == (500, Ending(), Ending())


def test_before_a_close_nothing_is_carried(shop):
    (ahead,) = outlook(shop.programme, TODAY).currencies

    assert {one.carried_minor for _month, one in ahead.months} == {None}


def test_what_a_close_carries_is_divided_by_when_it_ends():
    month = january()
    month.close()
    stated = PoolStatement.objects.filter(pool__unit=month.unit).aggregate(Sum("liability_minor"))["liability_minor__sum"]

    (ahead,) = outlook(month.shop.programme, dt.date(2025, 2, 3)).currencies

    carried = [one.carried_minor for _month, one in ahead.months if one.points]
    assert stated > 0
    assert sum(carried) == stated


def test_grants_since_the_close_take_the_average_of_the_currency():
    month = january()
    month.close()
    (before,) = outlook(month.shop.programme, dt.date(2025, 2, 3)).currencies
    month.shop.buy(month.shop.programme.members.get(), "R-3", at(2, 2, 2025), ("Dairy", 10_000))

    (after,) = outlook(month.shop.programme, dt.date(2025, 2, 3)).currencies

    held = before.months[11][1]
    assert (held.points, after.later.points) == (before.everything, 100)
    assert after.later.carried_minor == (held.carried_minor * 100 * 2 + held.points) // (2 * held.points)


def test_what_is_used_no_longer_ends(shop):
    member = shop.programme.members.get()
    shop.redeem(member, "coffee", at(3, 9))

    (ahead,) = outlook(shop.programme, TODAY).currencies

    assert ahead.months[0][1].points == 140


def test_what_ends_after_a_year_stands_together(shop):
    (ahead,) = outlook(shop.programme, dt.date(2026, 1, 8)).currencies

    assert ahead.later == Ending(300)
    assert ahead.months[2][1].points == 300  # both of March


def test_it_asks_the_same_however_many_lots_there_are(shop):
    with CaptureQueriesContext(connection) as few:
        outlook(shop.programme, TODAY)
    for day in range(1, 6):
        shop.buy(shop.programme.members.get(), f"B-{day}", at(3, day), ("Dairy", 500))

    with CaptureQueriesContext(connection) as many:
        outlook(shop.programme, TODAY)

    assert len(few) == len(many) == 3


def test_only_who_sees_the_books_sees_what_is_carried(client, auditor, shop):
    client.force_login(colleague(Role.MARKETING))
    plain = client.get(reverse("staff:ending-points"))
    client.force_login(colleague(Role.AUDITOR))

    whole = client.get(reverse("staff:ending-points"))

    assert "Carried for them" not in plain.content.decode()
    assert "Carried for them" in whole.content.decode()
    assert [len(row) for row in plain.context["currencies"][0]["rows"]] == [3] * 12


def test_a_programme_without_points_says_what_comes(auditor, stopped_clock):
    stopped_clock(NOW)
    open_shop()

    assert "Nobody holds points today" in auditor.get(reverse("staff:ending-points")).content.decode()
