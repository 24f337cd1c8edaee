"""Programme files in a browser: a file is checked, corrected, handed in and approved; a blueprint is chosen on the first page."""

import pytest
from playwright.sync_api import expect

from accounts.staff.roles import Role
from rewards.programme_files.models import ProgrammeDraft
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.rewards.programme_files.stage import WITH_SUMMER, live_programme, plain


@pytest.mark.parametrize("width", [390, 1440])
def test_a_file_is_corrected_handed_in_and_approved(page, live_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    live_programme()
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto("/staff/programmes/plain-club/file/")
    page.get_by_label("or write it here").fill(plain(("price_points: 100", "price_pionts: 100")))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("price_pionts is not known. Did you mean price_points?")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, f"programme-file-wrong-{width}")

    page.get_by_label("or write it here").fill(
        plain(("price_points: 100", "price_points: 99"), ("expect: {balance: 20}", "expect: {balance: 19}"))
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("price_points: 100 becomes 99")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, f"programme-file-changes-{width}")
    page.get_by_role("button", name="Hand in the file").click()
    expect(page.get_by_text("The file waits for another person's approval.")).to_be_visible()

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.goto("/staff/programmes/plain-club/file/")
    check_axe(page)
    shoot(page, f"programme-file-waits-{width}")
    page.get_by_role("button", name="Approve the file").click()

    expect(page.get_by_text("Approved. It begins on")).to_be_visible()
    assert ProgrammeDraft.objects.get().approved_at is not None


@pytest.mark.parametrize("width", [390, 1440])
def test_ladders_segments_and_campaigns_of_a_file_are_told_before_it_is_handed_in(page, live_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    live_programme()
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto("/staff/programmes/plain-club/file/")
    keep = ("reach: {all: {spend: 1000.00}}}", "reach: {all: {spend: 1000.00}}, keep: {all: {spend: 800.00}}}")
    summer = (WITH_SUMMER[0], WITH_SUMMER[1].replace("2026-06-01", "2099-06-01").replace("2026-08-31", "2099-08-31"))
    text = plain(keep, summer)
    page.get_by_label("or write it here").fill(text[: text.index("examples:")])
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("tiers[1].keep.all.spend: not said becomes 800.00")).to_be_visible()
    expect(page.get_by_text("Segment lapsed is added")).to_be_visible()
    expect(page.get_by_text("budget.points: 5000")).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, f"programme-file-sections-{width}")


@pytest.mark.parametrize("width", [390, 1440])
def test_blueprints_are_shown_to_choose_from(page, live_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/start/")
    page.get_by_text("Begin with something else").click()
    assert fits(page)
    check_axe(page)
    shoot(page, f"first-run-blueprints-{width}")
    page.get_by_role("link", name="Stamp card with a head start").click()
    expect(page.get_by_label("Points earned")).to_have_count(0)
    assert fits(page)
    check_axe(page)
    shoot(page, f"first-run-stamp-card-{width}")

    live_programme()
    login(page, live_url, colleague(Role.ADMINISTRATOR, name="Ada Admin", email="ada@example.org"))
    page.goto("/staff/programmes/new/")
    assert fits(page)
    check_axe(page)
    shoot(page, f"programme-new-{width}")
    page.get_by_role("link", name="Stamp card with a head start").click()
    page.get_by_label("Name of the programme").fill("Corner Coffee")
    shoot(page, f"programme-from-{width}")
    page.get_by_role("button", name="Open the programme").click()
    expect(page.get_by_text("Corner Coffee is open as a draft.")).to_be_visible()
