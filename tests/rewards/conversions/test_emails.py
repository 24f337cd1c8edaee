"""What members hear of a conversion."""

import datetime as dt

import pytest
from django.core import mail
from django.db import transaction

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from rewards.conversions import services
from rewards.conversions.emails import send_converted_letter
from rewards.conversions.models import ConversionRun
from tests.accounts.factories import UserFactory
from tests.rewards.conversions.stage import MONTHLY, YEARLY, buy, club, member_of, noon, run

pytestmark = pytest.mark.django_db


def reachable(programme, locale="en"):
    member = member_of(programme)
    Member.objects.filter(pk=member.pk).update(email=f"{member.number}@example.org", locale=locale)
    member.refresh_from_db()
    return member


def events():
    return list(OutboxEvent.objects.filter(topic="points.converted").order_by("member_id"))


def test_each_member_with_something_hears_once_for_a_run():
    programme = club(MONTHLY)
    members = [reachable(programme) for _ in range(5)]
    for number, member in enumerate(members):
        buy(member, 100_00 if number else 1_00, noon(2025, 3, 10), f"R{number}")

    run(programme, noon(2025, 4, 1), chunk=2)
    run(programme, noon(2025, 4, 1), chunk=2)

    assert {event.member_id for event in events()} == {member.pk for member in members[1:]}
    assert len(events()) == 4
    assert [(event.payload["units"], event.payload["given"], event.programme_id) for event in events()] == [(500, 500, programme.pk)] * 4


def test_a_note_that_was_lost_tells_nobody_twice():
    programme = club(MONTHLY)
    buy(reachable(programme), 150_00, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))
    ConversionRun.objects.update(state="running", last_wallet=None)

    run(programme, noon(2025, 4, 1))

    assert len(events()) == 1


def test_the_next_month_is_told_anew():
    programme = club(MONTHLY)
    member = reachable(programme)
    for month in (3, 4):
        buy(member, 100_00, noon(2025, month, 10), f"R{month}")
        run(programme, noon(2025, month + 1, 1))

    assert [event.payload["given"] for event in events()] == [500, 500]
    assert len({event.payload["run"] for event in events()}) == 2


def test_nothing_is_told_of_what_is_rolled_back(monkeypatch):
    programme = club(MONTHLY)
    buy(reachable(programme), 100_00, noon(2025, 3, 10))

    def fail(**_event):
        raise RuntimeError

    monkeypatch.setattr(services, "publish_many", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        run(programme, noon(2025, 4, 1))
    monkeypatch.undo()

    assert events() == []
    run(programme, noon(2025, 4, 1))
    assert len(events()) == 1


def test_the_letter_says_what_became_of_it_and_until_when(stopped_clock):
    stopped_clock(noon(2025, 4, 1))
    programme = club(MONTHLY | {"valid_days": 30})
    buy(reachable(programme), 123_45, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))

    send_converted_letter(*events())

    [letter] = mail.outbox
    assert letter.subject == "€5.00 on your card"
    assert "€5.00 turned into €5.00 (Monthly). You can use it until 30 April." in letter.body
    assert "€5.00 turned into €5.00" in letter.alternatives[0][0]


def test_the_letter_of_a_rate_in_turkish(stopped_clock):
    stopped_clock(noon(2026, 3, 1))
    programme = club(YEARLY)
    buy(reachable(programme, "tr"), 100_00, noon(2025, 5, 1))
    setup = programme.setups.get(code="monthly")
    rate = services.propose_rate(setup=setup, on=dt.date(2025, 5, 1), rate="0.5", author=UserFactory.create(), at=noon(2026, 1, 5))
    services.approve_rate(rate=rate, approver=UserFactory.create(), at=noon(2026, 1, 6))
    run(programme, noon(2026, 3, 1))

    send_converted_letter(*events())

    [letter] = mail.outbox
    assert "kartınızda" in letter.subject and "Merhaba" in letter.body and "2,50" in letter.body


def test_who_has_no_address_gets_nothing():
    programme = club(MONTHLY)
    buy(member_of(programme), 100_00, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))

    send_converted_letter(*events())

    assert mail.outbox == []
