"""Transfers over HTTP."""

import pytest

from accounts.partners.domain import TILL_SCOPES
from accounts.programmes.services import Terms
from ledger.points.queries import verify
from rewards.transfers.models import Transfer
from rewards.transfers.representations import TransferAnswer, TransfersAnswer
from tests.accounts.factories import MemberFactory, give
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for, open_club
from tests.rewards.factories import IN_A_YEAR


@pytest.fixture
def programme(db):
    return open_club(terms=Terms(may_be_sent=True, send_most_units=400))


@pytest.fixture
def friend(programme):
    return MemberFactory.create(programme=programme, external_id="M2", email="friend@example.org")


@pytest.fixture
def wish(member, friend):
    give(member, 1_000, IN_A_YEAR)
    return {"member": str(member.pk), "to_member": str(friend.pk), "units": 100}


def test_points_are_sent(caller, wish, member, friend):
    sent = caller.post("transfers", wish | {"external_id": "T-1"})
    seen = caller.get(f"transfers/{sent.json()['id']}")

    body = sent.json()
    assert sent.status_code == 201, sent.content
    assert TransferAnswer.model_validate_json(sent.content)
    assert (body["member"], body["to_member"], body["units"], body["undone_units"]) == (str(member.pk), str(friend.pk), 100, 0)
    assert body["balances"][0]["available"] == 900
    row = Transfer.objects.get()
    assert {str(row.sent_movement), str(row.received_movement)} <= set(body["receipts"][0]["movements"])
    assert seen.json() == {name: value for name, value in body.items() if name != "receipts"}
    assert verify() == []


@pytest.mark.parametrize("by", ["to_external_id", "to_card", "to_email"])
def test_a_receiver_is_named_in_other_ways(caller, wish, friend, by):
    del wish["to_member"]
    names = {"to_external_id": "M2", "to_card": friend.number, "to_email": "friend@example.org"}

    answer = caller.post("transfers", wish | {by: names[by]})

    assert answer.json()["to_member"] == str(friend.pk)
    assert int(answer["RateLimit-Limit"]) - int(answer["RateLimit-Remaining"]) == 20


def test_a_repeat_is_the_same_transfer(caller, wish):
    first = caller.post("transfers", wish | {"external_id": "T-1"}, key="K1")
    same_key = caller.post("transfers", wish | {"external_id": "T-1"}, key="K1")
    other_key = caller.post("transfers", wish | {"external_id": "T-1"}, key="K2")
    conflict = caller.post("transfers", wish | {"external_id": "T-1", "units": 101})

    assert same_key.content == first.content
    assert other_key.json()["id"] == first.json()["id"]
    assert problem(conflict)["code"] == "external_id_conflict"
    assert Transfer.objects.count() == 1


def test_a_dry_run_sends_nothing(caller, wish):
    answer = caller.post("transfers", wish, query="dry_run=true")

    assert (answer.status_code, answer.json()["id"], answer.json()["balances"][0]["available"]) == (200, None, 900)
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"units": 401}, 409, "may_not_send"),
        ({"to_member": "self"}, 409, "own_wallet"),
        ({"to_member": "00000000-0000-7000-8000-000000000000"}, 404, "receiver_not_found"),
        ({"member": "00000000-0000-7000-8000-000000000000"}, 404, "member_not_found"),
        ({"units": 0}, 422, "invalid_input"),
        ({"to_card": "9000000000000000"}, 422, "invalid_input"),
    ],
)
def test_a_refusal_names_what_is_wrong(caller, wish, member, change, status, code):
    facts = {name: str(member.pk) if value == "self" else value for name, value in change.items()}

    answer = caller.post("transfers", wish | facts)

    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert Transfer.objects.count() == 0


def test_the_receiver_is_named_once(caller, wish):
    del wish["to_member"]

    assert faults(caller.post("transfers", wish)) == {"/to_member": "required"}


def test_transfers_are_listed_by_either_member(caller, wish, member, friend, programme):
    caller.post("transfers", wish)
    other = MemberFactory.create(programme=programme)

    lists = [caller.get("transfers", **({"member": str(who.pk)} if who else {})) for who in (None, member, friend, other)]

    assert TransfersAnswer.model_validate_json(lists[0].content)
    assert [len(answer.json()["results"]) for answer in lists] == [1, 1, 1, 0]


def test_another_programmes_transfers_do_not_exist(caller, wish):
    sent = caller.post("transfers", wish).json()["id"]

    assert caller_for(open_club()).get(f"transfers/{sent}").status_code == 404


def test_a_till_may_not_send(programme, wish):
    answer = caller_for(programme, scopes=tuple(TILL_SCOPES)).post("transfers", wish)

    assert (answer.status_code, problem(answer)["scope"]) == (403, "transfers:write")
