"""The front door leads everybody to the page that is theirs."""

import pytest
from django.contrib.auth.models import Permission

from accounts.members.domain import Enrolment
from accounts.members.services import enrol_member
from accounts.users.models import User
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db


def test_visitors_of_one_programme_are_led_to_its_offer(client):
    open_shop()

    assert client.get("/")["Location"] == "/p/aldersgate/join/"


def test_visitors_of_several_programmes_choose(client):
    open_shop()
    open_shop("deniz", "Deniz Club")

    text = client.get("/").content.decode()

    assert "/p/aldersgate/join/" in text
    assert "/p/deniz/join/" in text


def test_a_member_is_led_home(client):
    client.force_login(open_shop().member().user)

    assert client.get("/")["Location"] == "/p/aldersgate/"


def test_a_member_of_several_programmes_chooses(client):
    user = open_shop().member().user
    deniz = open_shop("deniz", "Deniz Club").programme
    enrol_member(programme=deniz, enrolment=Enrolment(given_name="Ada"), at=NOW, user=user, announce=False)
    client.force_login(user)

    text = client.get("/").content.decode()

    assert '"/p/aldersgate/"' in text
    assert '"/p/deniz/"' in text


@pytest.mark.parametrize(
    ("rights", "page"),
    [
        (["see_reports", "find_members", "use_till"], "/staff/"),
        (["find_members", "use_till"], "/till/"),
        (["find_members", "use_till", "request_adjustments"], "/staff/members/"),
        (["see_books"], "/staff/close/"),
        ([], "/staff/rewards/"),
    ],
)
def test_colleagues_are_led_to_their_work(client, rights, page):
    open_shop()
    user = User.objects.create_user("staff@example.org", "x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=rights))
    client.force_login(user)

    assert client.get("/")["Location"] == page
