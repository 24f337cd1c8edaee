import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.points.models import PointUnit
from loyalty.kit.figures import points_text
from rewards.purchases.listing import NEWEST_FIRST, PurchaseFilter, purchases_like, purchases_with_receipt
from rewards.purchases.models import Purchase
from rewards.purchases.story import story_of
from tests.colleagues import colleague
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return open_shop()


@pytest.fixture
def ada(shop):
    member = shop.member()
    member.story = tell_a_year(shop, member)
    return member


@pytest.fixture
def cashier(client):
    client.force_login(colleague(Role.CASHIER))
    return client


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def receipts(shop, **wanted):
    return {row.external_id for row in purchases_like(shop.programme, PurchaseFilter(**wanted))}


def test_a_receipt_is_found_whoever_sent_it(shop, ada):
    assert purchases_with_receipt(shop.programme, "R-1102") == [ada.story["paid"].pk]
    assert purchases_with_receipt(shop.programme, "R-11") == []
    assert purchases_with_receipt(open_shop(slug="other", name="Other").programme, "R-1102") == []


def test_filters_narrow_the_list(shop, ada):
    assert receipts(shop, with_points=True) == {"R-1102"}
    assert receipts(shop, month=dt.date(2026, 3, 1)) == {"R-1103", "R-1104"}
    assert receipts(shop, store=shop.harbour.pk) == {f"R-10{month:02}" for month in range(4, 13)}
    assert receipts(shop, first_on=dt.date(2026, 3, 1)) == {"R-1103", "R-1104"}
    assert receipts(shop, first_on=dt.date(2026, 2, 1), last_on=dt.date(2026, 2, 28)) == receipts(shop, month=dt.date(2026, 2, 1))
    assert receipts(shop, channel=shop.programme.legal_entity.channels.get(code="web").pk) == set()
    assert receipts(shop, member=shop.member("Ben", "ben@example.org")) == set()
    assert len(receipts(shop)) == Purchase.objects.count()


def test_days_of_an_address_are_named_and_can_be_left(cashier, shop, ada):
    shown = cashier.get(reverse("staff:purchases"), {"first": "2026-02-01", "last": "2026-02-28", "channel": "x"})

    assert shown.context["days"] == "1 Feb 2026 – 28 Feb 2026"
    assert shown.context["all_days_url"] == "?channel=x"
    assert cashier.get(reverse("staff:purchases"), {"first": "x"}).context["days"] == ""


def test_the_order_is_that_of_the_cursor(shop, ada):
    order = [f"{'-' if key.descending else ''}{key.name}" for key in NEWEST_FIRST]

    assert order == ["-business_on", "-id"]


def test_the_list_asks_as_often_for_many_as_for_few(cashier, shop, ada):
    cashier.get(reverse("staff:purchases"))
    with CaptureQueriesContext(connection) as few:
        cashier.get(reverse("staff:purchases"))
    for number in range(12):
        shop.buy(ada, f"R-8{number}", dt.datetime(2026, 3, 9, 9, number, tzinfo=dt.UTC), ("Dairy", 700))

    with CaptureQueriesContext(connection) as many:
        cashier.get(reverse("staff:purchases"))

    assert len(many) == len(few)


@pytest.mark.parametrize(
    "query", [{"store": "x"}, {"month": "never"}, {"member": "nobody"}, {"cursor": "??"}, {"q": "\x00"}, {"store": "9" * 40}]
)
def test_what_cannot_be_read_narrows_nothing_or_finds_nothing(cashier, ada, query):
    assert cashier.get(reverse("staff:purchases"), query).status_code == 200


def test_the_story_tells_lines_rules_points_and_where_they_went(cashier, ada):
    page = text_of(cashier.get(reverse("staff:purchase", args=[ada.story["returned"].pk])))

    assert "Partly returned" in page
    assert "Household" in page
    assert "Every pound" in page and "Fresh fruit" in page
    assert "Tobacco" in page
    assert "Taken back" in page
    assert "Not posted yet" in page


def test_points_stand_with_the_decimals_of_their_currency(cashier, ada):
    purchase = ada.story["today"]
    PointUnit.objects.filter(programme=ada.programme_id).update(scale=2)
    wanted = points_text(purchase.units, 2)

    assert cashier.get(reverse("staff:purchase", args=[purchase.pk])).context["earned_figure"] == wanted
    assert wanted in text_of(cashier.get(reverse("staff:purchases")))
    assert wanted in text_of(cashier.get(reverse("staff:purchase-peek", args=[purchase.pk]), headers={"HX-Request": "true"}))


def test_points_that_paid_are_followed_to_the_receipts_that_had_earned_them(cashier, ada):
    story = story_of(ada.story["paid"].pk, "en")

    assert story.tender is not None
    assert sum(taken.units for taken in story.tender.taken) == 100
    assert all(taken.purchase is not None for taken in story.tender.taken)
    for row in cashier.get(reverse("staff:purchase", args=[ada.story["paid"].pk])).context["tender"]["rows"]:
        assert cashier.get(row[0]["url"]).status_code == 200


def test_steps_of_a_lot_add_up_to_what_is_left(ada):
    for purchase in Purchase.objects.filter(member=ada):
        for earned in story_of(purchase.pk, "en").earned:
            came = sum(step.units for step in earned.steps if step.to_state in (10, 11) and step.from_state < 10)
            went = sum(step.units for step in earned.steps if step.from_state in (10, 11) and step.to_state < 10)
            assert earned.lot is not None
            assert came - went == earned.lot.remaining


def test_a_story_asks_no_more_than_it_says(ada):
    for purchase in Purchase.objects.filter(member=ada):
        with CaptureQueriesContext(connection) as asked:
            story_of(purchase.pk, "en")

        assert len(asked) <= 19


def test_an_empty_column_is_left_out(cashier, ada):
    labels = [column["label"] for column in cashier.get(reverse("staff:purchase", args=[ada.story["today"].pk])).context["line_columns"]]

    assert labels == ["Item", "Quantity", "Price"]


def test_times_are_those_of_the_programme(cashier, shop):
    bought = shop.buy(shop.member(), "R-1", dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), ("Dairy", 100))

    assert "2 July 2026, 00:30" in text_of(cashier.get(reverse("staff:purchase", args=[bought.pk])))
