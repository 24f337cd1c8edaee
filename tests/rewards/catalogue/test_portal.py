"""The rewards that a member sees."""

import datetime as dt

import pytest
from django.urls import reverse

from rewards.catalogue.cards import reward_cards, within_reach
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def member(shop, client):
    """Somebody with 250 points, signed in."""
    member = shop.member()
    shop.buy(member, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 25_000))
    client.force_login(member.user)
    return member


def url(name, **more):
    return reverse(f"portal:{name}", kwargs={"programme": "aldersgate", **more})


def test_each_card_says_whether_it_can_be_had(member):
    cards = {card.code: (card.status, card.status_label, card.stock) for card in reward_cards(member, NOW.date())}

    assert cards == {
        "coffee": ("can", "You can", ""),
        "bakery": ("can", "You can", "9 left"),
        "voucher": ("can", "You can", ""),
        "fruit": ("can", "You can", ""),
        "flowers": ("almost", "70 more points", ""),
        "book": ("far", "650 more points", "4 left"),
        "cinema": ("gone", "Sold out", ""),
        "bottle": ("locked", "Gold only", "12 left"),
    }


def test_within_reach_are_the_dearest_three_and_the_nearest_one(member):
    chosen = within_reach(reward_cards(member, NOW.date()))

    assert [card.code for card in chosen] == ["fruit", "voucher", "bakery", "flowers"]


def test_the_list_shows_prices_pictures_and_what_waits(client, shop, member, django_assert_num_queries):
    taken = shop.redeem(member, "coffee", NOW)

    with django_assert_num_queries(14):
        text = client.get(url("rewards")).content.decode()

    assert text.count('<li class="reward ') == 8
    assert "<strong>150</strong> points" in text
    assert "£12.00" in text
    assert "/static/img/rewards/fruit.svg" in text
    assert "Use it by 9 April" in text
    assert url("voucher", redemption=taken.pk) in text


@pytest.mark.parametrize(("show", "codes"), [("can", 4), ("almost", 2), ("goods", 7), ("voucher", 1), ("nonsense", 0)])
def test_chips_filter_the_list(client, member, show, codes):
    answer = client.get(url("rewards"), {"show": show})

    assert answer.content.decode().count('<li class="reward ') == codes
    assert [chip.current for chip in answer.context["chips"]].count(True) == (show != "nonsense")


def test_a_reward_that_can_be_had_offers_to_redeem(client, member):
    text = client.get(url("reward", reward="fruit")).content.decode()

    assert "Redeem for 180 points" in text
    assert "After that you have 70 points." in text
    assert "Use it within 14 days." in text
    assert "You can take 2 more." in text


def test_a_reward_that_cannot_be_had_says_why_and_offers_nothing(client, member):
    text = client.get(url("reward", reward="flowers")).content.decode()

    assert "70 more points" in text
    assert "250 of 320 points" in text
    assert "Redeem for" not in text


def test_a_reward_that_is_not_offered_is_a_page_not_found(client, shop, member):
    shop.programme.rewards.filter(code="coffee").update(is_active=False)

    assert client.get(url("reward", reward="coffee")).status_code == 404
    assert client.get(url("reward", reward="nothing")).status_code == 404


def test_without_rewards_the_page_says_what_to_expect(client, shop, member):
    shop.programme.rewards.update(is_active=False)

    assert "The first rewards are on their way" in client.get(url("rewards")).content.decode()


def test_a_picture_that_is_missing_is_replaced(shop, member, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    from rewards.catalogue import cards

    def storage(path):
        if path != "img/rewards/voucher.svg":
            raise ValueError(path)
        return f"/static/{path}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "static", storage)

        assert {card.image for card in reward_cards(member, NOW.date())} == {"/static/img/rewards/voucher.svg"}
