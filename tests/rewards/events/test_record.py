import datetime as dt

import pytest

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from loyalty.kit.problems import Problem
from rewards.earning.models import RuleUse
from rewards.earning.queries import forget_rules
from rewards.events.models import Event, EventUndo
from rewards.events.services import EventFacts, preview_event, record_event, record_events, undo_event
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import VISIT, rule_for, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    found = ProgrammeFactory.create()
    set_up(found, SetupKind.EVENT_TYPE, "visit", VISIT)
    return found


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme)


def visit(member, number="V1", *, at=AT, **payload):
    return EventFacts(source="gym", external_id=number, type="visit", occurred_at=at, member=member.pk, payload={"minutes": 30} | payload)


def send(member, *args, **facts):
    return record_event(programme=member.programme, facts=visit(member, *args, **facts), at=AT)


def test_an_event_gives_what_its_rules_say_and_keeps_why(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)
    rule_for(
        programme,
        "long",
        trigger="event:visit",
        kind="fixed",
        points=5,
        when={"field": "event.minutes", "kind": "number", "op": "ge", "value": 60},
    )

    record = send(member)

    assert wallet(member) == (20, 0)
    assert [(one["rule"], one["units"], one["reason"]) for one in record.event.evaluation] == [
        ("long", 0, "condition_not_met"),
        ("visits", 20, "matched"),
    ]
    assert record.event.facts == {"facts": {"event.minutes": "30"}}
    assert [earned["units"] for earned in record.event.earned] == [20]


@pytest.mark.parametrize(
    ("definition", "payload", "units"),
    [
        ({"kind": "rate", "rate": "2", "of": {"field": "event.distance", "kind": "number"}}, {"distance": "5.25"}, 10),
        ({"kind": "per_step", "points": 3, "step_minor": 500, "of": {"field": "event.spent", "kind": "money"}}, {"spent": "12.50"}, 6),
        ({"kind": "per_step", "points": 1, "step_minor": 1000, "of": {"field": "event.minutes", "kind": "number"}}, {"minutes": 45}, 4),
        ({"kind": "rate", "rate": "2", "of": {"field": "event.distance", "kind": "number"}}, {}, 0),
        ({"kind": "fixed", "points": 7, "when": {"field": "event.club", "op": "eq", "value": "north"}}, {"club": "north"}, 7),
        ({"kind": "fixed", "points": 7, "when": {"field": "event.club", "op": "eq", "value": "north"}}, {"club": "south"}, 0),
        ({"kind": "fixed", "points": 7, "when": {"field": "event.guest", "op": "eq", "value": "true"}}, {"guest": True}, 7),
        (
            {"kind": "fixed", "points": 7, "when": {"field": "event.tags", "kind": "texts", "op": "has", "value": "pool"}},
            {"tags": ["pool"]},
            7,
        ),
        (
            {"kind": "fixed", "points": 7, "when": {"field": "event.on", "kind": "day", "op": "ge", "value": "2026-01-01"}},
            {"on": "2026-01-02"},
            7,
        ),
        ({"kind": "fixed", "points": 7, "when": {"field": "time.weekday", "op": "eq", "value": "thu"}}, {}, 7),
    ],
)
def test_rules_count_and_ask_for_the_payload(programme, member, definition, payload, units):
    rule_for(programme, "visits", trigger="event:visit", **definition)

    assert send(member, **payload).event.units == units


def test_limits_count_over_events(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20, caps=[{"uses": 2, "per": "day"}])

    units = [send(member, f"V{n}").event.units for n in range(3)]

    assert units == [20, 20, 0]


def test_a_multiplier_counts_what_base_rules_of_the_event_gave(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)
    rule_for(programme, "double", trigger="event:visit", kind="multiplier", factor="2")
    rule_for(programme, "shopping", kind="fixed", points=1_000)

    assert send(member).event.units == 40


def test_the_same_again_is_answered_like_the_first_time(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)
    first = send(member)

    again = send(member)

    assert (again.replayed, again.event.pk, wallet(member)) == (True, first.event.pk, (20, 0))


