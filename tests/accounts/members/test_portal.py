"""Join, connect a card, and say who one is."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.members.models import Consent, ConsentKind, Member
from accounts.members.services import change_member_status, issue_claim_code
from accounts.outbox.models import OutboxEvent
from accounts.programmes.services import change_programme_state, publish_terms
from accounts.users.models import User
from tests.reporting.factories import NOW, PASSWORD, open_shop
from tests.rewards.witness import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def newcomer(client, shop):
    """Somebody with a sign-in and no card."""
    user = User.objects.create_user("new@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    return user


@pytest.fixture
def member(client, shop):
    member = shop.member()
    client.force_login(member.user)
    return member


def url(name, programme="aldersgate", **more):
    return reverse(f"portal:{name}", kwargs={"programme": programme, **more})


JOINING = {"given_name": "Ayşe", "family_name": "Yılmaz", "phone": "07700 900123", "terms": "on", "news": "on"}


def test_visitors_see_the_offer_and_are_led_back(client, shop):
    text = client.get(url("join")).content.decode()

    assert "Collect with Aldersgate Club" in text
    assert "/accounts/signup/?next=%2Fp%2Faldersgate%2Fjoin%2F" in text


def test_a_draft_is_a_page_not_found_and_a_paused_programme_takes_nobody(client, shop, newcomer):
    change_programme_state(programme=shop.programme, state="paused")

    assert "takes no new members" in client.get(url("join")).content.decode()
    assert client.get(url("join", "nowhere")).status_code == 404


def test_joining_makes_a_member_with_consent_to_the_version_of_the_terms(client, shop, newcomer):
    answer = client.post(url("join"), JOINING)

    member = Member.objects.get(user=newcomer)
    assert answer["Location"] == url("home")
    assert (member.name, member.email, member.phone, member.locale) == ("Ayşe Yılmaz", "new@example.org", "+447700900123", "en")
    consents = {consent.kind: consent for consent in member.consents.all()}
    assert consents.keys() == {ConsentKind.TERMS, ConsentKind.EMAIL}
    assert consents[ConsentKind.TERMS].terms.version == 1
    assert OutboxEvent.objects.filter(topic="member.enrolled", member_id=member.pk).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"terms": ""}, "Please accept the terms to join."),
        ({"given_name": ""}, "This field is required."),
        ({"phone": "12"}, "This is not a phone number."),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field_and_nobody_joins(client, newcomer, changed, words):
    rows = all_rows()

    answer = client.post(url("join"), {**JOINING, **changed})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert all_rows() == rows


def test_a_phone_that_is_taken_is_refused(client, shop, newcomer):
    shop.member(phone="+447700900123")
    rows = all_rows()

    answer = client.post(url("join"), JOINING)

    assert answer.status_code == 422
    assert "Another member has this already." in answer.content.decode()
    assert all_rows() == rows


def test_who_has_not_confirmed_the_address_does_not_join(client, newcomer):
    EmailAddress.objects.update(verified=False)
    rows = all_rows()

    answer = client.post(url("join"), JOINING)

    assert "Confirm your e-mail address first" in answer.content.decode()
    assert all_rows() == rows


def test_a_programme_for_cards_asks_for_one(client, stopped_clock, newcomer):
    open_shop("cards", "Card Club", join_policy="card")

    text = client.get(url("join", "cards")).content.decode()

    assert "Card Club is for people with a card" in text
    assert url("claim", "cards") in text


def test_members_are_led_home(client, member):
    assert client.get(url("join"))["Location"] == url("home")
    assert client.get(url("claim"))["Location"] == url("home")


def test_a_card_is_connected_by_the_code_that_was_mailed(client, shop, newcomer):
    card = _card_without_login(shop)

    sent = client.post(url("claim"), {"card": card.grouped_number})
    asked = client.get(sent["Location"]).content.decode()
    code = issue_claim_code(member=card, at=NOW + dt.timedelta(minutes=1))
    answer = client.post(url("claim"), {"card": card.number, "code": code})

    card.refresh_from_db()
    assert OutboxEvent.objects.filter(topic="member.claim_code_requested").count() == 1
    assert card.grouped_number in asked
    assert answer["Location"] == url("home")
    assert card.user == newcomer


def test_a_card_that_is_not_there_gets_the_same_answer(client, shop, newcomer):
    answer = client.post(url("claim"), {"card": "9000 0000 0000 0009"})

    assert answer["Location"] == f"{url('claim')}?sent"
    assert OutboxEvent.objects.count() == 0


def test_a_wrong_code_connects_nothing(client, shop, newcomer):
    card = _card_without_login(shop)
    issue_claim_code(member=card, at=NOW)

    answer = client.post(url("claim"), {"card": card.number, "code": "00000000"})

    card.refresh_from_db()
    assert answer.status_code == 422
    assert "This code does not fit the card" in answer.content.decode()
    assert card.user is None


def test_a_profile_is_changed_and_the_pages_follow_the_language(client, shop, member):
    said = {"given_name": "Ada", "family_name": "King", "phone": "07700 900456", "birth_date": "1990-12-10", "locale": "tr"}

    answer = client.post(url("profile"), {**said, "home_store": shop.harbour.pk})

    member.refresh_from_db()
    assert answer["Location"] == url("profile")
    assert client.cookies["django_language"].value == "tr"
    assert (member.family_name, member.phone, member.locale, member.home_store) == ("King", "+447700900456", "tr", shop.harbour)
    assert member.birth_date == dt.date(1990, 12, 10)


def test_a_birthday_is_set_once(client, shop, member):
    Member.objects.filter(pk=member.pk).update(birth_date=dt.date(1990, 12, 10))
    said = {"given_name": "Ada", "family_name": "King", "birth_date": "1980-01-01", "locale": "en"}

    text = client.get(url("profile")).content.decode()
    client.post(url("profile"), said)

    member.refresh_from_db()
    assert 'name="birth_date"' not in text
    assert "10 December 1990" in text
    assert member.birth_date == dt.date(1990, 12, 10)


def test_a_refused_profile_stays_as_it_was(client, shop, member):
    shop.member("Bora", "bora@example.org", phone="+447700900456")
    rows = all_rows()

    answer = client.post(url("profile"), {"given_name": "Ada", "phone": "07700 900456", "locale": "en"})

    assert answer.status_code == 422
    assert "Another member has this already." in answer.content.decode()
    assert all_rows() == rows


def test_an_ended_membership_changes_nothing(client, member):
    change_member_status(member=member, status="closed", at=NOW)
    rows = all_rows()

    answer = client.post(url("profile"), {"given_name": "Someone", "locale": "en"})

    assert answer.status_code == 422
    assert "This membership has ended" in answer.content.decode()
    assert all_rows() == rows


def test_consents_keep_their_history(client, member):
    client.post(url("consents"), {"expiry": "on", "email": "on"})
    client.post(url("consents"), {"expiry": "on", "email": "on", "sms": "on"})
    client.post(url("consents"), {"expiry": "on"})

    told = list(Consent.objects.order_by("id").values_list("kind", "granted"))
    text = client.get(url("consents")).content.decode()
    assert told == [("email", True), ("sms", True), ("email", False), ("sms", False)]
    assert text.count('class="consent"') == 4


def test_reminders_come_until_a_member_says_no(client, member):
    asked = client.get(url("consents")).context["form"]

    client.post(url("consents"), {})

    assert asked["expiry"].value() is True
    assert list(Consent.objects.values_list("kind", "granted")) == [("expiry", False)]
    assert client.get(url("consents")).context["form"]["expiry"].value() is False


def test_terms_are_public_and_a_new_version_can_be_accepted(client, shop, member):
    publish_terms(programme=shop.programme, texts={"en": "Now two years."}, effective_on=NOW.date(), at=NOW)
    before = client.get(url("terms")).content.decode()

    client.post(url("terms"))

    after = client.get(url("terms")).content.decode()
    client.logout()
    public = client.get(url("terms")).content.decode()
    assert "Accept version 2" in before
    assert "you accepted it on 10 March 2026" in after
    assert "Accept version" not in after
    assert "Now two years." in public
    assert "Accept version" not in public


def test_the_card_is_shown_as_number_qr_and_bars(client, member, django_assert_num_queries):
    with django_assert_num_queries(3):
        text = client.get(url("card")).content.decode()

    assert member.grouped_number in text
    assert text.count("<svg viewBox") == 2


def test_an_accent_of_the_programmes_own_is_a_stylesheet(client, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop("berry", "Berry Club", accent="#7A1F5C")
    client.force_login(shop.member().user)

    page = client.get(url("card", "berry")).content.decode()
    css = client.get(url("accent", "berry", colour="7a1f5c"))

    assert url("accent", "berry", colour="7a1f5c") in page
    assert "--accent-light: #7a1f5c" in css.content.decode()
    assert css["Content-Type"] == "text/css"
    assert client.get(url("accent", "berry", colour="ffff00")).status_code == 404


def _card_without_login(shop):
    member = shop.member("Cem", "cem@example.org")
    Member.objects.filter(pk=member.pk).update(user=None)
    member.refresh_from_db()
    return member


def test_a_portal_can_be_put_on_the_home_screen(client, shop):
    manifest = client.get(url("manifest"))
    worker = client.get(url("worker"))

    assert manifest["Content-Type"] == "application/manifest+json"
    assert {name: manifest.json()[name] for name in ("name", "start_url", "scope")} == {
        "name": "Aldersgate Club",
        "start_url": "/p/aldersgate/",
        "scope": "/p/aldersgate/",
    }
    assert worker["Content-Type"] == "text/javascript"
    assert 'const CARD = "/p/aldersgate/card/";' in worker.content.decode().replace("\\u002D", "-")
    assert client.get(url("worker", "no-such")).status_code == 404
