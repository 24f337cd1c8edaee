"""Playbooks in a browser: a marketing manager brings lapsed members back, another colleague approves it."""

from playwright.sync_api import expect

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.backtests.services import work_on_all
from rewards.playbooks.models import PlaybookRun
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.rewards.playbooks.stage import NOW, Shop


def test_a_campaign_is_drafted_from_a_playbook(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = Shop()
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto(f"/staff/programmes/{shop.programme.slug}/playbooks/")
    expect(page.get_by_text("No playbook was used yet")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, "playbooks", kept=True)

    page.get_by_role("link", name="Win-back").click()
    preview = page.get_by_role("complementary", name="What it would draft")
    expect(preview.get_by_text("One gift is worth")).to_be_visible()
    page.get_by_label("No purchase for so many days").fill("14")
    expect(preview.get_by_text("(14 days)")).to_be_visible()
    assert fits(page)
    check_axe(page)
    page.evaluate("scrollTo(0, 0)")
    shoot(page, "playbook-form", kept=True)
    page.get_by_role("button", name="Make the draft and try it on the past").dblclick()

    expect(page.get_by_role("heading", name="What the past says")).to_be_visible()
    work_on_all(at=clock.now(), seconds=60)
    expect(page.get_by_text("At this rate")).to_be_visible(timeout=10_000)
    assert fits(page)
    check_axe(page)
    shoot(page, "playbook-draft", kept=True)
    assert PlaybookRun.objects.count() == 1

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.reload()
    page.get_by_role("button", name="Approve segment, campaign and rule").click()
    expect(page.get_by_text("The campaign begins on")).to_be_visible()
    page.get_by_role("link", name="Campaign", exact=True).click()
    expect(page.get_by_text("Made with the playbook")).to_be_visible()
    page.goto(f"/staff/programmes/{shop.programme.slug}/playbooks/")
    expect(page.get_by_role("heading", name="Used before")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, "playbooks-used")
