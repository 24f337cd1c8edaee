"""Check-ins and chosen days in the browser: a code on paper and on a screen, one tap, and a day that a member chooses."""

from accounts.staff.roles import Role
from rewards.check_ins.domain import CodeKind
from rewards.check_ins.tokens import code_of, screen_of
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.conftest import open_club
from tests.browser.steps import check_axe, login, shoot
from tests.colleagues import colleague
from tests.rewards.check_ins.stage import pay_for_visits, point_at
from tests.rewards.chosen_days.stage import choosing_club


def test_a_member_scans_a_code_and_taps_once(page, live_url, stopped_clock):
    stopped_clock(AT)
    programme = open_club()
    pay_for_visits(programme)
    member = MemberFactory.create(programme=programme, user=UserFactory.create())
    printed, rotating = point_at(programme), point_at(programme, title="Coffee corner", code_kind=CodeKind.ROTATING)
    page.goto(f"{live_url}/p/{programme.slug}/check-in/screen/{screen_of(rotating)}/")
    page.get_by_role("img", name="QR code to check in").wait_for()
    shoot(page, "check-in-screen")
    check_axe(page)

    login(page, live_url, colleague(Role.MARKETING))
    page.goto(f"{live_url}/staff/programmes/{programme.slug}/events/check-ins/{printed.pk}/")
    shoot(page, "check-in-point")
    check_axe(page)
    page.goto(f"{live_url}/staff/programmes/{programme.slug}/events/check-ins/new/")
    shoot(page, "check-in-new")
    check_axe(page)

    login(page, live_url, member.user)
    page.goto(f"{live_url}/p/{programme.slug}/check-in/{code_of(printed, AT)}/")
    shoot(page, "check-in-tap")
    check_axe(page)
    page.get_by_role("button", name="Check in").click()
    page.get_by_text("You are checked in: Open day.").wait_for()
    check_axe(page)


def test_a_member_chooses_a_day(page, live_url, stopped_clock):
    stopped_clock(AT)
    programme = choosing_club()
    member = MemberFactory.create(programme=programme, user=UserFactory.create())
    login(page, live_url, member.user)
    page.goto(f"{live_url}/p/{programme.slug}/days/")
    page.get_by_label("Choose your day").fill("2026-01-31")
    page.get_by_role("button", name="Take this day").click()
    page.get_by_text("Your day is Saturday 31 January.", exact=True).wait_for()
    shoot(page, "chosen-days")
    check_axe(page)
