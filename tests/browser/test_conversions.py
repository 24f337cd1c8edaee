"""Conversions in the browser: what a member reads, and how two people decide a rate."""

import datetime as dt

from accounts.staff.roles import Role
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.conversions.services import run_conversions
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup
from rewards.setups.services import draft_setup
from tests.accounts.factories import UserFactory
from tests.browser.steps import check_axe, login, shoot
from tests.colleagues import colleague
from tests.rewards.conversions.stage import MONTHLY, YEARLY, buy, club, member_of, noon


def test_a_member_reads_what_becomes_of_it(page, live_url, stopped_clock):
    stopped_clock(noon(2025, 3, 12))
    programme = club(MONTHLY)
    member = member_of(programme)
    member.user = UserFactory.create()
    member.save()
    buy(member, 123_45, noon(2025, 3, 10))

    login(page, live_url, member.user)
    page.goto(f"{live_url}/p/{programme.slug}/")

    page.get_by_text("€6.17 so far; turns into €5.00 on 1 April, the rest stays.").wait_for()
    shoot(page, "conversions-member")
    check_axe(page)


def test_two_people_decide_a_rate(page, live_url, stopped_clock):
    stopped_clock(noon(2026, 2, 1))
    programme = club(YEARLY)
    for number in range(3):
        buy(member_of(programme), 100_00, noon(2025, 5, 1), f"R{number}")
    one, other = colleague(Role.MARKETING), colleague(Role.FINANCE_APPROVER)
    facts = {"programme": programme, "kind": SetupKind.CONVERSION, "code": "monthly", "name": "Monthly", "author": one}
    draft_setup(**facts, definition=YEARLY | {"after_days": 73}, valid_from=dt.date(2026, 3, 1))

    login(page, live_url, one)
    page.goto(f"{live_url}/staff/programmes/{programme.slug}/events/")
    page.get_by_role("link", name="Runs and rates").click()
    page.get_by_role("link", name="Propose a rate").click()
    page.get_by_label("What one unit becomes").fill("0,95")
    page.get_by_role("button", name="Propose the rate").click()
    page.get_by_text("One unit becomes 0.95").wait_for()
    shoot(page, "conversions-proposed")
    check_axe(page)

    login(page, live_url, other)
    page.goto(f"{live_url}/staff/programmes/{programme.slug}/events/conversions/")
    page.get_by_role("button", name="Approve this version").click()
    page.get_by_text("Approved. What has gathered").wait_for()
    assert ConversionRate.objects.get().approver == other

    run_conversions(programme=programme, at=noon(2026, 3, 1))
    second = ConversionRun.objects.create(
        setup=Setup.objects.get(), version=Setup.objects.get().versions.first(), first_on=dt.date(2024, 1, 1),
        through_on=dt.date(2024, 12, 31), business_on=dt.date(2025, 3, 1), expected=8_000, seen=3_500, started_at=noon(2026, 3, 1),
    )  # fmt: skip
    page.goto(f"{live_url}/staff/programmes/{programme.slug}/events/conversions/")
    page.get_by_text("3,500 of 8,000 members").wait_for()
    shoot(page, "conversions-runs")
    check_axe(page)
    assert second.percent == 43
