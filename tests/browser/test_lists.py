"""What colleagues do around the lists of the staff pages: save filters, look into rows, choose columns."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.members.models import Member
from accounts.staff.models import SavedFilter
from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, request_adjustment
from tests.browser.steps import PICTURES, check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop


@pytest.fixture
def shop(page):
    """A shop with two members who bought in two stores, once with points."""
    shop = open_shop()
    now = clock.now()
    ada, grace = shop.member(), shop.member("Grace", "grace@example.org")
    for number, member in enumerate((ada, grace)):
        shop.buy(member, f"R-{number}", now - dt.timedelta(days=3), ("Dairy", 2_300), ("Fruit", 900), store=shop.market)
    shop.buy(grace, "R-PAID", now, ("Cheese", 1_450), tender=20)
    return shop


@pytest.fixture
def everybody():
    return colleague(*Role, name="Sam Colleague", email="sam@example.org")


def test_a_filter_is_saved_shown_and_deleted(page, live_url, shop, everybody):
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")
    bar = page.locator("#list-bar")
    expect(bar.get_by_role("link", name="Save this filter")).to_have_count(0)

    page.locator(".toolbar").get_by_label("Paid with points").check()
    bar.get_by_role("link", name="Save this filter").click()
    page.get_by_label("Name of the filter").fill("With points")
    check_axe(page)
    shoot(page, "staff-save-filter")
    page.get_by_role("dialog").get_by_role("button", name="Save this filter").click()

    chip = bar.get_by_role("link", name="With points")
    expect(chip).to_have_attribute("aria-current", "true")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert fits(page)
    check_axe(page)
    shoot(page, "staff-saved-filter")

    chip.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    bar.get_by_role("link", name="With points").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    bar.get_by_role("link", name="Delete this filter").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete this filter").click()
    expect(page.get_by_text("The list shows everything again.")).to_be_visible()
    assert SavedFilter.objects.count() == 0


def test_a_row_opens_beside_its_list(page, live_url, shop, everybody):
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")
    rows, panel = page.locator("tbody th a"), page.locator("#peek")

    rows.first.click()
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    expect(panel.get_by_text("Cheese")).to_be_visible()
    expect(page.locator("#peek-told")).to_contain_text("Quick look is open")
    check_axe(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=PICTURES / f"staff-peek-{scheme}.png")

    page.keyboard.press("ArrowDown")
    expect(panel.get_by_text("Dairy")).to_be_visible()
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(panel.get_by_text("Cheese")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(rows.nth(1)).to_be_focused()
    assert page.url.endswith("/staff/purchases/")


@pytest.mark.parametrize(("address", "words"), [("/staff/members/", "What happened last"), ("/staff/corrections/", "Waited long")])
def test_other_lists_open_beside_too(page, live_url, shop, everybody, address, words):
    wish = Wish(direction=Direction.ADD, units=5, reason=AdjustmentReason.GOODWILL, note="Waited long")
    request_adjustment(member=Member.objects.get(given_name="Ada"), wish=wish, at=clock.now(), staff=colleague(Role.SUPPORT))
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, live_url, everybody)
    page.goto(address)

    page.locator("tbody th a").first.click()

    expect(page.locator("#peek").get_by_text(words)).to_be_visible()
    check_axe(page)
    page.screenshot(path=PICTURES / f"staff-peek-{words[:4]}.png")
    page.locator("tbody th a").first.click()
    expect(page).not_to_have_url(f"{live_url}{address}")


def test_the_panel_goes_with_its_row_and_works_after_going_back(page, live_url, shop, everybody):
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")
    rows, panel = page.locator("tbody th a"), page.locator("#peek")

    rows.first.click()
    expect(panel).to_be_visible()
    page.locator(".toolbar").get_by_label("Paid with points").check()
    expect(rows).to_have_count(1)
    expect(panel).to_be_hidden()
    page.go_back()
    expect(rows).to_have_count(3)
    expect(panel).to_be_hidden()
    rows.nth(2).click()
    expect(panel.get_by_text("Dairy")).to_be_visible()


def test_where_there_is_no_room_the_page_opens(page, live_url, shop, everybody):
    page.set_viewport_size({"width": 390, "height": 844})
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")

    page.locator("tbody th a").first.click()

    expect(page.locator("h1")).to_contain_text("Aldersgate Market")


def test_columns_are_chosen_at_once_and_remembered(page, live_url, shop, everybody):
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")
    heads = page.locator("thead th")
    expect(heads).to_have_count(6)
    page.locator(".toolbar").get_by_label("Paid with points").check()
    expect(page.locator("tbody tr")).to_have_count(1)

    page.get_by_text("Columns", exact=True).click()
    menu = page.locator(".column-menu")
    menu.get_by_label("Where").uncheck()
    expect(heads).to_have_count(5)
    menu.get_by_label("Member").uncheck()
    expect(heads).to_have_count(4)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(menu.get_by_label("Receipt")).to_be_disabled()
    check_axe(page)
    shoot(page, "staff-columns")
    assert fits(page)

    page.goto("/staff/purchases/")
    expect(heads).to_have_count(4)
