"""The public counter of a cause, and the colleague who notes a hand-over, in a real browser."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.staff.roles import Role
from rewards.causes.models import CauseHandover
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.causes.stage import forest_in, met


@pytest.fixture
def shop(page, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    forest_in(shop.programme, pledge=1_000)
    ada = shop.member()
    last_month = NOW - dt.timedelta(days=40)
    met(ada, last_month, "1", 910, told_at=last_month)
    met(shop.member("Grace", "grace@example.org"), NOW, "2", 30)
    return shop, ada


def look_at(page, name):
    assert fits(page), name
    check_axe(page)
    shoot(page, name)


def test_everybody_sees_the_count_and_a_colleague_notes_a_hand_over(page, live_url, shop):
    of, ada = shop
    page.goto("/p/aldersgate/causes/forest/")
    expect(page.get_by_text("313 trees", exact=True)).to_be_visible()
    look_at(page, "portal-cause")
    login(page, live_url, ada.user)
    page.goto("/p/aldersgate/")
    page.get_by_role("link", name="See the count").click()
    expect(page.get_by_text("910 of them are yours.")).to_be_visible()
    page.goto("/p/aldersgate/")
    look_at(page, "portal-home-cause")

    login(page, live_url, colleague(Role.FINANCE_PREPARER))
    page.goto("/staff/programmes/aldersgate/events/causes/")
    look_at(page, "staff-causes")
    page.get_by_role("link", name="Forest").click()
    page.get_by_role("link", name="Note a hand-over").click()
    page.get_by_label("Reference of the payment or order").fill("INV-2026-17")
    page.get_by_label("Proof").fill("Certificate 4711")
    look_at(page, "staff-cause-hand-over")
    page.get_by_role("button", name="Note the hand-over").click()
    expect(page.get_by_text("Noted: 303 trees handed over.")).to_be_visible()
    look_at(page, "staff-cause")
    assert CauseHandover.objects.get(programme=of.programme).given == 303
