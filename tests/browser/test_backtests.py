"""A back-test in a browser: a draft is tried on a year, read, above its budget, and accepted by another colleague."""

from playwright.sync_api import expect

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.backtests.models import BackTest
from rewards.backtests.services import work_on_all
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year
from tests.rewards.backtests.stage import draft_of


def test_a_draft_is_tried_on_a_year(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    tell_a_year(shop, shop.member())
    draft_of(shop.programme, "every-pound", {"kind": "per_step", "points": 3, "step_minor": 100})
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto("/staff/programmes/aldersgate/back-tests/")
    expect(page.get_by_text("Nothing was tried on the past yet")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Try rules on the past").click()
    page.get_by_label("Name", exact=True).fill("Three points for every pound")
    page.get_by_label("version 2").check()
    page.get_by_label("Budget in").fill("5")
    assert fits(page)
    check_axe(page)
    shoot(page, "back-test-form")
    page.get_by_role("button", name="Work it out").click()

    expect(page.get_by_text("waits for a worker")).to_be_visible()
    check_axe(page)
    work_on_all(at=clock.now(), seconds=60)
    expect(page.get_by_role("heading", name="In short")).to_be_visible(timeout=10_000)
    assert fits(page)
    check_axe(page)
    shoot(page, "back-test", kept=True)

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.reload()
    page.get_by_role("button", name="Accept the cost").click()
    expect(page.get_by_text("was accepted by Fred Finance")).to_be_visible()
    page.goto("/staff/programmes/aldersgate/back-tests/")
    assert fits(page)
    check_axe(page)
    shoot(page, "back-tests")
    assert BackTest.objects.get().is_over_budget
