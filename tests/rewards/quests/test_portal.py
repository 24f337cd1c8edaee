import pytest
from django.urls import reverse

from loyalty.kit import clock
from rewards.setups.domain import SetupKind
from tests.reporting.factories import NOW, open_shop
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return open_shop()


@pytest.fixture
def member(shop, client):
    member = shop.member()
    client.force_login(member.user)
    return member


def cards(client, shop):
    return client.get(reverse("portal:quests", args=[shop.programme.slug])).context["cards"]


def coffee(shop, **changed):
    where = {"field": "category", "op": "eq", "value": "Coffee"}
    step = {"name": "Coffees", "counts": "pieces", "target": 5, "where": where}
    set_up(
        shop.programme,
        SetupKind.QUEST,
        "coffee",
        {"kind": "card", "steps": [step], "head_start": 1, "reward": {"reward": "coffee"}} | changed,
    )


def test_a_card_shows_its_stamps_and_what_it_gives(client, shop, member):
    coffee(shop)
    shop.buy(member, "R1", NOW, ("Coffee", 300), ("Coffee", 300), ("Fruit", 100))

    [card] = cards(client, shop)

    assert (card.title, card.stamps, card.stamps_text, card.prize) == ("Coffee", [True] * 3 + [False] * 2, "3 of 5", "A coffee on us")
    home = client.get(reverse("portal:home", args=[shop.programme.slug]))
    assert [one.title for one in home.context["cards"]] == ["Coffee"]


def test_a_full_card_says_how_often_it_was_done(client, shop, member):
    coffee(shop)
    shop.buy(member, "R1", NOW, *[("Coffee", 300)] * 4)

    [card] = cards(client, shop)

    assert (card.stamps, card.done) == ([False] * 5, "Done 1 time")


def test_a_challenge_shows_its_steps_and_a_streak_its_row(client, shop, member):
    steps = [{"name": "Visits", "target": 3}, {"name": "Spend", "counts": "amount", "target": 2_000}]
    set_up(shop.programme, SetupKind.QUEST, "a-month", {"kind": "challenge", "period": "month", "steps": steps, "reward": {"points": 50}})
    set_up(shop.programme, SetupKind.QUEST, "b-weeks", {"kind": "streak", "in_a_row": 4, "steps": steps[:1], "reward": {"points": 20}})
    shop.buy(member, "R1", NOW, ("Coffee", 550))

    month, weeks = cards(client, shop)

    assert [(step.label, step.text) for step in month.steps] == [("Visits", "1 of 3"), ("Spend", "£5.50 of £20.00")]
    assert (month.note, month.prize, weeks.stamps) == ("Counts a month.", "50 points", [False] * 4)


def test_without_cards_the_page_says_so(client, shop, member):
    assert cards(client, shop) == []
    assert client.get(reverse("portal:home", args=[shop.programme.slug])).context["cards"] == []
