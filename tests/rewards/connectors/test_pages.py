import html
import re

import pytest
from django.urls import reverse

from accounts.entities.models import Channel
from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.connectors.domain import Sender
from rewards.connectors.models import Connection
from rewards.connectors.queries import address_of
from rewards.connectors.services import secrets_of
from tests.accounts.factories import AT, MemberFactory
from tests.api.conftest import open_club
from tests.colleagues import colleague
from tests.rewards.connectors.stage import balance, connect, deliver, order, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    return open_club()


@pytest.fixture
def admin(client, programme):
    client.force_login(colleague(Role.ADMINISTRATOR))
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"staff:{name}", args=args), query)


def test_a_connection_of_ours_shows_its_secret_once(admin, programme):
    channel = Channel.objects.get(entity=programme.legal_entity, code="store")
    facts = {"sender": "woocommerce", "name": "Web shop", "channel": channel.pk, "finds_by": "email"}

    shown = admin.post(reverse("staff:connector-new"), facts)

    connection = Connection.objects.get()
    [secret] = secrets_of(connection, AT)
    assert secret in html.unescape(shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    assert connection.topics == ["order.created", "order.updated"]
    later = page(admin, "connector", connection.pk).content.decode()
    assert secret not in later
    assert address_of(connection) in later


def test_a_secret_of_theirs_is_pasted_and_replaced(admin, programme):
    channel = Channel.objects.get(entity=programme.legal_entity, code="store")
    facts = {"sender": "stripe", "name": "Till", "channel": channel.pk, "finds_by": "phone"}
    admin.post(reverse("staff:connector-new"), facts)
    connection = Connection.objects.get()
    assert page(admin, "connectors").context["rows"][0][2]["value"] == "waits for its secret"
    address = reverse("staff:connector-secret", args=[connection.pk])

    assert admin.post(address, {"secret": "short"}).status_code == 422
    admin.post(address, {"secret": "whsec_first_secret"})
    admin.post(address, {"secret": "whsec_second_secret"})

    connection.refresh_from_db()
    assert secrets_of(connection, AT) == ["whsec_second_secret", "whsec_first_secret"]
    assert "The old secret works until" in page(admin, "connector", connection.pk).content.decode()


def test_what_counts_is_changed_and_the_connection_paused(admin, programme):
    shop = connect(programme, Sender.SHOPIFY)
    facts = {"name": "Shop 2", "channel": shop.channel_id, "finds_by": "external_id", "topics": ["orders/paid", "refunds/create"]}

    admin.post(reverse("staff:connector-change", args=[shop.pk]), facts)
    assert admin.post(reverse("staff:connector-change", args=[shop.pk]), facts | {"topics": ["charge.succeeded"]}).status_code == 422
    admin.post(reverse("staff:connector-turn", args=[shop.pk]))

    shop.refresh_from_db()
    assert (shop.name, shop.topics, shop.finds_by, shop.is_active) == ("Shop 2", facts["topics"], "external_id", False)


def test_deliveries_are_filtered_explained_and_retried(admin, programme):
    shop = connect(programme, Sender.SHOPIFY)
    deliver(shop, order(7), topic="orders/paid", number="W1")
    deliver(shop, b"{", topic="orders/create", number="W2")
    deliver(shop, order(8), topic="orders/paid", number="W3")
    deliveries = {one.number: one for one in work()}

    def listed(**query):
        return [row[0]["value"] for row in page(admin, "connector", shop.pk, **query).context["rows"]]

    assert listed() == ["W3", "W2", "W1"]
    assert listed(outcome="failed") == listed(topic="orders/create") == listed(q="W2") == ["W2"]
    assert (listed(q="7"), listed(outcome="waiting", q="8"), listed(q="\0")) == (["W1"], ["W3"], ["W3", "W2", "W1"])
    assert page(admin, "connectors").context["rows"][0][3] == 1
    assert "The body is not JSON." in page(admin, "delivery", deliveries["W2"].pk).content.decode()
    assert "Nobody is known by what the sender says" in page(admin, "delivery", deliveries["W1"].pk).content.decode()

    member = MemberFactory.create(programme=programme, email="bob.norman@hostmail.com")
    admin.post(reverse("staff:delivery-retry", args=[deliveries["W1"].pk]))
    work()

    assert balance(member) == 398
    shown = page(admin, "delivery", deliveries["W1"].pk).content.decode()
    assert re.search(r'href="/staff/purchases/[0-9a-f-]{36}/"', shown)
    assert "Try again" not in shown
    answer = admin.post(reverse("staff:delivery-retry", args=[deliveries["W1"].pk]), follow=True)
    assert "This was counted" in answer.content.decode()


def test_the_pages_speak_turkish(admin, programme):
    shop = connect(programme, Sender.SHOPIFY)

    shown = admin.get(reverse("staff:connector", args=[shop.pk]), headers={"Accept-Language": "tr"}).content.decode()

    assert "Gönderene yapıştırılacak adres" in shown
