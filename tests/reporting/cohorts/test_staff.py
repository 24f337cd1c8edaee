import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from reporting.cohorts.domain import Began
from reporting.cohorts.queries import retention
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def at(month, day, year=2026):
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


@pytest.fixture
def shop(stopped_clock):
    """Everybody joined in February 2025. Ada buys in January, February and March 2026, Ben in February and March, Cem bought a year before."""
    stopped_clock(NOW)
    shop = open_shop()
    ada, ben, cem = (shop.member(name, f"{name.lower()}@example.org") for name in ("Ada", "Ben", "Cem"))
    shop.buy(cem, "C-0", at(2, 20, 2025), ("Dairy", 900))
    shop.buy(ada, "A-1", at(1, 5), ("Dairy", 900))
    shop.buy(ada, "A-2", at(2, 5), ("Dairy", 900), store=shop.harbour)
    shop.buy(ada, "A-3", at(2, 6), ("Dairy", 900))
    shop.buy(ada, "A-4", at(3, 1), ("Dairy", 900))
    shop.buy(ben, "B-1", at(2, 7), ("Dairy", 900), store=shop.harbour)
    shop.buy(ben, "B-2", at(3, 2), ("Dairy", 900))
    shop.buy(cem, "C-1", at(3, 3), ("Dairy", 900))
    return shop


def figures(triangle):
    return [(f"{cohort.month:%Y-%m}", cohort.size, list(cohort.bought)) for cohort in triangle.cohorts]


def test_cohorts_of_joining_count_members_once_a_month(shop):
    shown = retention(shop.programme, TODAY, began=Began.JOINED, months=14)

    (cohort,) = figures(shown)
    assert cohort == ("2025-02", 3, [1, *[0] * 10, 1, 2, 3])


def test_cohorts_of_the_first_purchase_leave_out_who_bought_before(shop):
    shown = retention(shop.programme, TODAY, began=Began.BOUGHT, months=3)

    assert figures(shown) == [("2026-01", 1, [1, 1, 1]), ("2026-02", 1, [1, 1])]


def test_a_store_has_cohorts_of_its_own(shop):
    shown = retention(shop.programme, TODAY, began=Began.BOUGHT, store=shop.harbour.pk, months=3)

    assert figures(shown) == [("2026-02", 2, [2, 0])]


def test_joining_is_dated_where_the_programme_is(shop):
    member = shop.member("Dot", "dot@example.org")
    type(member).objects.filter(pk=member.pk).update(joined_at=dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC))
    type(shop.programme).objects.filter(pk=shop.programme.pk).update(time_zone="Europe/Istanbul")
    shop.programme.refresh_from_db()

    shown = retention(shop.programme, TODAY, began=Began.JOINED, months=2)

    assert figures(shown) == [("2026-03", 1, [0])]


def test_the_page_is_a_table_with_heads_and_words_for_every_share(auditor, shop):
    page = auditor.get(reverse("staff:cohorts"), {"began": "bought"})

    text = page.content.decode()
    assert '<th scope="row">' in text
    assert 'title="1 of 1"' in text
    assert page.context["rows"][0]["cells"][-1]["under_way"] is True
    assert page.context["averages"] == ["100%", "100%", ""]


def test_the_file_has_a_row_for_each_cohort_and_month(auditor, shop):
    answer = auditor.get(reverse("staff:cohorts-file"), {"began": "bought"})

    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows == [
        ["cohort", "members", "months_since", "bought"],
        *(["2026-01", "1", str(since), "1"] for since in range(3)),
        *(["2026-02", "1", str(since), "1"] for since in range(2)),
    ]
    assert answer["Content-Disposition"].endswith('cohorts.csv"')


def test_what_an_address_names_and_nobody_knows_narrows_nothing(auditor, shop):
    page = auditor.get(reverse("staff:cohorts"), {"began": "x", "store": "999999"})

    assert page.status_code == 200
    assert page.context["store_name"] == ""


def test_a_programme_without_members_says_what_comes(auditor, stopped_clock):
    stopped_clock(NOW)
    open_shop()

    assert "No cohort yet" in auditor.get(reverse("staff:cohorts")).content.decode()


def test_more_members_ask_no_more_often(shop):
    with CaptureQueriesContext(connection) as few:
        retention(shop.programme, TODAY, began=Began.BOUGHT)
    for number in range(4):
        shop.buy(shop.member(f"Eve{number}", f"eve{number}@example.org"), f"E-{number}", at(3, 4), ("Dairy", 100))

    with CaptureQueriesContext(connection) as many:
        retention(shop.programme, TODAY, began=Began.BOUGHT)

    assert len(few) == len(many) == 1


@pytest.mark.parametrize("name", ["staff:cohorts", "staff:cohorts-file", "staff:ending-points"])
def test_only_who_sees_reports_opens_it(client, shop, name):
    client.force_login(colleague(Role.CASHIER))

    assert client.get(reverse(name)).status_code == 403
