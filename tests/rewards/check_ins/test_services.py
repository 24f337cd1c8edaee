"""Points, and members who check in at them."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.members.models import Member
from rewards.check_ins.domain import HELD, SLOT, CodeKind, Hours, Limit
from rewards.check_ins.models import CheckIn, CheckInPoint
from rewards.check_ins.queries import CheckInCodeExpired, CheckInCodeNotKnown, CheckInElsewhere, CheckInNotYet, CheckInOver
from rewards.check_ins.services import CheckedInBefore, MalformedCheckInPoint, check_in, close_point
from rewards.check_ins.tokens import code_of, screen_of
from rewards.events.models import Event
from rewards.events.services import MemberNotActive
from tests.accounts.factories import AT, MemberFactory, StoreFactory, UserFactory
from tests.api.conftest import open_club
from tests.rewards.check_ins.stage import pay_for_visits, point_at
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import FIRST_DAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def programme():
    return open_club()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme)


def refused(problem, member, token, at=AT, **more):
    """Assert that a check-in is refused and changes nothing; return the refusal."""
    before = (Event.objects.count(), CheckIn.objects.count(), wallet(member))
    with pytest.raises(problem) as raised:
        check_in(member=member, token=token, at=at, **more)
    assert (Event.objects.count(), CheckIn.objects.count(), wallet(member)) == before
    return raised.value


def test_a_check_in_earns_by_the_rules_of_its_event_type(programme, member):
    pay_for_visits(programme, when={"field": "event.hall", "kind": "text", "op": "eq", "value": "a"})
    point = point_at(programme, payload={"hall": "a"})

    done = check_in(member=member, token=code_of(point, AT), at=AT)

    event = Event.objects.get()
    assert (event.trigger, event.payload, event.units, event.business_on) == ("event:stop-by", {"hall": "a"}, 25, AT.date())
    assert (done.check_in.event, done.record.event.pk, wallet(member)) == (event.pk, event.pk, (25, 0))
    assert [(one["rule"], one["units"]) for one in event.evaluation] == [("visits", 25)]


def test_once_a_day_counts_again_tomorrow(programme, member):
    pay_for_visits(programme)
    point = point_at(programme)
    first = check_in(member=member, token=code_of(point, AT), at=AT)

    told = refused(CheckedInBefore, member, code_of(point, AT), AT + dt.timedelta(hours=1))

    assert told.extra == {"event": str(first.check_in.event)}
    assert "come back tomorrow" in told.detail
    check_in(member=member, token=code_of(point, AT), at=AT + DAY)
    assert wallet(member) == (50, 0)


def test_once_in_all_counts_once(programme, member):
    pay_for_visits(programme)
    point = point_at(programme, limit=Limit.ONCE)
    check_in(member=member, token=code_of(point, AT), at=AT)

    refused(CheckedInBefore, member, code_of(point, AT + DAY), AT + DAY)

    other = Member.objects.get(pk=MemberFactory.create(programme=programme).pk)
    check_in(member=other, token=code_of(point, AT + DAY), at=AT + DAY)
    assert (wallet(member), wallet(other)) == ((25, 0), (25, 0))


def test_a_photo_of_a_code_that_changes_is_worth_nothing_later(programme, member):
    point = point_at(programme, code_kind=CodeKind.ROTATING)
    token = code_of(point, AT)

    refused(CheckInCodeExpired, member, token, AT + 2 * SLOT)
    refused(CheckInCodeExpired, member, token, AT - SLOT)

    check_in(member=member, token=token, at=AT + SLOT)


def test_who_scanned_in_time_may_take_a_while_to_sign_in(programme, member):
    point = point_at(programme, code_kind=CodeKind.ROTATING)
    token = code_of(point, AT)

    refused(CheckInCodeExpired, member, token, AT + HELD + dt.timedelta(seconds=1), scanned_at=AT)
    done = check_in(member=member, token=token, at=AT + HELD, scanned_at=AT)

    assert done.record.event.occurred_at == AT + HELD


def test_a_code_that_was_not_made_here_is_refused(programme, member):
    printed, rotating = point_at(programme), point_at(programme, code_kind=CodeKind.ROTATING)
    token = code_of(printed, AT)
    changed = code_of(rotating, AT).replace("-", "-1", 1)

    for wrong in ("", "x", "é" * 50, token[:-1], token + "a", "0" * 32 + token[32:], changed, screen_of(printed), "." * 100, token.upper()):
        refused(CheckInCodeNotKnown, member, wrong)


def test_a_code_of_another_programme_is_refused(programme, member):
    elsewhere = point_at(open_club())

    refused(CheckInElsewhere, member, code_of(elsewhere, AT))


@pytest.mark.parametrize(
    ("at", "problem", "words"),
    [
        (AT - DAY, CheckInNotYet, "begins on 15 January 2026 at 09:00"),
        (AT.replace(hour=5), CheckInNotYet, "from 09:00 to 18:00"),
        (AT.replace(hour=16), CheckInNotYet, "Come back tomorrow"),
        (AT + 3 * DAY, CheckInOver, "ended on 17 January 2026"),
    ],
)
def test_too_early_and_too_late_say_when(programme, member, at, problem, words):
    point = point_at(programme)

    assert words in refused(problem, member, code_of(point, at), at).detail


def test_hours_are_those_of_the_store(programme, member):
    store = StoreFactory.create(entity=programme.legal_entity, code="NY", time_zone="America/New_York")
    point = point_at(programme, store=store)

    refused(CheckInNotYet, member, code_of(point, AT), AT)

    check_in(member=member, token=code_of(point, AT), at=AT + dt.timedelta(hours=5))


def test_a_closed_point_takes_nobody_and_stays_closed(programme, member):
    point = point_at(programme)
    closer = UserFactory.create()
    close_point(point=point, closer=closer, at=AT)

    assert close_point(point=point, closer=UserFactory.create(), at=AT + DAY).closed_by == closer
    refused(CheckInOver, member, code_of(point, AT))
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckInPoint.objects.update(closed_at=None, closed_by=None)


def test_a_blocked_member_is_refused(programme, member):
    Member.objects.filter(pk=member.pk).update(status="blocked")
    member.refresh_from_db()

    refused(MemberNotActive, member, code_of(point_at(programme), AT))


def test_a_check_in_stands(programme, member):
    check_in(member=member, token=code_of(point_at(programme), AT), at=AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        CheckIn.objects.update(counted_on=FIRST_DAY)


@pytest.mark.parametrize(
    ("facts", "pointers"),
    [
        ({"event_type": "nothing"}, ["/event_type"]),
        ({"payload": {"hall": "c"}}, ["/payload"]),
        ({"payload": {"door": "a"}}, ["/payload"]),
        ({"hours": Hours(AT.date(), AT.date() - DAY, dt.time(9), dt.time(18))}, ["/last_on"]),
        ({"hours": Hours(FIRST_DAY, AT.date() - DAY, dt.time(9), dt.time(18))}, ["/last_on"]),
        ({"hours": Hours(AT.date(), AT.date(), dt.time(9), dt.time(9))}, ["/closes_at"]),
    ],
)
def test_a_point_that_cannot_work_is_not_made(programme, facts, pointers):
    with pytest.raises(MalformedCheckInPoint) as raised:
        point_at(programme, **facts)

    assert [error.pointer for error in raised.value.errors] == pointers
    assert CheckInPoint.objects.count() == 0


def test_a_store_of_another_company_is_refused(programme):
    with pytest.raises(MalformedCheckInPoint):
        point_at(programme, store=StoreFactory.create())
