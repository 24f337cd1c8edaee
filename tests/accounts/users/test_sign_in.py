"""Signing up, confirming, signing in and resetting a password, through the pages that people use."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.users.models import User
from tests.accounts.factories import MemberFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


def sign_up(client, email="Ada@Example.org", **headers):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD}, **headers)


def confirm(client):
    link = re.search(r"/accounts/confirm-email/[^/\s]+/", mail.outbox[-1].body)[0]
    return client.post(link)


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_nobody_gets_in_before_the_address_is_confirmed(client):
    sign_up(client)
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})

    assert signed_in_as(client) is None
    assert User.objects.get().email == "ada@example.org"
    assert not EmailAddress.objects.get().verified


def test_a_confirmed_address_finds_the_card_of_the_shop(client):
    member = MemberFactory.create(email="ada@example.org")
    sign_up(client)

    confirm(client)
    client.post("/accounts/login/", {"login": "ADA@example.org", "password": PASSWORD})

    member.refresh_from_db()
    assert member.user == User.objects.get()
    assert signed_in_as(client) == str(member.user.pk)


def test_an_unconfirmed_address_finds_no_card(client):
    member = MemberFactory.create(email="ada@example.org")
    sign_up(client)

    member.refresh_from_db()
    assert member.user is None


def test_a_login_remembers_the_language_of_signing_up(client):
    sign_up(client, HTTP_ACCEPT_LANGUAGE="tr")

    assert User.objects.get().locale == "tr"


def test_a_taken_address_makes_no_second_login_and_tells_nobody_but_its_owner(client):
    User.objects.create_user("ada@example.org", PASSWORD)

    answer = sign_up(client)

    assert answer.status_code == 302
    assert User.objects.count() == 1
    assert mail.outbox[-1].to == ["ada@example.org"]


def test_a_forgotten_password_is_replaced(client):
    user = User.objects.create_user("ada@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    client.post("/accounts/password/reset/", {"email": "Ada@example.org"})
    link = re.search(r"/accounts/password/reset/key/[^/\s]+/", mail.outbox[-1].body)[0]
    page = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(page, {"password1": "another long password", "password2": "another long password"})

    user.refresh_from_db()
    assert user.check_password("another long password")
