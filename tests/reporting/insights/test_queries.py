import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.insights.queries import Trade, _sql, overview, store_choices
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_return
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 10)


def at(month, day):
    return dt.datetime(2026, month, day, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def shop():
    """Ada buys three times (twice on one day) and pays once with points; Ben buys once in each month; Cem bought last year."""
    shop = open_shop()
    ada, ben, cem = (shop.member(name, f"{name.lower()}@example.org") for name in ("Ada", "Ben", "Cem"))
    shop.buy(cem, "C-1", dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC), ("Dairy", 9_000))
    shop.buy(ada, "A-1", at(2, 3), ("Dairy", 15_000))
    shop.buy(ada, "A-2", at(2, 3), ("Dairy", 5_000))
    shop.buy(ada, "A-3", at(3, 2), ("Dairy", 1_000), tender=100, store=shop.harbour)
    shop.buy(ben, "B-1", at(2, 7), ("Dairy", 2_000), store=shop.harbour)
    shop.buy(ben, "B-2", at(3, 1), ("Dairy", 3_000))
    shop.redeem(ada, "coffee", at(3, 5))
    return shop


def test_it_counts_a_year_of_buyers_sales_and_points(shop):
    shown = overview(shop.programme, TODAY)

    assert shown.total == Trade(
        buyers=2,
        returning=2,
        purchases=5,
        price_minor=26_000,
        returning_minor=26_000,
        tender_minor=100,
        earned=150 + 50 + 9 + 20 + 30,
        redeemed=100 + 60,
    )
    assert [(month.starts_on, month.trade.buyers) for month in shown.months[-2:]] == [(dt.date(2026, 2, 1), 2), (dt.date(2026, 3, 1), 2)]
    assert len(shown.months) == 12
    assert shown.months[0] == type(shown.months[0])(dt.date(2025, 4, 1), Trade())


def test_a_month_is_counted_by_itself_and_compared_with_the_one_before(shop):
    shown = overview(shop.programme, TODAY, month=dt.date(2026, 2, 1))

    assert (shown.total.buyers, shown.total.returning, shown.total.price_minor) == (2, 0, 22_000)
    assert shown.before == Trade()
    assert shown.last_on == dt.date(2026, 2, 28)


def test_two_purchases_on_one_day_are_one_visit(shop):
    february = overview(shop.programme, TODAY, month=dt.date(2026, 2, 1)).total

    assert (february.purchases, february.returning, february.returning_minor) == (3, 0, 0)


def test_a_store_is_counted_with_what_points_paid_there(shop):
    shown = overview(shop.programme, TODAY, store=shop.harbour.pk)

    assert (shown.total.buyers, shown.total.price_minor, shown.total.redeemed) == (2, 3_000, 100)


def test_stores_are_ranked_by_sales(shop):
    ranked = overview(shop.programme, TODAY).stores

    assert [(row.name, row.price_minor) for row in ranked] == [("Aldersgate Market", 23_000), ("Harbour Street", 3_000)]
    assert [name for _pk, name in store_choices(shop.programme)] == ["Aldersgate Market", "Harbour Street"]


def test_what_came_back_is_not_a_sale(shop):
    purchase = Purchase.objects.get(external_id="A-3")
    back = ReturnFacts(source="till", external_id="A-3-back", occurred_at=at(3, 6))
    record_return(purchase=purchase, facts=back, at=at(3, 6))

    shown = overview(shop.programme, TODAY)

    assert (shown.total.purchases, shown.total.price_minor, shown.total.returning_minor, shown.total.tender_minor) == (5, 25_000, 25_000, 0)
    assert shown.months[-1].trade.price_minor == 3_000
    assert [(row.name, row.price_minor) for row in shown.stores] == [("Aldersgate Market", 23_000), ("Harbour Street", 2_000)]


def test_points_that_have_ended_are_not_outstanding_even_before_the_job_has_run(shop):
    today = overview(shop.programme, TODAY).outstanding
    later = overview(shop.programme, dt.date(2027, 2, 3)).outstanding

    assert today.points == 90 + (150 + 50 + 9 - 100 - 60) + 50 - 90  # the ninety of last year ended on 1 February
    assert later.points == today.points - (150 + 50 - 160)


def test_without_a_closed_month_there_is_no_liability(shop):
    assert overview(shop.programme, TODAY).liability is None


def test_other_programmes_do_not_count(shop):
    other = open_shop(slug="elsewhere", name="Elsewhere")

    assert overview(other.programme, TODAY).total == Trade()


def test_the_number_of_queries_does_not_grow(shop):
    with CaptureQueriesContext(
        connection,
    ) as few:
        overview(shop.programme, TODAY)
    for number in range(5):
        member = shop.member(f"Dot{number}", f"dot{number}@example.org")
        shop.buy(member, f"D-{number}", at(3, 3), ("Dairy", 1_000))

    with CaptureQueriesContext(connection) as many:
        overview(shop.programme, TODAY)

    assert len(many) == len(few) == 7


def test_what_came_back_after_the_shown_month_is_off_its_sales_too(shop):
    purchase = Purchase.objects.filter(programme=shop.programme).order_by("occurred_at").first()
    month = purchase.business_on.replace(day=1)
    before = overview(shop.programme, TODAY, month=month)
    back = ReturnFacts(source="till", external_id="B-late", occurred_at=at(3, 9))
    record_return(purchase=purchase, facts=back, at=at(3, 9))

    shown = overview(shop.programme, TODAY, month=month)

    assert before.total.price_minor - shown.total.price_minor == purchase.price_minor
    assert sum(one.price_minor for one in before.stores) - sum(one.price_minor for one in shown.stores) == purchase.price_minor


@pytest.mark.parametrize("figures", ["months", "stores"])
def test_returns_before_the_shown_days_are_not_read(shop, figures):
    asked = {"programme": shop.programme.pk, "first": TODAY, "last": TODAY, "store": None, "limit": 6}

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(OTHER_INDEXES)
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")  # or a plan over these few rows may take any of them
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + _sql(figures), asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert re.search(r"return_by_day.*\n.*Index Cond: \(business_on >= ", plan), plan


OTHER_INDEXES = """
SELECT indexrelid::regclass::text
FROM pg_index
WHERE indrelid = 'rewards_return'::regclass AND NOT indisunique AND indexrelid <> 'return_by_day'::regclass
"""
