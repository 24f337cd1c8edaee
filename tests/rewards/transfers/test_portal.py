"""A member says to whom and how many, looks at it, confirms, and sees the receipt."""

import pytest
from django.urls import reverse

from ledger.points.models import PointUnit
from ledger.points.queries import verify
from rewards.transfers.models import Transfer
from tests.accounts.factories import AT, MemberFactory, give
from tests.rewards.factories import IN_A_YEAR
from tests.rewards.transfers.stage import a_member, available, open_club, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(stopped_clock):
    stopped_clock(AT)


@pytest.fixture
def club():
    return open_club(send_most_units=500)


@pytest.fixture
def ada(club, client):
    member = a_member(club, 1_000, given_name="Ada", family_name="Lovelace")
    client.force_login(member.user)
    return member


@pytest.fixture
def bob(club):
    return a_member(club, given_name="Bob", family_name="Noyce", email="bob@example.org")


def url(member, name, **more):
    return reverse(f"portal:{name}", kwargs={"programme": member.programme.slug, **more})


def look(client, member, to, units=100):
    return client.post(url(member, "send"), {"to": to, "units": units})


def confirm(client, member, page):
    return client.post(url(member, "send-confirm"), {"token": page.context["token"]})


def test_points_are_sent_in_three_steps(client, ada, bob):
    asked = look(client, ada, "bob@example.org")
    answer = confirm(client, ada, asked)
    receipt = client.get(answer["Location"]).content.decode()

    text = asked.content.decode()
    assert "Send 100 points to B••• N•••?" in text
    assert "After that you have 900 points." in text
    assert bob.number not in text and "Noyce" not in text and str(bob.pk) not in text
    sent = Transfer.objects.get()
    assert answer["Location"] == url(ada, "sent", transfer=sent.pk)
    assert "B••• N•••" in receipt
    assert (available(ada), available(bob), verify()) == (900, 100, [])


def test_a_second_tap_is_the_same_transfer(client, ada, bob):
    asked = look(client, ada, bob.number)

    first, second = confirm(client, ada, asked), confirm(client, ada, asked)

    assert first["Location"] == second["Location"]
    assert Transfer.objects.count() == 1


def test_a_confirmation_of_something_else_sends_nothing(client, ada, bob):
    look(client, ada, bob.number)

    answer = client.post(url(ada, "send-confirm"), {"token": "0" * 32, "to": bob.number, "units": 500})

    assert answer["Location"] == url(ada, "send")
    assert Transfer.objects.count() == 0


def test_what_was_looked_at_in_another_programme_is_not_sent_here(client, ada, bob):
    asked = look(client, ada, bob.number)
    here = MemberFactory.create(programme=open_club(), user=ada.user)

    answer = confirm(client, here, asked)

    assert answer["Location"] == url(here, "send")
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize(
    ("to", "units", "words"),
    [
        ("nobody@example.org", 100, "Nobody who can receive points was found by that."),
        ("self", 100, "These are your own points."),
        ("bob@example.org", 9, "Send at least 10 points."),
        ("bob@example.org", 501, "Send at most 500 points at once."),
        ("bob@example.org", 0, "greater than or equal to 1"),
    ],
)
def test_a_refusal_says_what_to_do(client, ada, bob, to, units, words):
    answer = look(client, ada, ada.number if to == "self" else to, units)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Transfer.objects.count() == 0


def test_what_stands_in_the_way_by_then_is_said_at_the_confirmation(client, ada, bob):
    asked = look(client, ada, bob.number)
    send(ada, bob, 500)
    send(ada, bob, 450)

    answer = confirm(client, ada, asked)

    assert answer.status_code == 409
    assert "100 points; 50 can be spent" in answer.content.decode()
    assert "No points were sent." in answer.content.decode()
    assert Transfer.objects.count() == 2


def test_a_programme_without_transfers_has_no_such_page(client):
    member = a_member(open_club(may_be_sent=False), 1_000)
    client.force_login(member.user)

    assert client.get(url(member, "send")).status_code == 404
    assert url(member, "send") not in client.get(url(member, "home")).content.decode()


def test_points_with_decimals_are_written_as_they_are_shown(client, ada, bob, club):
    PointUnit.objects.update(scale=2)

    asked = look(client, ada, bob.number, "1.25")
    confirm(client, ada, asked)
    send(ada, bob, 500)
    too_few, too_fine, too_many, not_there = (
        look(client, ada, bob.number, units).content.decode() for units in ("0.05", "0.125", "5.01", "4")
    )

    assert "Send 1.25 points to B••• N•••?" in asked.content.decode()
    assert (available(ada), available(bob)) == (375, 625)
    assert "Send at least 0.10 points." in too_few
    assert "no more than 2 decimal places" in too_fine
    assert "Send at most 5.00 points at once." in too_many
    assert "This needs 4.00 points; 3.75 can be spent." in not_there

    asked = look(client, ada, bob.number, "3.75")
    send(ada, bob, 100)

    assert "This needs 3.75 points; 2.75 can be spent." in confirm(client, ada, asked).content.decode()


def test_home_leads_to_it(client, ada):
    assert url(ada, "send") in client.get(url(ada, "home")).content.decode()
    assert "Within 30 days" not in client.get(url(ada, "send")).content.decode()


def test_another_members_receipt_is_not_found(client, ada, bob, club):
    sent = send(a_member(club, 100), ada, 50)

    assert client.get(url(ada, "sent", transfer=sent.pk)).status_code == 404


def test_both_see_one_row_in_their_activity(client, ada, bob, club):
    give(ada, 1_000, IN_A_YEAR.replace(day=1))
    sent = send(ada, bob, 500)
    send(ada, bob, 500)
    send(ada, bob, 500)

    mine = client.get(url(ada, "activity")).content.decode()
    client.force_login(bob.user)
    theirs = client.get(url(bob, "activity")).content.decode()

    assert mine.count("Sent to B••• N•••") == 3
    assert mine.count(url(ada, "sent", transfer=sent.pk)) == 1
    assert theirs.count("From A••• L•••") == 3
    assert theirs.count("+500") == 3
