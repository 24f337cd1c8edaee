"""The path of a marketing person: blueprint, a rule changed, the difference, approval, live, a purchase, why, and its return."""

import datetime as dt

from playwright.sync_api import expect

from accounts.members.domain import Enrolment
from accounts.members.services import enrol_member
from accounts.programmes.models import Programme
from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from ledger.points.queries import holdings, verify
from rewards.purchases.models import Purchase, Return
from tests.accounts.factories import UserFactory
from tests.browser.steps import arrive, check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

OPENED = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LIVE = dt.datetime(2026, 3, 5, 15, 0, tzinfo=dt.UTC)


def test_from_a_blueprint_to_a_return(page, live_url, stopped_clock):
    stopped_clock(OPENED)
    shop = open_shop()
    programme = open_from_blueprint(page, live_url)
    change_a_rule(page, live_url)
    set_live(page, live_url)

    stopped_clock(LIVE)
    cashier = colleague(Role.CASHIER, name="Cem Kaya")
    appoint_staff(user=cashier, roles=[Role.CASHIER], default_store=shop.market)
    user = UserFactory.create(email="berna@example.org")
    enrolment = Enrolment(given_name="Berna", family_name="Ak", email=user.email)
    member = enrol_member(programme=programme, enrolment=enrolment, at=LIVE, user=user, announce=False)
    bought = buy(page, live_url, cashier, member)
    ask_why(page, live_url, bought)
    bring_back(page, live_url, cashier, bought)

    assert Return.objects.get(purchase=bought).price_minor == 645
    assert not any(of.available or of.arrears for of in holdings(points_account=member.points_account_id, today=LIVE.date()))
    assert verify() == []


def open_from_blueprint(page, live_url):
    """Return a programme that begins as a blueprint."""
    login(page, live_url, colleague(Role.ADMINISTRATOR, email="admin@example.org"))
    page.goto("/staff/programmes/new/")
    page.get_by_role("link", name="Coffee stars").click()
    page.get_by_label("Name of the programme").fill("Harbour Stars")
    page.get_by_role("button", name="Open the programme").click()
    expect(page.get_by_text("Harbour Stars is open as a draft.")).to_be_visible()
    return Programme.objects.get(slug="harbour-stars")


def change_a_rule(page, live_url):
    """From the day after tomorrow on; the difference is read in words and approved by somebody else."""
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing"))
    page.goto("/staff/programmes/harbour-stars/rules/green/")
    page.get_by_label("Points for 1.00 of money").fill("1.5")
    page.get_by_label("Valid from").fill("2026-03-04")
    page.get_by_role("button", name="Hand in the draft").click()
    expect(page.get_by_text("The draft waits for another person's approval.")).to_be_visible()
    expect(page.locator(".changes .added").first).to_contain_text("1.5 stars for every £1.00")
    expect(page.locator(".changes .removed").first).to_contain_text("1 star for every £1.00")
    assert fits(page)
    check_axe(page)
    shoot(page, "walk-changes")
    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance"))
    page.goto("/staff/programmes/harbour-stars/rules/")
    page.get_by_role("button", name="Approve this version").click()
    expect(page.get_by_text("Approved. The rule begins on")).to_be_visible()


def set_live(page, live_url):
    login(page, live_url, User.objects.get(email="admin@example.org"))
    page.goto("/staff/programmes/harbour-stars/state/")
    page.get_by_label("Set it live: members can join and earn").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def buy(page, live_url, cashier, member):
    """Return what was bought at a till for 6.45."""
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, live_url, cashier)
    page.goto("/till/?programme=harbour-stars")
    arrive(page, "**/till/**")
    page.keyboard.type(member.number)
    page.keyboard.press("Enter")
    arrive(page, "**/members/**")
    page.keyboard.type("6.45")
    page.locator(".till-quote").wait_for()
    expect(page.locator("#quote")).to_contain_text("9.675 stars")
    shoot(page, "walk-till")
    page.keyboard.press("Enter")
    arrive(page, "**/purchases/**")
    return Purchase.objects.get(member=member)


def ask_why(page, live_url, bought):
    """In words to the member, and to support with what the other rules say."""
    login(page, live_url, bought.member.user)
    page.goto("/p/harbour-stars/activity/")
    page.locator(f"a[href*='{bought.pk}']").first.click()
    expect(page.locator("main")).to_contain_text("9.675 stars")
    expect(page.locator("main")).to_contain_text("1.5 stars for every £1.00")
    assert fits(page)
    check_axe(page)
    shoot(page, "walk-why")
    login(page, live_url, colleague(Role.SUPPORT, name="Sue Support", email="sue@example.org"))
    page.goto(f"/staff/purchases/{bought.pk}/")
    expect(page.get_by_role("heading", name="Why it earned what it earned")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1.2 stars for every dollar as Gold")
    shoot(page, "walk-why-staff")


def bring_back(page, live_url, cashier, bought):
    login(page, live_url, cashier)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/till/purchases/{bought.pk}/return/?programme=harbour-stars")
    page.keyboard.press("F4")
    page.locator("button[value=confirm]").wait_for()
    page.keyboard.press("Enter")
    arrive(page, "**/returns/**")
    expect(page.locator("main")).to_contain_text("Refund £6.45")
    expect(page.locator("main")).to_contain_text("9.675 stars")
    shoot(page, "walk-return")
