"""A member that is a company sees on a phone and on a desktop who bought; and a membership for life, beside."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.buyers.services import add_buyer
from accounts.staff.roles import Role
from rewards.plans.domain import Term
from rewards.setups.domain import SetupKind
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.plans.stage import bought
from tests.rewards.setups.stage import set_up

DAY = dt.timedelta(days=1)
LIFE = {
    "variants": {"standard": {"year_minor": 9900, "life_minor": 49900}},
    "life_months": 120,
    "entitlements": {"delivery": {"name": "Free delivery", "least_minor": 1200}},
}


@pytest.fixture
def shop(page, stopped_clock):
    stopped_clock(NOW)
    return open_shop()


def look_at(page, name):
    assert fits(page), name
    check_axe(page)
    shoot(page, name)


def test_a_company_sees_who_bought(page, live_url, shop):
    mill = shop.member("Mill", "office@mill.example")
    add_buyer(member=mill, code="ada", name="Ada Byron", at=NOW - 300 * DAY)
    row = shop.buy(mill, "R-1", NOW - DAY, ("Dairy", 1_000), ("Fruit", 900), buyer="ada")
    shop.buy(mill, "R-2", NOW - DAY, ("Dairy", 2_000))

    login(page, live_url, mill.user)
    page.goto("/p/aldersgate/activity/")
    expect(page.get_by_text("bought by Ada Byron")).to_have_count(1)
    look_at(page, "portal-activity-buyers")
    page.goto(f"/p/aldersgate/activity/{row.pk}/")
    expect(page.get_by_text("Bought by Ada Byron")).to_be_visible()
    look_at(page, "portal-receipt-buyer")


def test_a_membership_for_life_says_so(page, live_url, shop):
    set_up(shop.programme, SetupKind.PLAN, "prime", LIFE, valid_from=dt.date(2024, 1, 1))
    ada = shop.member()
    ada.programme = shop.programme
    row = bought(ada, NOW, term=Term.LIFE).subscription

    login(page, live_url, ada.user)
    page.goto("/p/aldersgate/membership/")
    expect(page.get_by_text("paid for life")).to_be_visible()
    look_at(page, "portal-membership-life")
    login(page, live_url, colleague(Role.SUPPORT))
    page.goto(f"/staff/programmes/aldersgate/events/subscriptions/{row.pk}/")
    look_at(page, "staff-subscription-life")
    login(page, live_url, colleague(Role.MARKETING))
    page.goto("/staff/programmes/aldersgate/events/plan/prime/")
    expect(page.get_by_label("Months that a membership for life is expected to last")).to_have_value("120")
    look_at(page, "staff-plan-life")
