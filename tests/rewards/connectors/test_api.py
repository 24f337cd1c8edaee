import json

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.kit import clock
from loyalty.kit.rest import limits
from rewards.connectors.api import MOST_BYTES
from rewards.connectors.domain import Sender
from rewards.connectors.models import Delivery
from rewards.connectors.queries import address_of
from tests.accounts.factories import AT, MemberFactory
from tests.api.conftest import open_club
from tests.rewards.connectors.notices import message, raw
from tests.rewards.connectors.stage import balance, charge, connect, order, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(limits, "windows", limits.Windows())


@pytest.fixture
def programme():
    return open_club()


def path_of(connection, slug=None):
    return reverse("api:connector", args=[slug or connection.programme.slug, connection.pk])


def post(connection, body, *, path=None, content_type="application/json", **signing):
    sent = message(connection.kind, body, url=address_of(connection), at=AT, **signing)
    return Client().post(path or path_of(connection), raw(body), content_type=content_type, headers=dict(sent.headers))


def test_a_delivery_is_taken_in_and_worked_on_afterwards(programme):
    member = MemberFactory.create(programme=programme, email="bob.norman@hostmail.com")
    shop = connect(programme, Sender.SHOPIFY)

    first = post(shop, order(), topic="orders/paid", number="W1")
    again = post(shop, order(), topic="orders/paid", number="W1")

    delivery = Delivery.objects.get()
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json() == {"delivery": str(delivery.pk)}
    assert first["Cache-Control"] == "no-store"
    assert (delivery.outcome, balance(member)) == ("waiting", 0)
    work()
    assert balance(member) == 398


@pytest.mark.parametrize("sender", Sender)
def test_every_sender_is_recognised_at_its_address(programme, sender):
    connection = connect(programme, sender)

    answer = post(connection, charge("charge.succeeded", "E1"), topic="orders/paid", number="W1")

    assert answer.status_code == 202, answer.content


@pytest.mark.parametrize("sender", Sender)
def test_what_is_not_signed_is_refused_and_not_kept(programme, sender):
    answer = post(connect(programme, sender), {"a": 1}, number="W1", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx")

    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_not_valid"
    assert Delivery.objects.count() == 0


def test_square_signs_the_address_that_visitors_type(programme, settings):
    square = connect(programme, Sender.SQUARE)
    assert post(square, {"event_id": "E1", "type": "x"}).status_code == 202

    sent = message(Sender.SQUARE, {"event_id": "E2"}, url=address_of(square).replace("http://", "https://"), at=AT)
    answer = Client().post(path_of(square), sent.body, content_type="application/json", headers=dict(sent.headers))

    assert answer.status_code == 401


def test_a_knock_of_woocommerce_is_answered(programme):
    woo = connect(programme, Sender.WOOCOMMERCE)

    answer = Client().post(path_of(woo), b"webhook_id=3", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json()) == (200, {"delivery": None})


def test_hostile_bodies_and_headers_are_refused_or_kept_never_a_fault(programme):
    shop = connect(programme, Sender.SHOPIFY)
    for number, body in enumerate([b"", b"\xff\x00", b"[]", b"[" * 50_000, b'{"id": "\\u0000"}', json.dumps(order(id="\ud800")).encode()]):
        answer = post(shop, body, topic="orders/paid\x01", number=f"W{number}\x7f", content_type="text/x")
        assert answer.status_code == 202, answer.content
    assert {one.outcome for one in work()} <= {"failed", "skipped"}


def test_too_much_too_often_and_elsewhere(programme, settings):
    shop = connect(programme, Sender.SHOPIFY)
    assert post(shop, b"x" * (MOST_BYTES + 1), topic="a", number="W1").status_code == 413
    assert post(shop, {}, path=path_of(shop, "another"), topic="a", number="W1").status_code == 404
    assert Client().get(path_of(shop)).status_code == 405

    settings.API_REQUESTS_PER_MINUTE = 1
    limits.windows = limits.Windows()
    answers = [post(shop, {}, topic="a", number=number) for number in ("W1", "W2")]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert int(answers[1]["Retry-After"]) > 0
