"""Several transfers at the same moment, each with a connection of its own."""

import datetime as dt
import functools

from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.transfers.domain import MOST_LOOKUPS_AN_HOUR
from rewards.transfers.models import ReceiverLookup, Transfer
from rewards.transfers.services import ExternalIdConflict, MayNotSend, TooManySearches, find_receiver, undo_transfer
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, UserFactory
from tests.rewards.transfers.stage import a_member, available, open_club, send


def count(answers, kind):
    return sum(isinstance(answer, kind) for answer in answers)


def undo(sent, staff):
    return undo_transfer(transfer=sent, units=30, before=0, staff=staff, note="Twice at once.", at=AT + dt.timedelta(hours=1))


def test_the_limit_holds_however_many_send_at_once(committed_db):
    club = open_club(send_most_units_30_days=250)
    sender, receivers = a_member(club, 5_000), [a_member(club) for _ in range(4)]

    answers = at_once(*[lambda receiver=receiver: send(sender, receiver, 100) for receiver in receivers * 4])

    assert (count(answers, Transfer), count(answers, MayNotSend)) == (2, 14)
    assert available(sender) == 4_800
    assert verify() == []


def test_the_pause_holds_however_many_send_at_once(committed_db):
    club = open_club(send_every_hours=1)
    sender, receiver = a_member(club, 5_000), a_member(club)

    answers = at_once(*[lambda: send(sender, receiver, 100)] * 16)

    assert (count(answers, Transfer), count(answers, MayNotSend)) == (1, 15)


def test_fifty_times_the_same_number_is_one_transfer(committed_db):
    club = open_club()
    sender, receiver = a_member(club, 5_000), a_member(club)

    answers = at_once(*[lambda: send(sender, receiver, 100, external_id="T-1")] * 50)

    assert len({answer.pk for answer in answers}) == 1
    assert (available(sender), available(receiver), Transfer.objects.count()) == (4_900, 100, 1)


def test_one_number_for_several_pairs_goes_to_one(committed_db):
    club = open_club()
    pairs = [(a_member(club, 500), a_member(club)) for _ in range(8)]

    answers = at_once(*[lambda pair=pair: send(*pair, 100, external_id="T-1") for pair in pairs])

    assert (count(answers, Transfer), count(answers, ExternalIdConflict)) == (1, 7)
    assert sum(available(receiver) for _sender, receiver in pairs) == 100
    assert verify() == []


def test_there_and_back_at_once_keeps_the_sum(committed_db):
    club = open_club()
    ada, bob = a_member(club, 1_000), a_member(club, 1_000)

    answers = at_once(*[lambda: send(ada, bob, 30), lambda: send(bob, ada, 20)] * 8)

    assert count(answers, Problem) == 0
    assert (available(ada), available(bob)) == (1_000 - 80, 1_000 + 80)
    assert verify() == []


def test_two_colleagues_take_back_once(committed_db):
    club, colleagues = open_club(), UserFactory.create_batch(8)
    ada, bob = a_member(club, 1_000), a_member(club, 1_000)
    sent = send(ada, bob, 100)

    answers = at_once(*[functools.partial(undo, sent, staff) for staff in colleagues])

    assert (count(answers, Transfer), count(answers, Problem)) == (1, 7)
    assert (available(ada), available(bob)) == (930, 1_070)


def test_a_form_that_is_sent_twice_at_once_takes_back_once(committed_db):
    club, staff = open_club(), UserFactory.create()
    ada, bob = a_member(club, 1_000), a_member(club, 1_000)
    sent = send(ada, bob, 100)

    answers = at_once(*[functools.partial(undo, sent, staff)] * 8)

    assert count(answers, Transfer) == 8
    assert (available(ada), available(bob)) == (930, 1_070)


def test_searches_at_once_are_all_counted(committed_db):
    club = open_club()
    sender, receiver = a_member(club), a_member(club)

    answers = at_once(*[lambda: find_receiver(sender=sender, text=receiver.number, at=AT)] * 16)

    assert count(answers, TooManySearches) == 16 - MOST_LOOKUPS_AN_HOUR
    assert ReceiverLookup.objects.count() == MOST_LOOKUPS_AN_HOUR
