import pytest
from django.db import IntegrityError, connection, transaction

from accounts.outbox.models import OutboxEvent
from accounts.partners.domain import Scope
from accounts.partners.services import issue_key
from accounts.staff.roles import Role
from loyalty.kit.problems import Problem
from rewards.adjustments.services import set_limit
from rewards.events.domain import UndoReason
from rewards.events.models import EventUndo, EventUndoRequest
from rewards.events.services import Asker, EventFacts, approve_undo, record_event, refuse_undo, request_undo
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, PartnerFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import VISIT, rule_for, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    programme = ProgrammeFactory.create()
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=600, caps=[{"uses": 3, "per": "day"}])
    return MemberFactory.create(programme=programme)


def send(member, number="V1"):
    facts = EventFacts(source="gym", external_id=number, type="visit", occurred_at=AT, member=member.pk, payload={"minutes": 30})
    return record_event(programme=member.programme, facts=facts, at=AT).event


def ask(event, asker, reason=UndoReason.MISTAKE):
    return request_undo(event=event, reason=reason, note="Sent by a test machine", asker=asker, at=AT)


def test_a_small_event_is_taken_back_at_once(member):
    event = send(member)

    request = ask(event, Asker(staff=colleague(Role.SUPPORT)))

    undo = EventUndo.objects.get()
    assert (request.state, wallet(member)) == ("posted", (0, 0))
    assert (undo.reason, undo.evidence, undo.reversed[0]["taken"]) == ("mistake", request.pk, 600)


def test_what_lies_above_the_limit_of_the_day_waits_for_a_second_person(member):
    asker = Asker(staff=colleague(Role.SUPPORT))
    ask(send(member), asker)

    second = ask(send(member, "V2"), asker)

    assert (second.state, wallet(member)) == ("waiting", (600, 0))
    assert OutboxEvent.objects.filter(topic="event.undo_requested").count() == 1
    approve_undo(request=second, approver=colleague(Role.FINANCE_APPROVER), at=AT)
    second.refresh_from_db()
    assert (second.state, wallet(member), EventUndo.objects.count()) == ("posted", (0, 0), 2)


def test_the_limit_is_each_ones_own(member):
    ask(send(member), Asker(staff=colleague(Role.SUPPORT)))

    assert ask(send(member, "V2"), Asker(staff=colleague(Role.SUPPORT))).state == "posted"


def test_a_key_has_its_own_limit(member):
    partner = PartnerFactory.create(legal_entity=member.programme.legal_entity)
    key, _raw = issue_key(partner=partner, name="Gym", scopes=[Scope.EVENTS_WRITE], programmes=[member.programme])
    set_limit(partner_key=key.pk, units_a_day=599)

    assert ask(send(member), Asker(key=key.pk)).state == "waiting"
    assert wallet(member) == (600, 0)


def test_a_refusal_says_why_and_changes_nothing(member):
    asker = Asker(staff=colleague(Role.SUPPORT))
    ask(send(member), asker)
    waiting = ask(send(member, "V2"), asker)

    refused = refuse_undo(request=waiting, refuser=colleague(Role.FINANCE_APPROVER), note="It was real", at=AT)

    assert (refused.state, refused.decision_note, wallet(member)) == ("refused", "It was real", (600, 0))
    assert ask(refused.event, Asker(staff=colleague(Role.SUPPORT))).state == "posted"


def test_nobody_decides_alone(member):
    person = colleague(Role.SUPPORT)
    ask(send(member), Asker(staff=person))
    waiting = ask(send(member, "V2"), Asker(staff=person))

    for decide in (
        lambda: approve_undo(request=waiting, approver=person, at=AT),
        lambda: refuse_undo(request=waiting, refuser=person, note="-", at=AT),
    ):
        with pytest.raises(Problem) as refusal:
            decide()
        assert refusal.value.code == "another_person_must_decide"
    waiting.refresh_from_db()
    assert (waiting.state, wallet(member)) == ("waiting", (600, 0))


def test_it_is_asked_for_once_and_decided_once(member):
    person, other = colleague(Role.SUPPORT), colleague(Role.FINANCE_APPROVER)
    first = send(member)
    ask(first, Asker(staff=person))
    waiting = ask(send(member, "V2"), Asker(staff=person))

    with pytest.raises(Problem) as taken:
        ask(first, Asker(staff=other))
    with pytest.raises(Problem) as again:
        ask(waiting.event, Asker(staff=other))
    approve_undo(request=waiting, approver=other, at=AT)
    with pytest.raises(Problem) as decided:
        refuse_undo(request=waiting, refuser=other, note="-", at=AT)

    assert [one.value.code for one in (taken, again, decided)] == ["event_taken_back", "undo_asked_before", "undo_decided"]
    assert (wallet(member), EventUndoRequest.objects.count()) == ((0, 0), 2)


def test_a_limit_has_its_room_again(member):
    for number in ("V1", "V2", "V3"):
        last = send(member, number)
    ask(last, Asker(staff=colleague(Role.SUPPORT)))

    assert send(member, "V4").units == 600


def test_what_is_decided_stands(member):
    request = ask(send(member), Asker(staff=colleague(Role.SUPPORT)))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rewards_eventundorequest SET note = 'else' WHERE id = %s", [request.pk])
    request.refresh_from_db()
    assert request.note == "Sent by a test machine"