@pytest.mark.parametrize("change", ["payload", "member", "time"])
def test_other_facts_under_the_same_number_are_refused(programme, member, change):
    send(member)
    other = MemberFactory.create(programme=programme) if change == "member" else member
    at = AT - dt.timedelta(hours=1) if change == "time" else AT
    payload = {"minutes": 31} if change == "payload" else {}

    with pytest.raises(Problem) as refusal:
        record_event(programme=programme, facts=visit(other, at=at, **payload), at=AT)

    assert refusal.value.code == "external_id_conflict"
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ({"minutes": 0}, "/payload/minutes"),
        ({"minutes": "30"}, "/payload/minutes"),
        ({"minutes": True}, "/payload/minutes"),
        ({"minutes": 10**400}, "/payload/minutes"),
        ({"club": "west"}, "/payload/club"),
        ({"club": "no\0th"}, "/payload/club"),
        ({"distance": 5.25}, "/payload/distance"),
        ({"distance": "5.2555"}, "/payload/distance"),
        ({"distance": "NaN"}, "/payload/distance"),
        ({"spent": "12.505"}, "/payload/spent"),
        ({"spent": ["1"]}, "/payload/spent"),
        ({"on": "31.12.2025"}, "/payload/on"),
        ({"tags": ["a"] * 4}, "/payload/tags"),
        ({"tags": [{}]}, "/payload/tags"),
        ({"guest": "yes"}, "/payload/guest"),
        ({"strange/~": 1}, "/payload/strange~1~0"),
    ],
)
def test_a_payload_that_does_not_fit_names_the_path(member, payload, pointer):
    with pytest.raises(Problem) as refusal:
        send(member, **payload)

    assert [(error.pointer, refusal.value.status) for error in refusal.value.errors] == [(pointer, 422)]
    assert not Event.objects.exists()
    assert not OutboxEvent.objects.filter(topic="event.recorded").exists()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (AT + dt.timedelta(hours=1), "occurred_in_the_future"),
        (AT - dt.timedelta(days=40), "occurred_too_long_ago"),
        (AT + dt.timedelta(minutes=5), None),
        (AT - dt.timedelta(days=20), None),
    ],
)
def test_early_and_late_events(member, at, code):
    try:
        send(member, at=at)
        found = None
    except Problem as problem:
        found = problem.code

    assert found == code
    assert Event.objects.count() == (code is None)


def test_who_is_not_active_earns_nothing(member):
    change_member_status(member=member, status="frozen", at=AT)

    with pytest.raises(Problem) as refusal:
        send(member)

    assert refusal.value.code == "member_not_active"


def test_many_are_answered_one_by_one(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)
    events = [visit(member), visit(member, "V2", minutes=0), visit(member), visit(member, "V3")]

    answers = record_events(programme=programme, events=events, at=AT)

    assert [getattr(answer, "code", "recorded") for answer in answers] == ["recorded", "payload_refused", "recorded", "recorded"]
    assert answers[2].replayed
    assert wallet(member) == (40, 0)


def test_a_dry_run_writes_nothing(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)

    record = preview_event(programme=programme, facts=visit(member), at=AT)

    assert record.event.units == 20
    assert (wallet(member), Event.objects.count()) == ((0, 0), 0)


def test_an_event_is_taken_back_once_with_its_limits(programme, member):
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20, caps=[{"uses": 1, "per": "day"}])
    event = send(member).event

    first = undo_event(event=event, reason="mistake", at=AT)
    second = undo_event(event=event, reason="mistake", at=AT)

    assert first.pk == second.pk
    assert (wallet(member), EventUndo.objects.count()) == ((0, 0), 1)
    assert sum(RuleUse.objects.values_list("uses", flat=True)) == 0
    assert send(member, "V2").event.units == 20


def test_the_type_of_the_events_own_day_reads_it(programme, member):
    more = {"schema": VISIT["schema"] | {"properties": VISIT["schema"]["properties"] | {"coach": {"type": "string"}}}}
    set_up(programme, SetupKind.EVENT_TYPE, "visit", more, valid_from=AT.date())

    assert send(member, coach="Kim").event.payload["coach"] == "Kim"
    with pytest.raises(Problem):
        send(member, "V2", at=AT - dt.timedelta(days=2), coach="Kim")


def test_shares_need_no_type_of_the_programmes_own(programme, member):
    forget_rules(programme.pk)
    rule_for(programme, "share", trigger="social_share", kind="fixed", points=3, caps=[{"uses": 1, "per": "week"}])
    facts = [
        EventFacts(source="app", external_id=f"S{n}", type="social_share", occurred_at=AT, member=member.pk, payload={"network": "x"})
        for n in range(2)
    ]

    units = [record_event(programme=programme, facts=one, at=AT).event.units for one in facts]

    assert units == [3, 0]
