"""Receipts in the answers that move points, and proofs once they are sealed."""

import datetime as dt

import pytest

from accounts.programmes.services import Terms
from ledger.seals import services
from ledger.seals.domain.notes import InclusionProof, Verifier
from ledger.seals.keys import signer_of
from tests.accounts.factories import MemberFactory, give
from tests.api.conftest import basket, caller_for, open_club
from tests.rewards.factories import IN_A_YEAR

AT = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def receipts_of(answer, programme):
    """Return the movements of the one receipt whose signature holds."""
    [receipt] = answer.json()["receipts"]
    text = signer_of(f"localhost/pointbook/{programme.pk}").verifier.text_of(receipt["note"])
    assert [line.split(" ")[0] for line in text.splitlines()[3:]] == receipt["movements"]
    return receipt["movements"]


def test_a_purchase_answers_with_a_receipt_that_a_repeat_repeats(caller, programme, member):
    first, again = (caller.post("purchases", basket(member), key="K1") for _ in range(2))

    moved = receipts_of(first, programme)

    assert moved == [row["id"] for row in caller.get(f"members/{member.pk}/movements").json()["results"]]
    assert again.json() == first.json()


@pytest.mark.parametrize("path", ["purchases", "returns", "redemptions", "transfers"])
def test_a_repeat_under_another_key_has_no_receipt_because_it_moves_nothing(committed_db, path):
    programme = open_club(terms=Terms(may_be_sent=True))
    caller, member, friend = caller_for(programme), *(MemberFactory.create(programme=programme) for _ in range(2))
    caller.post("purchases", basket(member, "R0"))
    give(member, 1_000, IN_A_YEAR)
    bodies = {
        "purchases": basket(member, "R1"),
        "returns": {"external_id": "B1", "purchase_external_id": "R0", "occurred_at": "2026-01-15T12:40:00+03:00"},
        "redemptions": {"member": str(member.pk), "amount": "5.00", "external_id": "H1"},
        "transfers": {"member": str(member.pk), "to_member": str(friend.pk), "units": 10, "external_id": "T1"},
    }

    first, again = (caller.post(path, bodies[path]) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert receipts_of(first, programme)
    assert again.json()["receipts"] == []
    assert again.json()["id"] == first.json()["id"]


def test_a_batch_answers_with_one_receipt_for_all_its_items(caller, programme):
    members = [MemberFactory.create(programme=programme) for _ in range(3)]

    answer = caller.post("batches/purchases", {"items": [basket(one, f"R{one.pk}") for one in members]}, key=None)

    assert len(receipts_of(answer, programme)) == 3
    assert all("receipts" not in item["body"] for item in answer.json()["results"])


def test_what_is_only_imagined_has_no_receipt(caller, member):
    answer = caller.post("purchases", basket(member), key=None, query="dry_run=true")

    assert (answer.status_code, answer.json()["receipts"]) == (200, [])


def test_a_movement_is_proven_once_it_is_sealed(caller, programme, member):
    [movement] = receipts_of(caller.post("purchases", basket(member)), programme)
    early = caller.get(f"movements/{movement}/proof")
    services.seal(programme=programme.pk, at=AT, catch_up=True)
    services.checkpoint(programme=programme.pk, at=AT)

    answer = caller.get(f"movements/{movement}/proof")

    assert (early.status_code, early.json()["code"]) == (409, "not_sealed_yet")
    body = answer.json()
    proof = InclusionProof.parse(body["proof"])
    Verifier.parse(body["key"]).text_of(proof.note)
    assert (answer.status_code, body["movement"], body["index"], proof.index) == (200, movement, 0, 0)
    assert f"movement {movement}".encode() in proof.extra


def test_a_movement_of_another_programme_is_not_there(caller, member):
    answer = caller.get(f"movements/{member.points_account_id}/proof")

    assert (answer.status_code, answer.json()["code"]) == (404, "movement_not_found")
