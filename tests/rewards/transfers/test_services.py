"""Sending points within the programme's rules, and taking them back."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.members.models import Member
from accounts.outbox import tasks
from accounts.outbox.models import OutboxEvent
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints, SentPointsAreGone
from rewards.transfers.domain import MOST_LOOKUPS_AN_HOUR
from rewards.transfers.models import ReceiverLookup, Transfer
from rewards.transfers.queries import still_there
from rewards.transfers.services import (
    ExternalIdConflict,
    MayNotSend,
    OwnWallet,
    ReceiverNotFound,
    TooManySearches,
    TransferUndone,
    find_receiver,
    preview_sending,
    undo_transfer,
)
from tests.accounts.factories import AT, UserFactory
from tests.rewards.transfers.stage import a_member, available, open_club, send
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def club():
    return open_club()


@pytest.fixture
def ada(club):
    return a_member(club, 1_000, given_name="Ada", family_name="Lovelace", email="ada@example.org")


@pytest.fixture
def bob(club):
    return a_member(club, given_name="Bob", family_name="Noyce", email="bob@example.org")


def test_points_go_to_the_other_member(ada, bob):
    sent = send(ada, bob, 100)

    sent.refresh_from_db()
    assert (available(ada), available(bob)) == (900, 100)
    assert (sent.sender, sent.receiver, sent.units, sent.occurred_at, sent.undone_units) == (ada, bob, 100, AT, 0)
    movements = {m.pk: m.points_account_id for m in Movement.objects.filter(kind=11)}
    assert movements == {sent.sent_movement: ada.points_account_id, sent.received_movement: bob.points_account_id}
    assert (
        Lot.objects.get(points_account=bob.points_account_id).expires_on == Lot.objects.get(points_account=ada.points_account_id).expires_on
    )
    assert verify() == []


def test_both_members_hear_of_it(ada, bob):
    send(ada, bob, 100)

    tasks.deliver_due_events()

    letters = {message.to[0]: (message.subject, message.body) for message in mail.outbox}
    subject, body = letters["Ada Lovelace <ada@example.org>"]
    assert (subject, "You sent 100 points to B••• N•••." in body) == ("You sent 100 points", True)
    subject, body = letters["Bob Noyce <bob@example.org>"]
    assert (subject, "A••• L••• sent you 100 points." in body) == ("You received 100 points", True)
    assert "Lovelace" not in body


def test_the_same_number_again_is_the_same_transfer(ada, bob):
    first = send(ada, bob, 100, external_id="T-1")
    again = send(ada, bob, 100, external_id="T-1", at=AT + HOUR)

    assert again.pk == first.pk
    assert (available(ada), Transfer.objects.count(), OutboxEvent.objects.count()) == (900, 1, 2)


@pytest.mark.parametrize("facts", [{"units": 101}, {"other": True}])
def test_the_same_number_for_other_facts_is_refused(club, ada, bob, facts):
    send(ada, bob, 100, external_id="T-1")
    receiver = a_member(club) if "other" in facts else bob

    with refused(ExternalIdConflict):
        send(ada, receiver, facts.get("units", 100), external_id="T-1")


def test_one_number_between_other_members_is_refused(club, ada, bob):
    carl = a_member(club, 500)
    send(ada, bob, 100, external_id="T-1")

    with refused(ExternalIdConflict):
        send(carl, bob, 100, external_id="T-1")


def test_nobody_sends_to_themselves(ada):
    with refused(OwnWallet):
        send(ada, ada)


def test_no_more_is_sent_than_is_there(ada, bob):
    with refused(NotEnoughPoints, shortfall=1):
        send(ada, bob, 1_001)


def test_who_was_frozen_since_the_page_was_opened_sends_nothing(ada, bob):
    Member.objects.filter(pk=ada.pk).update(status="frozen")

    with refused(MayNotSend):
        send(ada, bob, 10)


@pytest.mark.parametrize("status", ["frozen", "closed", "prospect"])
def test_only_active_members_send_and_receive(ada, bob, status):
    Member.objects.filter(pk=bob.pk).update(status=status)
    bob.refresh_from_db()

    with refused(ReceiverNotFound):
        send(ada, bob)
    with refused(MayNotSend, reason="member_not_active"):
        send(bob, ada)


def test_members_of_another_programme_receive_nothing(ada):
    stranger = a_member(open_club())

    with refused(ReceiverNotFound):
        send(ada, stranger)


@pytest.mark.parametrize(
    ("terms", "units", "extra"),
    [
        ({"may_be_sent": False}, 100, {"reason": "transfers_not_offered"}),
        ({"send_least_units": 101}, 100, {"reason": "transfer_too_small", "least": 101}),
        ({"send_most_units": 99}, 100, {"reason": "transfer_too_large", "most": 99}),
        ({"send_after_days": 2}, 100, {"reason": "member_too_new", "from_at": "2026-01-17T10:00:00+00:00"}),
    ],
)
def test_the_terms_say_who_may_send_how_many(terms, units, extra):
    club = open_club(**terms)
    sender, receiver = a_member(club, 1_000), a_member(club)

    with refused(MayNotSend, **extra):
        send(sender, receiver, units)


def test_there_is_time_between_two_transfers():
    club = open_club(send_every_hours=24)
    sender, receiver = a_member(club, 1_000), a_member(club)
    send(sender, receiver, 50)

    with refused(MayNotSend, reason="transfer_too_soon"):
        send(sender, receiver, 50, at=AT + 24 * HOUR - dt.timedelta(seconds=1))
    send(sender, receiver, 50, at=AT + 24 * HOUR)
    assert available(receiver) == 100


def test_the_limit_counts_thirty_days_less_what_was_taken_back():
    club = open_club(send_most_units_30_days=300)
    sender, receiver = a_member(club, 1_000), a_member(club)
    first = send(sender, receiver, 200)

    with refused(MayNotSend, reason="transfer_limit_reached", limit_left=100):
        send(sender, receiver, 101, at=AT + DAY)
    undo_transfer(transfer=first, units=50, before=0, staff=UserFactory.create(), note="Half was a slip.", at=AT + DAY)
    send(sender, receiver, 150, at=AT + DAY)
    with refused(MayNotSend, reason="transfer_limit_reached", limit_left=0):
        send(sender, receiver, 10, at=AT + 29 * DAY)
    send(sender, receiver, 150, at=AT + 30 * DAY)


def test_a_receiver_is_found_by_card_and_by_address(ada, bob):
    for text in (bob.number, bob.grouped_number, "bob@example.org", " BOB@example.org "):
        assert find_receiver(sender=ada, text=text, at=AT) == bob


@pytest.mark.parametrize("text", ["0000 0000 0000 0000", "nobody@example.org", "frozen@example.org", "elsewhere@example.org", "Bob"])
def test_who_cannot_receive_is_like_nobody(club, ada, bob, text):
    Member.objects.filter(pk=a_member(club, email="frozen@example.org").pk).update(status="frozen")
    a_member(open_club(), email="elsewhere@example.org")

    with pytest.raises(ReceiverNotFound) as refusal:
        find_receiver(sender=ada, text=text, at=AT)

    assert refusal.value.detail == "Nobody who can receive points was found by that. Check the card number or the e-mail address."


def test_searches_are_counted(ada, bob):
    for _ in range(MOST_LOOKUPS_AN_HOUR):
        find_receiver(sender=ada, text=bob.number, at=AT)

    with refused(TooManySearches):
        find_receiver(sender=ada, text=bob.number, at=AT + HOUR - dt.timedelta(seconds=1))
    assert find_receiver(sender=ada, text=bob.number, at=AT + HOUR) == bob
    assert ReceiverLookup.objects.count() == 1


def test_who_may_not_send_learns_of_nobody(ada, bob):
    with refused(MayNotSend, reason="transfer_too_small"):
        preview_sending(sender=ada, text=bob.number, units=9, at=AT)
    with refused(NotEnoughPoints, shortfall=1):
        preview_sending(sender=ada, text=bob.number, units=1_001, at=AT)

    seen = preview_sending(sender=ada, text=bob.number, units=400, at=AT)
    assert (seen.receiver, seen.rest, available(ada)) == (bob, 600, 1_000)


def test_a_transfer_is_taken_back_exactly(ada, bob):
    staff, sent = UserFactory.create(), send(ada, bob, 100)
    lot = Lot.objects.get(points_account=ada.points_account_id)

    undone = undo_transfer(transfer=sent, units=100, before=0, staff=staff, note="Sent to the wrong Bob.", at=AT + HOUR)

    lot.refresh_from_db()
    assert (lot.remaining, available(ada), available(bob)) == (1_000, 1_000, 0)
    assert (undone.is_undone, undone.undone_by, undone.undo_note, undone.undone_at) == (True, staff, "Sent to the wrong Bob.", AT + HOUR)
    assert Movement.objects.filter(kind=11, reason=32).count() == 2
    assert OutboxEvent.objects.filter(topic="transfer.undone").count() == 2
    assert verify() == []
    with refused(TransferUndone, left=0):
        undo_transfer(transfer=sent, units=1, before=100, staff=staff, note="Again.", at=AT + HOUR)


def test_only_what_the_receiver_still_holds_is_taken_back(club, ada, bob):
    staff, sent = UserFactory.create(), send(ada, bob, 100)
    send(bob, a_member(club), 30)
    assert still_there(sent, AT.date()) == 70

    with refused(SentPointsAreGone, left=70):
        undo_transfer(transfer=sent, units=100, before=0, staff=staff, note="All of it.", at=AT)
    undo_transfer(transfer=sent, units=70, before=0, staff=staff, note="What is left.", at=AT)

    assert (available(ada), available(bob), still_there(sent, AT.date())) == (970, 0, 0)


@pytest.mark.parametrize("change", [{"undone_units": 1}, {"units": 0}, {"undone_units": 101}, {"receiver_id": "sender"}])
def test_the_database_refuses_rows_that_make_no_sense(ada, bob, change):
    sent = send(ada, bob, 100)
    facts = {name: sent.sender_id if value == "sender" else value for name, value in change.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=sent.pk).update(**facts)
