import datetime as dt

import pytest

from accounts.members import services, tasks
from accounts.members.models import MemberStatus
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import ProgrammeState
from accounts.programmes.services import change_programme_state
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, give

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def member():
    return MemberFactory.create(email="ada@example.org")


def announce(member, at=AT):
    return services.announce_expiring_points(programme=member.programme, at=at)


def test_a_member_hears_what_ends_within_a_month(member):
    for days, units in ((1, 10), (31, 200), (32, 4_000)):
        give(member, units, TODAY + dt.timedelta(days=days))
    give(member, 80_000, None)

    assert announce(member) == 1

    event = OutboxEvent.objects.get()
    unit = member.programme.currencies.get().unit_id
    assert (event.topic, event.member_id, event.programme) == ("points.expiring", member.pk, member.programme)
    assert event.payload == {"unit": unit, "units": 210, "first_on": "2026-01-16"}


def test_a_member_hears_once_a_month(member):
    give(member, 10, TODAY + dt.timedelta(days=20))

    told = [announce(member, at) for at in (AT, AT, AT + dt.timedelta(days=16), AT + dt.timedelta(days=17), AT + dt.timedelta(days=17))]

    assert told == [1, 0, 0, 1, 0]
    assert OutboxEvent.objects.count() == 2


def test_points_that_ended_are_not_announced(member):
    give(member, 10, TODAY)

    assert announce(member) == 0


def test_who_cannot_be_reached_or_left_hears_nothing(member):
    silent = MemberFactory.create(programme=member.programme)
    gone = MemberFactory.create(programme=member.programme, email="gone@example.org")
    for somebody in (silent, gone):
        give(somebody, 10, TODAY + dt.timedelta(days=20))
    services.change_member_status(member=gone, status=MemberStatus.CLOSED, at=AT)

    assert announce(member) == 0


def test_the_task_goes_through_live_programmes(member, monkeypatch):
    paused = ProgrammeFactory.create()
    for somebody in (member, MemberFactory.create(programme=paused, email="ada@example.org")):
        give(somebody, 10, TODAY + dt.timedelta(days=20))
    change_programme_state(programme=paused, state=ProgrammeState.PAUSED)
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)

    assert tasks.announce_expiring_points() == 1
