"""The till in a real browser: everything by keyboard and scanner."""

import pytest

from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from rewards.purchases.models import Purchase, Return
from tests.browser.steps import arrive, check_axe, fits, login, shoot
from tests.reporting.factories import NOW, open_shop, tell_a_year


@pytest.fixture
def ada(page, live_url, stopped_clock):
    """A member with a year behind her; a cashier is signed in, on a wide screen."""
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    story = tell_a_year(shop, member)
    cashier = User.objects.create_user("cem@example.org", "a-long-password-42", name="Cem Kaya")
    appoint_staff(user=cashier, roles=[Role.CASHIER], default_store=shop.market)
    login(page, live_url, cashier)
    page.set_viewport_size({"width": 1440, "height": 900})
    return member, story


def test_find_earn_and_take_back_with_the_keyboard_alone(page, ada):
    member, _story = ada
    keys = page.keyboard

    page.goto("/till/")
    arrive(page, "**/till/")
    keys.type(member.number)
    keys.press("Enter")
    arrive(page, "**/members/**")
    keys.type("24.30")
    page.locator(".till-quote").wait_for()
    assert "24 points" in page.locator("#quote").inner_text()
    keys.press("F4")
    page.locator("#quote", has_text="Paid with points").wait_for()
    page.locator("#quote", has_text="To pay in money").wait_for()
    keys.press("Enter")
    arrive(page, "**/purchases/**")
    bought = Purchase.objects.latest("recorded_at")
    assert "points" in page.locator("h1").inner_text()
    keys.press("F8")
    arrive(page, "**/return/")
    keys.press("F4")
    page.locator("button[value=confirm]").wait_for()
    keys.press("Enter")
    arrive(page, "**/returns/**")
    keys.press("Enter")
    arrive(page, "**/till/?q=")

    assert bought.source == "till:M1"
    assert bought.price_minor == 2430
    assert Return.objects.filter(purchase=bought).count() == 1
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_scan_is_taken_even_when_no_field_has_the_cursor(page, ada):
    member, _story = ada
    page.goto("/till/")
    page.evaluate("document.activeElement.blur()")

    page.keyboard.type(member.number)
    page.keyboard.press("Enter")

    arrive(page, "**/members/**")


def test_the_next_scan_replaces_what_was_not_found(page, ada):
    member, _story = ada
    page.goto("/till/?q=nobody")
    arrive(page, "**/till/?q=nobody")

    page.keyboard.type(member.number)
    page.keyboard.press("Enter")

    arrive(page, "**/members/**")


def test_enter_moves_through_the_enrolment(page, ada):
    page.goto("/till/")
    page.keyboard.press("F9")
    arrive(page, "**/enrol/")
    page.keyboard.type("Zeynep")
    for _field in ("family name", "phone", "e-mail", "card", "terms"):
        page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("F9")
    arrive(page, "**/welcome/")

    assert "Zeynep is a member" in page.locator("h1").inner_text()
    page.keyboard.press("F4")
    page.locator("#code").wait_for()
    assert fits(page)
    check_axe(page)
    shoot(page, "till-welcome")


PAGES = {
    "home": "",
    "found": "?q=ada",
    "nobody": "?q=nobody",
    "store": "store/",
    "enrol": "enrol/",
    "member": "members/{member}/",
    "redeem": "members/{member}/rewards/coffee/",
    "voucher": "vouchers/{voucher}/",
    "voucher-used": "vouchers/{used}/",
    "handed-over": "redemptions/{used}/",
    "sold": "purchases/{paid}/",
    "returns": "returns/",
    "return": "purchases/{today}/return/",
}


KEPT = {"home", "member", "return", "sold"}


def test_every_page_is_clean_and_fits(page, ada):
    member, story = ada
    ids = {name: row.pk for name, row in story.items()} | {"member": member.pk}
    page.set_viewport_size({"width": 390, "height": 844})

    for name, path in PAGES.items():
        page.goto(f"/till/{path.format(**ids)}")
        if name in ("member", "return"):
            arrive(page, f"**/till/{path.format(**ids)}")
        if name == "member":
            page.keyboard.type("24.30")
            page.locator(".till-quote").wait_for()
        if name == "return":
            page.keyboard.type("1")
            page.locator("#undone .till-quote").wait_for()

        assert fits(page), name
        check_axe(page)
        shoot(page, f"till-{name}", kept=name in KEPT)
