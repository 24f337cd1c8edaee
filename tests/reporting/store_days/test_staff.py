import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import report_store_days
from reporting.store_days import queries
from rewards.purchases.services import ReturnFacts, record_return
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db


def at(month, day, hour=12):
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def shop(stopped_clock):
    """Ada buys for 10.00 and 20.00 on 2 March in the market, for 5.00 at the harbour on the 3rd, and brings 10.00 back on the 4th."""
    stopped_clock(NOW)
    shop = open_shop()
    ada = shop.member()
    first = shop.buy(ada, "A-1", at(3, 2), ("Dairy", 1_000))
    shop.buy(ada, "A-2", at(3, 2, 15), ("Dairy", 2_000))
    shop.buy(ada, "A-3", at(3, 3), ("Dairy", 500), store=shop.harbour)
    record_return(purchase=first, facts=ReturnFacts(source="till", external_id="A-1-back", occurred_at=at(3, 4)), at=at(3, 4))
    return shop


def report(shop, *days):
    facts = [StoreDayFacts(store.code, dt.date(2026, 3, day), *figures) for store, day, *figures in days]
    return report_store_days(programme=shop.programme, reports=facts, source="partner:1", at=NOW)


def page(client, **query):
    return client.get(reverse("staff:store-days"), query)


def test_a_day_stands_beside_what_members_bought_of_it(auditor, shop):
    report(shop, (shop.market, 2, 12_000, 9))

    (row,) = page(auditor).context["rows"]

    assert row[0] == {"value": "Aldersgate Market", "hint": "Mon 2 Mar 2026"}
    assert (str(row[1]), row[2], row[4]["value"], row[4]["hint"], row[5]) == ("120.00", 9, "£30.00", "2 tickets", "25%")


def test_what_members_bring_back_is_off_the_day_on_which_they_bring_it(auditor, shop):
    report(shop, (shop.market, 4, 5_000, 3, 1_000))

    (row,) = page(auditor).context["rows"]

    assert (row[4]["value"], row[4]["hint"], row[5]) == ("\N{MINUS SIGN}£10.00", "0 tickets", "\N{MINUS SIGN}25%")


def test_sales_of_members_above_those_of_the_store_are_a_finding_and_not_refused(auditor, shop):
    (record,) = report(shop, (shop.market, 2, 2_900, 5))

    shown = page(auditor)

    assert record.row.number == 1
    assert shown.context["rows"][0][5] == {"value": "103%", "kind": "warning"}
    assert [(finding["store"], finding["day"]) for finding in shown.context["findings"]] == [("Aldersgate Market", dt.date(2026, 3, 2))]
    assert "the store reported £29.00 (5 tickets). Send the day again, corrected." in shown.content.decode()


def test_more_receipts_of_members_than_tickets_are_a_finding(shop):
    report(shop, (shop.market, 2, 9_000, 1))

    found = queries.findings(shop.programme, dt.date(2026, 3, 1), dt.date(2026, 3, 31))

    assert [(one.is_missing, one.member_tickets, one.tickets) for one in found.shown] == [(False, 2, 1)]


def test_a_missing_day_is_a_finding_only_of_stores_that_report(shop):
    report(shop, (shop.market, 1, 9_000, 5))

    found = queries.findings(shop.programme, dt.date(2026, 3, 1), dt.date(2026, 3, 31))

    assert [(one.name, one.day, one.is_missing) for one in found.shown] == [("Aldersgate Market", dt.date(2026, 3, 2), True)]


def test_a_correction_ends_a_finding_and_is_marked(auditor, shop):
    report(shop, (shop.market, 2, 100, 1))
    report(shop, (shop.market, 2, 9_000, 5))

    shown = page(auditor)

    assert shown.context["finding_count"] == 0
    assert [row[6]["hint"] for row in shown.context["rows"]] == ["report 2 of the day"]


def test_the_list_is_narrowed_by_store_and_month(auditor, shop):
    report(shop, (shop.market, 2, 9_000, 5), (shop.harbour, 3, 9_000, 5))

    def stores(**query):
        return [row[0]["value"] for row in page(auditor, **query).context["rows"]]

    assert stores() == ["Harbour Street", "Aldersgate Market"]
    assert stores(store=str(shop.harbour.pk)) == ["Harbour Street"]
    assert stores(month="2026-02") == []
    assert stores(store="x", month="2026-13") == ["Harbour Street", "Aldersgate Market"]


def test_a_longer_list_asks_no_more_often(auditor, shop):
    report(shop, (shop.market, 1, 9_000, 5))
    with CaptureQueriesContext(connection) as few:
        page(auditor)
    report(shop, *((shop.market, day, 9_000, 5) for day in range(2, 10)))

    with CaptureQueriesContext(connection) as many:
        page(auditor)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.MARKETING, 200), (Role.FINANCE_PREPARER, 200), (Role.CASHIER, 403), (Role.SUPPORT, 403)]
)
def test_who_sees_reports_sees_the_days(client, shop, role, status):
    client.force_login(colleague(role))

    assert page(client).status_code == status


def test_receipts_are_linked_only_for_those_who_may_find_them(client, auditor, shop):
    report(shop, (shop.market, 2, 100, 1))
    client.force_login(colleague(Role.MARKETING))

    assert page(client).context["findings"][0]["url"] == ""
