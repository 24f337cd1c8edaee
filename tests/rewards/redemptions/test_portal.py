"""Redeem in two taps, once; and the voucher."""

import datetime as dt
import re
import uuid

import pytest
from django.core import mail
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from rewards.redemptions.emails import send_voucher
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import cancel, use_voucher
from tests.reporting.factories import NOW, open_shop
from tests.rewards.witness import all_rows

pytestmark = pytest.mark.django_db
TOKEN = uuid.uuid4().hex


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


def test_it_asks_once_and_then_hands_out_the_voucher(client, member):
    asked = client.get(url("redeem", reward="fruit")).content.decode()
    answer = client.post(url("redeem", reward="fruit"), {"token": TOKEN})

    taken = Redemption.objects.get(member=member)
    assert "Spend 180 points?" in asked
    assert "You get: Fruit basket. After that you have 70 points." in asked
    assert answer["Location"] == url("voucher", redemption=taken.pk)
    assert (taken.units, taken.state, taken.source) == (180, "issued", "portal")


def test_a_second_tap_is_the_same_redemption(client, member):
    first = client.post(url("redeem", reward="coffee"), {"token": TOKEN})
    second = client.post(url("redeem", reward="coffee"), {"token": TOKEN})

    assert first["Location"] == second["Location"]
    assert Redemption.objects.filter(member=member).count() == 1


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": "a"}, {"token": TOKEN.upper() + "0"}])
def test_a_form_without_its_token_redeems_nothing_however_often_it_is_sent(client, member, body):
    client.get(url("home"))
    rows = all_rows()

    answers = [client.post(url("redeem", reward="coffee"), body) for _ in range(2)]

    text = answers[0].content.decode()
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Tap again to redeem." in text
    assert "No points were taken." in text
    assert re.search(r'name="token" value="[0-9a-f]{32}"', text), "the page that is shown can be sent"
    assert all_rows() == rows


@pytest.mark.parametrize(
    ("reward", "words"),
    [
        ("flowers", "320 points; 250 can be spent"),
        ("cinema", "This reward is sold out."),
        ("bottle", "This reward is for members from Gold on."),
    ],
)
def test_a_refusal_says_what_happened_and_what_did_not(client, member, reward, words):
    client.get(url("home"))
    rows = all_rows()

    answer = client.post(url("redeem", reward=reward), {"token": TOKEN})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert words in text
    assert "No points were taken." in text
    assert all_rows() == rows


def test_a_reward_of_another_programme_is_a_page_not_found(client, member):
    other = open_shop("deniz", "Deniz Club")
    other.programme.rewards.filter(code="coffee").update(code="kahve")
    rows = all_rows()

    answer = client.post(url("redeem", reward="kahve"), {"token": TOKEN})

    assert answer.status_code == 404
    assert all_rows() == rows


def test_visitors_redeem_nothing(client, shop, member):
    client.logout()
    rows = all_rows()

    answer = client.post(url("redeem", reward="coffee"), {"token": TOKEN})

    assert answer["Location"].startswith("/accounts/login/")
    assert all_rows() == rows


def test_a_voucher_shows_code_window_and_how_to_use_it(client, shop, member, django_assert_num_queries):
    taken = shop.redeem(member, "bakery", NOW)

    with django_assert_num_queries(5):
        text = client.get(url("voucher", redemption=taken.pk)).content.decode()

    assert taken.grouped_code in text
    assert "Use it by 9 April" in text
    assert "Show this code at the till before you pay. It works once." in text
    assert "<svg viewBox" in text
    assert "Redeemed for 120 points on 10 March 2026, 15:30" in text


def test_a_used_voucher_says_when_and_where(client, shop, member):
    taken = shop.redeem(member, "bakery", NOW)
    use_voucher(code=str(taken.code), at=NOW + dt.timedelta(hours=1), store=shop.harbour)

    text = client.get(url("voucher", redemption=taken.pk)).content.decode()

    assert "Used on 10 March 2026, 16:30, Harbour Street" in text
    assert 'class="voucher spent"' in text
    assert "before you pay" not in text


def test_a_voucher_whose_day_has_passed_counts_no_more_even_before_the_job_ran(client, shop, member, stopped_clock):
    taken = shop.redeem(member, "bakery", NOW)
    stopped_clock(NOW + dt.timedelta(days=31))

    text = client.get(url("voucher", redemption=taken.pk)).content.decode()

    assert "It ran out on 9 April" in text
    assert 'class="voucher spent"' in text


def test_a_cancelled_voucher_says_where_the_points_are(client, shop, member):
    taken = shop.redeem(member, "bakery", NOW)
    cancel(redemption=taken, at=NOW)

    assert "Your points are back on your card." in client.get(url("voucher", redemption=taken.pk)).content.decode()


def test_a_donation_has_no_code_to_show(client, shop, member):
    shop.programme.rewards.filter(code="coffee").update(kind="donation")
    taken = shop.redeem(member, "coffee", NOW)

    text = client.get(url("voucher", redemption=taken.pk)).content.decode()

    assert "Thank you. There is nothing left to do" in text
    assert 'class="voucher' not in text


def test_a_voucher_of_somebody_else_is_a_page_not_found(client, shop, member):
    bora = shop.member("Bora", "bora@example.org")
    shop.buy(bora, "R-2", NOW, ("Dairy", 25_000))
    his = shop.redeem(bora, "coffee", NOW)

    assert client.get(url("voucher", redemption=his.pk)).status_code == 404
    assert client.get(url("voucher", redemption=uuid.uuid4())).status_code == 404


def test_the_voucher_is_mailed_with_its_code(shop, member):
    taken = shop.redeem(member, "bakery", NOW)

    send_voucher(OutboxEvent.objects.get(topic="redemption.issued"))

    letter = mail.outbox[0]
    assert letter.subject == "Your voucher: Baker's box"
    assert letter.to == ["Ada Lovelace <ada@example.org>"]
    for part in (letter.body, letter.alternatives[0].content):
        assert taken.grouped_code in part
        assert "9 April 2026" in part
        assert f"/p/aldersgate/vouchers/{taken.pk}/" in part


def test_what_was_handed_over_at_once_is_not_mailed(shop, member):
    shop.redeem(member, "bakery", NOW)
    event = OutboxEvent.objects.get(topic="redemption.issued")
    use_voucher(code=str(Redemption.objects.get(pk=event.payload["redemption"]).code), at=NOW, store=shop.market)

    send_voucher(event)

    assert mail.outbox == []
