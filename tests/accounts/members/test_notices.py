import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.members import services, tasks
from accounts.members.models import ConsentKind, ExpiryNotice, MemberStatus
from accounts.outbox import tasks as outbox
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import Programme, ProgrammeState
from accounts.programmes.services import TWELVE_MONTHS, Words, change_programme_state, open_currency
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, give

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def member():
    return MemberFactory.create(email="ada@example.org")


def day(days):
    return TODAY + dt.timedelta(days=days)


def announce(member, days=0):
    member.programme.refresh_from_db()
    return services.announce_expiring_points(programme=member.programme, at=AT + dt.timedelta(days=days))


def told():
    return [[(row["units"], row["expires_on"]) for row in event.payload["ending"]] for event in OutboxEvent.objects.order_by("created_at")]


def test_a_member_hears_thirty_and_seven_days_before(member):
    give(member, 100, day(40))

    days = [days for days in range(45) if announce(member, days)]

    assert days == [10, 33]
    assert told() == [[(100, day(40).isoformat())]] * 2
    event = OutboxEvent.objects.first()
    assert (event.topic, event.member_id, event.programme) == ("points.expiring", member.pk, member.programme)


def test_a_run_repeated_on_the_same_day_tells_nothing_new(member):
    give(member, 100, day(30))

    assert [announce(member), announce(member), announce(member)] == [1, 0, 0]
    assert ExpiryNotice.objects.count() == 1


def test_what_is_due_together_comes_in_one_event(member):
    open_currency(programme=member.programme, words=Words(code="stars"), terms=TWELVE_MONTHS, valid_from=TODAY, at=AT)
    give(member, 200, day(30))
    give(member, 4, day(30), code="stars")
    give(member, 10, day(7))
    give(member, 5, day(7))

    assert announce(member) == 1

    assert told() == [[(15, day(7).isoformat()), (200, day(30).isoformat()), (4, day(30).isoformat())]]


def test_a_late_run_tells_what_was_missed_once(member):
    give(member, 100, day(40))
    give(member, 7, day(35))

    assert [announce(member, 36), announce(member, 36), announce(member, 37)] == [1, 0, 0], "both notices of day 40 in one, none of day 35"

    assert told() == [[(100, day(40).isoformat())]]
    assert sorted(ExpiryNotice.objects.values_list("lead_days", flat=True)) == [7, 30]


def test_notes_outlive_the_delivered_event(member):
    give(member, 100, day(30))
    announce(member)
    OutboxEvent.objects.all().delete()

    assert announce(member) == 0


def test_the_rhythm_is_the_programme_s_own(member):
    Programme.objects.update(expiry_notice_days=[60, 1])
    give(member, 100, day(61))

    assert [days for days in range(62) if announce(member, days)] == [1, 60]


def test_a_programme_without_a_rhythm_sends_nothing(member):
    Programme.objects.update(expiry_notice_days=[])
    give(member, 100, day(5))

    assert announce(member) == 0


@pytest.mark.parametrize("days", [[0], [366], [7, 7], [-1], [1, 2, 3, 4, 5, 6]])
def test_a_rhythm_that_makes_no_sense_is_refused(member, days):
    member.programme.expiry_notice_days = days

    with pytest.raises(ValidationError, match=r"expiry_notice_days"):
        member.programme.full_clean()


@pytest.mark.parametrize("days", [[0], [366], [1, 2, 3, 4, 5, 6]])
def test_the_database_refuses_it_too(member, days):
    with pytest.raises(IntegrityError, match="programme_notices_come_within_a_year"), transaction.atomic():
        Programme.objects.update(expiry_notice_days=days)


def test_points_that_ended_are_not_announced(member):
    give(member, 10, TODAY)

    assert announce(member) == 0


def test_who_said_no_hears_nothing_and_hears_again_after_a_yes(member):
    give(member, 10, day(20))
    services.record_consent(member=member, kind=ConsentKind.EXPIRY, granted=False, at=AT)
    silent = announce(member)
    services.record_consent(member=member, kind=ConsentKind.EXPIRY, granted=True, at=AT + dt.timedelta(hours=1))

    assert (silent, announce(member)) == (0, 1)


def test_who_said_no_between_note_and_delivery_gets_no_letter(member, monkeypatch):
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)
    give(member, 10, day(20))
    announce(member)
    services.record_consent(member=member, kind=ConsentKind.EXPIRY, granted=False, at=AT)

    assert outbox.deliver_due_events() == 1
    assert mail.outbox == []


@pytest.mark.parametrize(("days", "letters"), [(19, 1), (20, 0)])
def test_a_letter_that_waited_until_the_points_were_gone_is_not_sent(member, monkeypatch, days, letters):
    give(member, 10, day(20))
    announce(member)
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT + dt.timedelta(days=days))

    outbox.deliver_due_events()

    assert len(mail.outbox) == letters


def test_who_cannot_be_reached_or_left_hears_nothing(member):
    silent = MemberFactory.create(programme=member.programme)
    gone = MemberFactory.create(programme=member.programme, email="gone@example.org")
    for somebody in (silent, gone):
        give(somebody, 10, day(20))
    services.change_member_status(member=gone, status=MemberStatus.CLOSED, at=AT)

    assert announce(member) == 0
    assert not ExpiryNotice.objects.exists()


def test_the_task_goes_through_live_programmes_and_forgets_old_notes(member, monkeypatch):
    paused = ProgrammeFactory.create()
    for somebody in (member, MemberFactory.create(programme=paused, email="ada@example.org")):
        give(somebody, 10, day(20))
    change_programme_state(programme=paused, state=ProgrammeState.PAUSED)
    for ended in (-32, -31):
        ExpiryNotice.objects.create(member=member, expires_on=day(ended), lead_days=7, told_at=AT)
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)

    assert tasks.announce_expiring_points() == 1
    assert sorted(ExpiryNotice.objects.values_list("expires_on", flat=True)) == [day(-31), day(20)]
