"""The staff pages in a browser: looked at on phone and desktop, by day and by night, with axe; and the first run from end to end."""

import datetime as dt
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from accounts.programmes.models import Programme
from accounts.staff.roles import Role
from loyalty.kit import clock
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop


@pytest.fixture
def shop(page):
    """A shop whose last months were busy, with members, rewards taken and something returned."""
    shop = open_shop()
    now = clock.now()
    people = [shop.member(name, f"{name.lower()}@example.org") for name in ("Ada", "Grace", "Edsger", "Barbara")]
    for number, member in enumerate(people):
        for month in range(6):
            for visit in range(number + 1):
                at = now - dt.timedelta(days=30 * month + visit * 3 + 1)
                store = shop.harbour if visit % 2 else shop.market
                shop.buy(member, f"R-{number}{month}{visit}", at, ("Dairy", 2_300 + 190 * month), ("Fruit", 900), store=store)
    barbara = people[3]
    return SimpleNamespace(
        programme=shop.programme,
        barbara=barbara,
        redemption=shop.redeem(barbara, "coffee", now),
        paid=shop.buy(barbara, "R-PAID", now, ("Cheese", 1_450), tender=100),
    )


@pytest.fixture
def everybody():
    return colleague(*Role, name="Sam Colleague", email="sam@example.org")


def test_pages_are_whole_and_readable(page, live_url, shop, everybody):
    login(page, live_url, everybody)
    pages = {
        "overview": ("/staff/", "Overview"),
        "members": ("/staff/members/", "Members"),
        "member": (f"/staff/members/{shop.barbara.pk}/", "Barbara Lovelace"),
        "what-if": (f"/staff/members/{shop.barbara.pk}/what-if/?amount=24.30&codes=SPRING", "What if Barbara Lovelace"),
        "purchases": ("/staff/purchases/", "Purchases"),
        "purchase": (f"/staff/purchases/{shop.paid.pk}/", "Aldersgate Market"),
        "redemption": (f"/staff/redemptions/{shop.redemption.pk}/", "A coffee on us"),
        "programme": ("/staff/programmes/aldersgate/", "Aldersgate Club"),
        "rules": ("/staff/programmes/aldersgate/rules/", "Aldersgate Club"),
        "tiers": ("/staff/programmes/aldersgate/tiers/", "Aldersgate Club"),
        "rewards": ("/staff/rewards/", "Rewards"),
        "reward": (f"/staff/rewards/{shop.programme.rewards.get(code='coffee').pk}/", "A coffee on us"),
        "partners": ("/staff/partners/", "Partners"),
        "corrections": ("/staff/corrections/", "Corrections of points"),
        "search": ("/staff/search/?q=Lovelace", "Found for"),
    }
    for name, (address, heading) in pages.items():
        page.goto(address)
        expect(page.locator("h1")).to_contain_text(heading)
        assert fits(page), name
        check_axe(page)
        shoot(page, f"staff-{name}", kept=name in {"overview", "member", "purchase"})


def test_from_a_figure_to_what_it_is_made_of(page, live_url, shop, everybody):
    login(page, live_url, everybody)

    page.goto("/staff/")
    page.keyboard.press("/")
    page.keyboard.type("barbara")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Barbara Lovelace")
    page.get_by_role("link", name="All of them").click()
    expect(page.locator("h1")).to_have_text("Points that are left")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Why it earned what it earned")).to_be_visible()
    expect(page.get_by_text("Every pound", exact=True)).to_be_visible()
    page.get_by_role("link", name="The movement of").first.click()
    expect(page.locator("h1")).to_contain_text("Points given")


def test_filters_change_the_list_without_loading_the_page(page, live_url, shop, everybody):
    login(page, live_url, everybody)
    page.goto("/staff/purchases/")
    page.evaluate("window.same = true")

    page.locator(".toolbar").get_by_label("Paid with points").check()

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("R-PAID")
    assert page.evaluate("window.same")
    assert page.url.endswith("points=1") or "points=1" in page.url


def test_the_story_goes_on_below(page, live_url, shop, everybody):
    login(page, live_url, everybody)
    page.goto(f"/staff/members/{shop.barbara.pk}/")
    before = page.locator(".timeline-row").count()

    page.get_by_role("link", name="Earlier").click()

    expect(page.get_by_role("link", name="Earlier")).to_have_count(0)
    assert page.locator(".timeline-row").count() > before


def test_a_key_is_shown_once(page, live_url, shop, everybody):
    login(page, live_url, everybody)
    page.goto("/staff/partners/new/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Web shop")
    page.get_by_role("button", name="Go on to its key").click()
    page.get_by_label("What is it for?").fill("Orders")
    page.get_by_role("button", name="Make the key").click()

    expect(page.get_by_text("This is the only time that the key is shown")).to_be_visible()
    check_axe(page)
    shoot(page, "staff-key")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()


def test_an_empty_installation_is_live_after_one_form(page, live_url):
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Start your loyalty programme")
    check_axe(page)
    shoot(page, "first-run", kept=True)
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text("Nothing was set up yet.")).to_be_visible()
    check_axe(page)

    for label, text in {
        "Your e-mail address": "owner@fennel.example",
        "Password": "lantern-orbit-42",
        "Name of the programme": "Fennel",
    }.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Country").select_option("TR")
    page.get_by_label("Time zone").select_option("Europe/Istanbul")
    page.get_by_role("button", name="Go live").click()

    expect(page.locator("h1")).to_have_text("Fennel is live")
    check_axe(page)
    shoot(page, "first-run-next", kept=True)
    assert Programme.objects.get().state == "live"
    page.get_by_role("link", name="Go to the overview").click()
    expect(page.get_by_text("Nothing was bought here yet")).to_be_visible()
