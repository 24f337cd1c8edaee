"""The member portal in a real browser: from signing up to a voucher."""

import datetime as dt

import pytest
from django.core import mail
from playwright.sync_api import Error, expect

from accounts.members.models import Member
from accounts.members.services import issue_claim_code
from accounts.users.models import User
from loyalty.kit import clock
from rewards.redemptions.models import Redemption
from tests.browser.steps import PICTURES, check_axe, fits, login, shoot
from tests.reporting.factories import NOW, PASSWORD, open_shop, tell_a_year


@pytest.fixture
def ada(page, stopped_clock):
    """A member with a year behind her, signed in."""
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    return member, tell_a_year(shop, member)


PAGES = {
    "home": "",
    "activity": "activity/",
    "receipt": "activity/{returned}/",
    "what-if": "what-if/?amount=24.30",
    "rewards": "rewards/",
    "reward": "rewards/fruit/",
    "reward-missing": "rewards/book/",
    "redeem": "rewards/coffee/redeem/",
    "voucher": "vouchers/{voucher}/",
    "voucher-used": "vouchers/{used}/",
    "card": "card/",
    "profile": "profile/",
    "consents": "profile/consents/",
    "terms": "terms/",
}
KEPT = {"home", "activity", "receipt", "rewards", "reward", "voucher", "card", "profile"}


def test_every_page_is_clean_and_fits(page, live_url, ada):
    member, story = ada
    login(page, live_url, member.user)
    ids = {name: row.pk for name, row in story.items()}

    for name, path in PAGES.items():
        page.goto(f"/p/aldersgate/{path.format(**ids)}")

        assert fits(page), name
        check_axe(page)
        shoot(page, f"portal-{name}", kept=name in KEPT)


def test_from_signing_up_to_a_voucher(page, live_url):
    shop = open_shop()

    page.goto("/")
    expect(page.get_by_role("heading", name="Collect with Aldersgate Club")).to_be_visible()
    check_axe(page)
    shoot(page, "portal-offer", kept=True)
    page.get_by_role("link", name="Sign up with your e-mail").click()
    page.get_by_label("Email").fill("grace@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    check_axe(page)
    shoot(page, "portal-sign-up")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(_link_in(mail.outbox[-1].body))
    page.get_by_role("button", name="Yes, this is mine").click()
    expect(page.get_by_role("heading", name="Join Aldersgate Club")).to_be_visible()
    page.get_by_label("Given name").fill("Grace")
    page.get_by_role("button", name="Join Aldersgate Club").click()
    expect(page.get_by_role("alert")).to_contain_text("Please accept the terms to join.")
    check_axe(page)
    page.get_by_label("I accept the terms and conditions").check()
    shoot(page, "portal-join")
    page.get_by_role("button", name="Join Aldersgate Club").click()
    expect(page.get_by_text("Welcome, Grace. Your card is ready.")).to_be_visible()
    check_axe(page)
    shoot(page, "portal-home-empty", kept=True)

    member = Member.objects.get(email="grace@example.org")
    shop.buy(member, "R-1", clock.now(), ("Dairy", 8_000))
    page.goto("/p/aldersgate/")
    expect(page.get_by_text("80", exact=True)).to_be_visible()
    page.get_by_role("link", name="A coffee on us").click()
    page.get_by_role("link", name="Redeem for 60 points").click()
    expect(page.get_by_role("dialog")).to_contain_text("After that you have 20 points.")
    check_axe(page)
    page.screenshot(path=PICTURES / "portal-redeem-dialog-phone-light.png")
    page.get_by_role("button", name="Yes, redeem").click()

    taken = Redemption.objects.get(member=member)
    expect(page.get_by_text(taken.grouped_code)).to_be_visible()
    assert page.url.endswith(f"/p/aldersgate/vouchers/{taken.pk}/")


def test_the_card_opens_without_a_connection_until_signing_out(page, live_url, ada):
    member, _story = ada
    login(page, live_url, member.user)
    page.goto("/p/aldersgate/card/")
    expect(page.get_by_text("the card also opens without a connection")).to_be_visible()

    page.context.set_offline(True)
    page.goto("/p/aldersgate/activity/")

    assert page.url.endswith("/p/aldersgate/card/")
    expect(page.get_by_text(member.grouped_number)).to_be_visible()
    expect(page.get_by_role("img", name="QR code of your card")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.body).fontFamily").startswith("Inter")

    page.context.set_offline(False)
    page.goto("/p/aldersgate/card/")
    page.get_by_text("Your menu").locator("..").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "card" not in url)
    page.context.set_offline(True)
    with pytest.raises(Error, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto("/p/aldersgate/card/")


def test_signing_in_leads_home(page, live_url):
    shop = open_shop()
    shop.member()

    page.goto("/p/aldersgate/")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    check_axe(page)
    shoot(page, "portal-sign-in")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("Hello Ada")).to_be_visible()
    assert page.url.endswith("/p/aldersgate/")


def test_a_card_from_the_shop_is_connected_by_its_code(page, live_url):
    shop = open_shop()
    card = shop.member("Cem", "cem@example.org")
    Member.objects.filter(pk=card.pk).update(user=None)
    newcomer = User.objects.create_user("cem.private@example.org", PASSWORD)
    login(page, live_url, newcomer)

    page.goto("/p/aldersgate/claim/")
    check_axe(page)
    shoot(page, "portal-claim")
    page.get_by_label("Card number").fill(card.grouped_number)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Type your code")).to_be_visible()
    code = issue_claim_code(member=Member.objects.get(pk=card.pk), at=clock.now())
    page.get_by_label("Code").fill(code)
    check_axe(page)
    shoot(page, "portal-claim-code")
    page.get_by_role("button", name="Connect the card").click()

    expect(page.get_by_text(f"Your card {card.grouped_number} is connected.")).to_be_visible()


def test_earlier_rows_come_without_a_new_page(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    for day in range(30):
        shop.buy(member, f"R-{day}", NOW - dt.timedelta(days=day), ("Dairy", 1_000))
    login(page, live_url, member.user)

    page.goto("/p/aldersgate/activity/")
    expect(page.locator(".timeline-row")).to_have_count(25)
    page.get_by_role("link", name="Show earlier").click()

    expect(page.locator(".timeline-row")).to_have_count(30)
    assert page.url.endswith("/activity/")


def test_the_keyboard_is_enough_to_redeem(page, live_url, ada):
    member, _story = ada
    login(page, live_url, member.user)
    page.goto("/p/aldersgate/rewards/coffee/")

    page.get_by_role("link", name="Redeem for 60 points").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, redeem").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Show this code at the till")).to_be_visible()


def test_without_script_the_same_two_steps_redeem(browser, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    shop.buy(member, "R-1", NOW, ("Dairy", 8_000))
    context = browser.new_context(base_url=live_url, java_script_enabled=False)
    page = context.new_page()
    login(page, live_url, member.user)

    page.goto("/p/aldersgate/rewards/coffee/")
    page.get_by_role("link", name="Redeem for 60 points").click()
    page.get_by_role("button", name="Yes, redeem").click()

    expect(page.get_by_text("Show this code at the till")).to_be_visible()
    context.close()


def _link_in(text: str) -> str:
    return next(word for word in text.split() if "/accounts/confirm-email/" in word)
