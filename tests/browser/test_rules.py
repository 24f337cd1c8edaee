"""A rule in a browser: written by one colleague, read as a difference and approved by another, earned by and explained."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.earning.models import EarningRuleVersion
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop


@pytest.fixture
def shop():
    return open_shop()


def test_a_rule_is_written_compared_and_approved(page, live_url, shop):
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto("/staff/programmes/aldersgate/rules/every-pound/")
    expect(page.locator("h1")).to_have_text("New version of Every pound")
    page.get_by_label("The rule gives").select_option("rate")
    expect(page.get_by_label("For every", exact=True)).to_be_hidden()
    page.get_by_label("Points for 1.00 of money").fill("1.5")
    page.get_by_label("The rule counts only if").fill("order.prize >= 20.00")
    page.get_by_label("Fact").first.select_option("order.channel")
    page.get_by_label("Value").first.fill("store")
    page.get_by_label("Valid from").fill((clock.now() + dt.timedelta(days=3)).date().isoformat())
    assert fits(page)
    check_axe(page)
    shoot(page, "rule-form")

    page.get_by_role("button", name="Hand in the draft").click()
    expect(page.get_by_text("Column 1: There is no field order.prize.").first).to_be_visible()
    check_axe(page)
    shoot(page, "rule-form-wrong")
    page.get_by_label("The rule counts only if").fill("order.price >= 20.00")
    page.get_by_role("button", name="Hand in the draft").click()

    expect(page.get_by_text("The draft waits for another person's approval.")).to_be_visible()
    expect(page.locator(".changes .added").first).to_contain_text("15 points for every £10.00 paid in money.")
    check_axe(page)
    shoot(page, "rule-changes", kept=True)
    assert EarningRuleVersion.objects.filter(version=2, approved_at=None).exists()

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.goto("/staff/programmes/aldersgate/rules/")
    page.get_by_role("button", name="Approve this version").click()

    expect(page.get_by_text("Approved. The rule begins on")).to_be_visible()
    assert EarningRuleVersion.objects.get(version=2).approved_at is not None


def test_a_new_rule_begins_as_a_draft(page, live_url, shop):
    login(page, live_url, colleague(Role.MARKETING))
    page.goto("/staff/programmes/aldersgate/rules/")
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("Ten for three")
    page.get_by_label("Code", exact=True).fill("ten-for-three")
    page.get_by_label("The rule gives").select_option("fixed")
    page.get_by_label("Points", exact=True).fill("10")
    page.get_by_label("The rule counts only if").fill("count of lines (category = Fruit) >= 3")
    page.get_by_label("Valid from").fill((clock.now() + dt.timedelta(days=3)).date().isoformat())
    check_axe(page)

    page.get_by_role("button", name="Hand in the draft").click()

    expect(page.get_by_text("Only with lines with category: Fruit: at least 3.")).to_be_visible()


def test_fields_of_a_rule_stand_equally_far_apart(page, live_url, shop):
    """Whatever is chosen: a field that its kind or its moment brings along is a neighbour like every other."""
    login(page, live_url, colleague(Role.MARKETING))
    page.goto("/staff/programmes/aldersgate/rules/every-pound/")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for kind in ("per_step", "rate", "fixed", "per_unit", "bands", "multiplier", "ceiling"):
            page.get_by_label("The rule gives").select_option(kind)
            gaps = page.evaluate(GAPS)
            assert gaps and set(gaps) == {24}, (width, kind, gaps)
            assert fits(page)
    page.get_by_label("The rule gives").select_option("bands")
    shoot(page, "rule-form-bands")


GAPS = """() => {
    const kind = document.querySelector("#id_kind"), counts = document.querySelector("#id_only_categories")
    const between = one => one.contains(kind) || (kind.compareDocumentPosition(one) & 4 && one.compareDocumentPosition(counts) & 4 && !one.contains(counts))
    const boxes = [...document.querySelectorAll(".rule-form .field")].filter(one => one.offsetParent && between(one)).map(one => one.getBoundingClientRect())
    return boxes.slice(1).map((box, place) => Math.round(box.top - boxes[place].bottom))
}"""
"""How many pixels stand between the fields from the kind to what counts."""
