import datetime as dt

import pytest

from accounts.partners.domain import TILL_SCOPES, Scope
from rewards.events.models import Event
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.rewards.setups.stage import VISIT, rule_for, set_up

WHEN = AT.isoformat()


@pytest.fixture
def programme(programme):
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=20)
    return programme


def visit(member, number="V1", **changed):
    return {"external_id": number, "type": "visit", "occurred_at": WHEN, "member": str(member.pk), "payload": {"minutes": 30}} | changed


def test_an_event_is_recorded_and_explained(caller, member):
    answer = caller.post("events", visit(member))

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["trigger"], body["earned"][0]["units"], body["balances"][0]["available"]) == ("event:visit", 20, 20)
    assert [(one["rule"], one["reason"]) for one in body["evaluation"]] == [("visits", "matched")]
    assert len(body["receipts"]) == 1
    assert caller.get(f"events/{body['id']}").json()["payload"] == {"minutes": 30}


def test_the_same_event_is_answered_again_and_other_facts_are_refused(caller, member):
    first = caller.post("events", visit(member))

    again = caller.post("events", visit(member))
    other = caller.post("events", visit(member, payload={"minutes": 31}))

    assert (again.status_code, again["Idempotent-Replayed"], again.json()["id"]) == (201, "true", first.json()["id"])
    assert (other.status_code, problem(other)["code"]) == (409, "external_id_conflict")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"payload": {}}, "/payload/minutes"),
        ({"payload": {"minutes": 30, "mood": "good"}}, "/payload/mood"),
        ({"payload": []}, "/payload"),
        ({"type": "none"}, "/type"),
        ({"member": None}, "/member"),
        ({"card": "9000000000000000"}, "/card"),
        ({"occurred_at": "2026-01-15"}, "/occurred_at"),
        ({"external_id": ""}, "/external_id"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_malformed_event_names_the_place(caller, member, changed, pointer):
    answer = caller.post("events", visit(member) | changed)

    assert answer.status_code == 422
    assert list(faults(answer)) == [pointer]
    assert not Event.objects.exists()


def test_a_dry_run_answers_and_writes_nothing(caller, member):
    answer = caller.post("events", visit(member), query="dry_run=true", key=None)

    assert (answer.status_code, answer.json()["id"], answer.json()["earned"][0]["units"]) == (200, None, 20)
    assert not Event.objects.exists()


def test_a_batch_answers_each(caller, member):
    items = [visit(member), visit(member, "V2", payload={}), visit(member), {"type": 1}]

    answer = caller.post("batches/events", {"items": items}, key=None)

    assert [(one["status"], one["replayed"]) for one in answer.json()["results"]] == [(201, False), (422, False), (201, True), (422, False)]
    assert [fault["pointer"] for fault in answer.json()["results"][1]["body"]["errors"]] == ["/payload/minutes"]
    assert Event.objects.count() == 1


def test_events_are_listed_by_member_and_trigger(caller, programme, member):
    other = MemberFactory.create(programme=programme)
    for number, who in enumerate([member, other, member]):
        caller.post("events", visit(who, f"V{number}"))

    mine = caller.get("events", member=str(member.pk), trigger="event:visit").json()["results"]

    assert [one["external_id"] for one in mine] == ["V2", "V0"]
    assert caller.get("events", trigger="event:visit").status_code == 422


def test_a_key_needs_the_scope(programme, member):
    caller = caller_for(programme, scopes=TILL_SCOPES - {Scope.EVENTS_WRITE})

    answer = caller.post("events", visit(member))

    assert (answer.status_code, problem(answer)["scope"]) == (403, "events:write")


def test_an_event_that_is_too_old_says_how_old_it_may_be(caller, member):
    answer = caller.post("events", visit(member, occurred_at=(AT - dt.timedelta(days=60)).isoformat()))

    assert (answer.status_code, problem(answer)["code"], problem(answer)["late_days"]) == (409, "occurred_too_long_ago", 30)


def test_another_programmes_event_is_not_there(caller):
    assert caller.get("events/00000000-0000-7000-8000-000000000000").status_code == 404


def test_an_event_is_taken_back_once(caller, member):
    event = caller.post("events", visit(member)).json()["id"]

    answer = caller.post(f"events/{event}/undo", {"reason": "duplicate", "note": "Sent twice"})
    again = caller.post(f"events/{event}/undo", {"reason": "duplicate", "note": "Sent twice"})

    body = answer.json()
    assert (answer.status_code, body["state"], body["undone"]["reason"], body["balances"][0]["available"]) == (
        201,
        "posted",
        "duplicate",
        0,
    )
    assert body["undone"]["reversed"] == [{"currency": "points", "units": 20, "taken": 20, "owed": 0, "forgiven": 0}]
    assert (again.status_code, problem(again)["code"]) == (409, "event_taken_back")
    assert caller.get(f"events/{event}").json()["undone"] == body["undone"]
    assert [row["undone"] for row in caller.get("events").json()["results"]] == [body["undone"]]


def test_above_the_keys_limit_an_undo_waits(caller, programme, member):
    rule_for(programme, "much", trigger="event:visit", kind="fixed", points=5_000)
    event = caller.post("events", visit(member)).json()["id"]

    answer = caller.post(f"events/{event}/undo", {"reason": "mistake", "note": "Wrong day"})

    assert (answer.status_code, answer.json()["state"], answer.json()["undone"]) == (202, "waiting", None)
    assert answer.json()["balances"][0]["available"] == 5_020


def test_another_partners_event_is_not_there_to_be_taken_back(caller, programme, member):
    event = caller.post("events", visit(member)).json()["id"]

    answer = caller_for(programme).post(f"events/{event}/undo", {"reason": "mistake", "note": "Not mine"})

    assert (answer.status_code, problem(answer)["code"]) == (404, "event_not_found")
    assert caller.get(f"events/{event}").json()["undone"] is None


def test_events_are_found_by_their_number(caller, member):
    for number in ("V1", "V2"):
        caller.post("events", visit(member, number))

    assert [row["external_id"] for row in caller.get("events", external_id="V2").json()["results"]] == ["V2"]
    assert caller.get("events", external_id="V9").json()["results"] == []
