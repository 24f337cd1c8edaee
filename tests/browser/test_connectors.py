"""Connectors: a colleague connects a shop, pastes what has to be pasted, and reads what became of its deliveries."""

from accounts.entities.models import Channel
from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.connectors.domain import Sender
from rewards.connectors.models import Connection
from rewards.connectors.services import secrets_of
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.connectors.notices import privacy
from tests.rewards.connectors.stage import connect, deliver, order, work


def look(page, name):
    check_axe(page)
    assert fits(page)
    shoot(page, name)


def test_a_shop_is_connected_and_its_deliveries_are_read(live_url, page):
    shop = open_shop()
    Channel.objects.get_or_create(entity=shop.programme.legal_entity, code="store", defaults={"name": "Store"})
    at = clock.now()
    known = connect(shop.programme, Sender.SHOPIFY, name="Web shop", at=at)
    deliver(known, order(1), topic="orders/paid", number="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", at=at)
    deliver(known, b"{", topic="refunds/create", number="b54557e4-bdd9-4b37-8a5f-bf7d70bcd044", at=at)
    work(at)
    login(page, live_url, colleague(Role.ADMINISTRATOR))

    page.goto(f"{live_url}/staff/connectors/")
    look(page, "connectors")
    page.get_by_role("link", name="New connection").click()
    page.get_by_label("WooCommerce").check()
    page.get_by_role("textbox", name="Name", exact=True).fill("Blog shop")
    look(page, "connector-new")
    page.get_by_role("button", name="Make the address").click()
    page.get_by_text("This is the only time that the secret is shown").wait_for()
    look(page, "connector-secret")
    [secret] = secrets_of(Connection.objects.get(name="Blog shop"), clock.now())
    assert page.get_by_text(secret).count() == 1
    page.get_by_role("link", name="It is pasted").click()
    page.get_by_text("Nothing here yet").wait_for()
    look(page, "connector-empty")

    page.goto(f"{live_url}/staff/connectors/{known.pk}/")
    look(page, "connector")
    page.get_by_role("link", name="Needs a person", exact=True).click()
    page.get_by_role("link", name="b54557e4-").click()
    page.get_by_text("The body is not JSON.").wait_for()
    look(page, "connector-delivery")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("It is tried again within seconds.").wait_for()


def test_a_wish_about_personal_data_is_answered(live_url, page):
    shop = open_shop()
    Channel.objects.get_or_create(entity=shop.programme.legal_entity, code="store", defaults={"name": "Store"})
    at = clock.now()
    known = connect(shop.programme, Sender.SHOPIFY, name="Web shop", at=at)
    for number, topic in enumerate(("customers/data_request", "shop/redact", "customers/redact")):
        deliver(known, privacy(topic.replace("/", "_")), topic=topic, number=f"P{number}", at=at)
    work(at)
    login(page, live_url, colleague(Role.ADMINISTRATOR))

    page.goto(f"{live_url}/staff/connectors/")
    page.get_by_role("link", name="Personal data (2)").click()
    look(page, "privacy-wishes")
    page.get_by_role("link", name="Tell a customer what is kept").click()
    look(page, "privacy-wish")
    page.get_by_label("What was done?").fill("Sent by letter on the same day.")
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Written down as answered.").wait_for()
    look(page, "privacy-wish-answered")
