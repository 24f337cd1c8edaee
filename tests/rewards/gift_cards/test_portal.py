"""A member's own gift cards."""

import pytest
from django.urls import reverse

from loyalty.kit.rest import limits
from rewards.gift_cards.models import GiftCard, GiftCardTerms
from tests.reporting.factories import NOW, open_shop
from tests.rewards.gift_cards.stage import CODE, card_of, charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock, monkeypatch):
    stopped_clock(NOW)
    monkeypatch.setattr(limits, "windows", limits.Windows())
    return open_shop()


@pytest.fixture
def member(client, shop):
    found = shop.member()
    client.force_login(found.user)
    return found


def url(name="gift-cards", **more):
    return reverse(f"portal:{name}", kwargs={"programme": "aldersgate", **more})


def owner():
    return GiftCard.objects.get().member


def test_a_member_adds_a_card_by_its_code_and_sees_what_happened(client, shop, member):
    GiftCardTerms.objects.create(programme=shop.programme, valid_days=90)
    card = card_of(shop.programme, 5_000, pin="1234")
    charge(card, 1_200, pin="1234", at=NOW)

    answer = client.post(url(), {"code": CODE.lower(), "pin": "1234"})
    page = client.get(answer.url)

    assert answer.url == url("gift-card", card=card.pk) and owner() == member
    assert page.context["card"]["balance"] == "£38.00" and page.context["card"]["state"].startswith("Pays through")
    assert [(of["what"], of["amount"], of["left"]) for of in page.context["events"]] == [
        ("paid with it", "\N{MINUS SIGN}£12.00", "£38.00"),
        ("issued", "£50.00", "£50.00"),
    ]
    assert [of["balance"] for of in client.get(url()).context["cards"]] == ["£38.00"]
    assert "ABCD" not in page.content.decode()


@pytest.mark.parametrize("typed", [{"code": "AAAA-BBBB-CCCC-DDDD"}, {"code": CODE, "pin": "9999"}, {"code": CODE}])
def test_an_unknown_code_and_a_wrong_pin_add_nothing_and_are_answered_alike(client, shop, member, typed):
    card_of(shop.programme, pin="1234")

    page = client.post(url(), typed)

    assert page.status_code == 404 and owner() is None
    assert "There is no such gift card, or the PIN is wrong" in page.content.decode()


def test_whoever_tries_many_codes_waits_even_with_the_right_one(client, shop, member):
    card_of(shop.programme)

    answers = [client.post(url(), {"code": f"AAAA-BBBB-CCCC-{n:04}"}).status_code for n in range(6)]

    assert answers == [404] * 5 + [429]
    assert client.post(url(), {"code": CODE}).status_code == 429 and owner() is None


def test_a_card_in_somebody_elses_wallet_stays_there_until_it_is_taken_out(client, shop, member):
    other = shop.member("Bob", "bob@example.org")
    card = card_of(shop.programme, member=other)

    refused = client.post(url(), {"code": CODE})
    assert refused.status_code == 409 and owner() == other
    assert client.get(url("gift-card", card=card.pk)).status_code == 404
    assert client.post(url("gift-card-take-out", card=card.pk)).status_code == 404 and owner() == other

    client.force_login(other.user)
    client.post(url("gift-card-take-out", card=card.pk))
    assert owner() is None
    client.force_login(member.user)
    client.post(url(), {"code": CODE})
    assert owner() == member and client.post(url(), {"code": CODE}).status_code == 302


def test_nothing_is_shown_of_a_card_that_ran_out(client, shop, member):
    GiftCardTerms.objects.create(programme=shop.programme, valid_days=1)
    card_of(shop.programme, member=member)

    [card] = client.get(url()).context["cards"]

    assert card["balance"] == "£0.00" and card["state"].startswith("Ran out on")


def test_visitors_sign_in_first(client, shop):
    assert client.get(url()).status_code == 302
