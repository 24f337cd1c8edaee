"""The programme director's pages in a browser: on phone and desktop, by day and by night, with axe; from a figure to its rows."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.staff.roles import Role
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import report_store_days
from rewards.purchases.models import Purchase
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.campaigns.stage import campaign_in

DAY = dt.timedelta(days=1)


@pytest.fixture
def shop(page, stopped_clock):
    """Twelve members who joined over ten months and came back less and less, two stores that report, and three campaigns."""
    stopped_clock(NOW)
    shop = open_shop()
    for number in range(12):
        member = shop.member(f"Member{number}", f"m{number}@example.org")
        joined = NOW - 30 * DAY * (10 - number % 6)
        type(member).objects.filter(pk=member.pk).update(joined_at=joined)
        for visit in range(2 + number % 5):
            at = min(joined + visit * 40 * DAY + DAY, NOW - DAY)
            store = shop.harbour if visit % 2 else shop.market
            shop.buy(member, f"R-{number}-{visit}", at, ("Dairy", 1_900 + 130 * number), ("Fruit", 900), store=store)
    days = [
        StoreDayFacts(store.code, NOW.date() - number * DAY, 4_000 + 137 * number % 3_000 + (9_000 if number % 7 else 0), 3 + number % 5)
        for store in (shop.market, shop.harbour)
        for number in range(120)
    ]
    report_store_days(programme=shop.programme, reports=days, source="partner:1", at=NOW)
    for code, first, last in (
        ("winter", "2026-01-05", "2026-02-14"),
        ("spring", "2026-03-01", "2026-04-20"),
        ("may", "2026-05-01", "2026-05-31"),
    ):
        campaign_in(shop.programme, code, first_on=first, last_on=last, budget={"units": 5_000, "cost_minor": 40_000})
    return shop


@pytest.fixture
def director():
    return colleague(*Role, name="Dana Director", email="dana@example.org")


def test_pages_are_whole_and_readable(page, live_url, shop, director):
    login(page, live_url, director)
    pages = {
        "overview": ("/staff/", "Overview"),
        "cohorts": ("/staff/cohorts/", "Who stays"),
        "ending": ("/staff/ending-points/", "Points that end"),
        "calendar": ("/staff/campaign-calendar/", "Campaign calendar"),
        "store-days": ("/staff/store-days/", "What stores sold"),
    }
    for name, (address, heading) in pages.items():
        page.goto(address)
        expect(page.locator("h1")).to_contain_text(heading)
        assert fits(page), name
        check_axe(page)
        shoot(page, f"desk-{name}")


def test_a_figure_leads_to_its_rows_with_the_same_filters(page, live_url, shop, director):
    login(page, live_url, director)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/staff/?time=2026-02")
    page.get_by_label("Store", exact=True).select_option(label="Harbour Street")
    expect(page.get_by_text("February 2026 · Harbour Street")).to_be_visible()

    page.get_by_role("link", name="Sales to members").click()

    expect(page.get_by_text("1 Feb 2026 – 28 Feb 2026")).to_be_visible()
    bought = Purchase.objects.filter(store=shop.harbour, business_on__range=("2026-02-01", "2026-02-28"))
    expect(page.locator("tbody tr")).to_have_count(bought.count())
    page.get_by_role("link", name="Show all days").click()
    expect(page.locator("tbody tr")).to_have_count(Purchase.objects.filter(store=shop.harbour).count())


def test_days_of_stores_come_in_from_a_file(page, live_url, shop):
    login(page, live_url, colleague(Role.FINANCE_PREPARER))
    page.goto("/staff/store-days/")
    page.get_by_role("link", name="Upload a file").click()
    expect(page.locator("h1")).to_contain_text("Upload days of stores")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download a template").click()
    assert fetched.value.suggested_filename == "store-days-aldersgate.csv"
    assert fits(page)
    check_axe(page)
    shoot(page, "desk-store-days-upload")
    right, wrong = f"{shop.market.code},2026-03-01,8120.50,412", "S99,2026-03-01,10.00,1\nS1,1 March,10.00,1"

    send(page, f"{right}\n{wrong}")

    expect(page.get_by_role("heading", name="2 lines were not taken in")).to_be_visible()
    expect(page.get_by_text("1 day was taken in.")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, "desk-store-days-faults")
    send(page, right)
    expect(page.locator("h1")).to_contain_text("What stores sold")
    expect(page.get_by_text("0 days were taken in. 1 had been reported with the same figures.")).to_be_visible()


def send(page, lines: str) -> None:
    content = f"store,day,sales,tickets\n{lines}\n".encode()
    page.get_by_label("Choose a file").set_input_files({"name": "days.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Take in").click()
