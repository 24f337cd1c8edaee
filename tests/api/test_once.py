"""Idempotency keys, external ids and dry runs."""

import dataclasses
import threading

import pytest
from django.db import connection

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from ledger.points.models import Movement
from ledger.points.queries import verify
from rewards.purchases.models import Purchase
from rewards.purchases.shapes import MOST_ITEMS
from tests.accounts.factories import MemberFactory, give
from tests.api.caller import problem
from tests.api.conftest import basket, caller_for, open_club
from tests.rewards.factories import IN_A_YEAR, RewardFactory


def test_a_repeat_gets_the_first_bytes_and_adds_nothing(caller, member):
    first = caller.post("purchases", basket(member), key="K1")
    again = caller.post("purchases", basket(member), key="K1")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Purchase.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(caller, member):
    caller.post("purchases", basket(member), key="K1")

    other_body = caller.post("purchases", basket(member, "R2"), key="K1")
    other_address = caller.post("returns", {}, key="K1")
    other_query = caller.post("redemptions", {"member": str(member.pk), "amount": "0.05"}, key="K1", query="hold=true")

    assert (other_body.status_code, problem(other_body)["code"]) == (422, "idempotency_key_reused")
    assert other_address.status_code == 422
    assert problem(other_query)["code"] == "idempotency_key_reused"
    assert Purchase.objects.count() == 1


def test_a_refusal_leaves_the_key_unused(caller, member):
    refused = caller.post("purchases", basket(member, currency="USD"), key="K1")
    good = caller.post("purchases", basket(member), key="K1")

    assert (refused.status_code, good.status_code) == (409, 201)


def test_a_key_means_another_thing_to_another_caller(programme, member):
    one, other = caller_for(programme), caller_for(programme)

    answers = [caller.post("purchases", basket(member), key="K1") for caller in (one, other)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_a_key_means_another_thing_in_another_programme(programme, member):
    other = open_club(legal_entity=programme.legal_entity)
    caller = caller_for(programme, other)

    here = caller.post("purchases", basket(member), key="K1")
    there = dataclasses.replace(caller, programme=other.slug).post("purchases", basket(MemberFactory.create(programme=other)), key="K1")

    assert (here.status_code, there.status_code) == (201, 201)


@pytest.mark.parametrize("path", ["purchases", "redemptions", "adjustments", "returns"])
def test_what_moves_points_needs_a_key(caller, member, path):
    bodies = {
        "purchases": basket(member),
        "redemptions": {"member": str(member.pk), "amount": "5.00"},
        "adjustments": {"member": str(member.pk), "units": 5, "reason": "goodwill", "note": "Sorry."},
        "returns": {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z"},
    }

    answer = caller.post(path, bodies[path], key=None)

    assert (answer.status_code, problem(answer)["code"]) == (400, "idempotency_key_required")
    assert Movement.objects.count() == 0


@pytest.mark.parametrize("key", [" ", "a b", "x" * 256, "\u00e9", "a\tb"])
def test_a_key_is_visible_ascii(caller, member, key):
    answer = caller.post("purchases", basket(member), key=key)

    assert (answer.status_code, problem(answer)["code"]) == (400, "idempotency_key_malformed")


def test_the_same_receipt_under_another_key_answers_like_a_repeat(caller, member):
    first = caller.post("purchases", basket(member))
    again = caller.post("purchases", basket(member))

    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Purchase.objects.count() == 1


def test_the_same_receipt_with_other_facts_is_refused(caller, member):
    caller.post("purchases", basket(member))

    answer = caller.post("purchases", basket(member, lines=..., amount="99.00"))

    assert (answer.status_code, problem(answer)["code"]) == (409, "external_id_conflict")
    assert Purchase.objects.count() == 1


def test_the_same_return_with_other_facts_is_refused(caller, member):
    caller.post("purchases", basket(member, lines=..., amount="99.00"))
    back = {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z"}

    first = caller.post("returns", back | {"amount": "1.00"})
    again = caller.post("returns", back | {"amount": "1.00"})
    other = caller.post("returns", back | {"amount": "2.00"})

    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, problem(other)["code"]) == (409, "external_id_conflict")


def test_dry_runs_answer_and_write_nothing(caller, member, programme, count_rows):
    reward = RewardFactory.create(programme=programme, left=3)
    give(member, 5_000, IN_A_YEAR)
    caller.post("purchases", basket(member, "R0", lines=..., amount="99.00"))
    held = caller.post("redemptions", {"member": str(member.pk), "amount": "5.00"}, query="hold=true").json()["id"]
    caller.post("adjustments", {"member": str(member.pk), "units": 1, "reason": "goodwill", "note": "Sorry."})
    before, balances = count_rows(), caller.get(f"members/{member.pk}/balances").json()["balances"]
    who = {"member": str(member.pk)}

    answers = [
        caller.post(path, body, key=None, query=query)
        for path, body, query in [
            ("members", {"given_name": "Eve", "new_card": True}, "dry_run=true"),
            ("purchases", basket(member), "dry_run=true"),
            ("batches/purchases", {"items": [basket(member), basket(member, "R2")]}, "dry_run=true"),
            ("returns", {"external_id": "B1", "purchase_external_id": "R0", "occurred_at": "2026-01-15T10:00:00Z"}, "dry_run=true"),
            ("redemptions", who | {"reward": reward.code}, "dry_run=true"),
            ("redemptions", who | {"amount": "5.00"}, "dry_run=true&hold=true"),
            (f"redemptions/{held}/capture", {}, "dry_run=true"),
            (f"redemptions/{held}/cancel", {}, "dry_run=true"),
            ("adjustments", who | {"units": 5, "reason": "goodwill", "note": "Sorry."}, "dry_run=true"),
        ]
    ]

    assert [answer.status_code for answer in answers] == [200] * 9, [answer.content for answer in answers]
    assert [answers[n].json()["id"] for n in (0, 1, 3, 4, 5)] == [None] * 5
    assert [item["status"] for item in answers[2].json()["results"]] == [200, 200]
    assert answers[1].json()["balances"][0]["available"] == balances[0]["available"] + 12
    assert count_rows() == before
    assert caller.get(f"members/{member.pk}/balances").json()["balances"] == balances
    assert verify() == []


def test_fifty_copies_at_once_have_one_effect(committed_db):
    programme = open_club()
    member = MemberFactory.create(programme=programme)
    caller, body = caller_for(programme), basket(member)
    answers = at_once(50, lambda _n: caller.post("purchases", body, key="K1"))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 49
    assert Purchase.objects.count() == 1
    assert Movement.objects.count() == 1
    assert verify() == []


def test_of_different_bodies_under_one_key_at_once_one_wins(committed_db):
    programme = open_club()
    member = MemberFactory.create(programme=programme)
    caller = caller_for(programme)

    answers = at_once(20, lambda n: caller.post("purchases", basket(member, f"R{n}"), key="K1"))

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 19
    assert Purchase.objects.count() == 1


def test_one_receipt_under_many_keys_at_once_has_one_effect(committed_db):
    programme = open_club()
    member = MemberFactory.create(programme=programme)
    caller, body = caller_for(programme), basket(member)

    answers = at_once(20, lambda n: caller.post("purchases", body, key=f"K{n}"))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Movement.objects.count() == 1


@pytest.mark.parametrize("key", ["K1", None])
def test_ten_copies_of_one_enrolment_get_equal_answers(committed_db, key):
    caller = caller_for(open_club())
    body = {"external_id": "M1", "email": "ada@example.org", "phone": "+905321234567", "given_name": "Ada"}

    answers = at_once(10, lambda _n: caller.post("members", body, key=key))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Member.objects.count() == OutboxEvent.objects.count() == 1


def at_once(count, act):
    """Do something so many times at the same moment, each on a database connection of its own."""
    barrier, answers = threading.Barrier(count), [None] * count

    def run(n):
        try:
            barrier.wait()
            answers[n] = act(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_batch_is_a_list_of_purchases_each_by_itself(caller, member, programme):
    other = MemberFactory.create(programme=programme)
    items = [
        basket(member, "R1"),
        basket(member, "R2", channel="moon"),
        basket(other, "R3"),
        basket(member, "R1"),
        basket(member, "R1", channel="store", codes=["X"]),
        {"external_id": 5},
        "nonsense",
        basket(other, "R4", tenders=[{"kind": "points", "amount": "12.00"}]),
    ]

    answer = caller.post("batches/purchases", {"items": items}, key=None)

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [result["status"] for result in results] == [201, 422, 201, 201, 409, 422, 422, 409]
    assert [result["replayed"] for result in results] == [False, False, False, True, False, False, False, False]
    assert results[3]["body"]["id"] == results[0]["body"]["id"]
    assert results[1]["body"]["code"] == "unknown_channel"
    assert results[4]["body"]["code"] == "external_id_conflict"
    assert results[7]["body"]["code"] == "not_enough_points"
    assert Purchase.objects.count() == 2
    assert verify() == []


def test_a_batch_sent_again_adds_nothing(caller, member):
    items = [basket(member, f"R{n}") for n in range(5)]

    first = caller.post("batches/purchases", {"items": items}, key=None).json()["results"]
    again = caller.post("batches/purchases", {"items": items}, key=None).json()["results"]

    assert [item["status"] for item in again] == [201] * 5
    assert all(item["replayed"] for item in again)
    assert [item["body"]["id"] for item in again] == [item["body"]["id"] for item in first]
    assert Purchase.objects.count() == 5


def test_a_batch_takes_five_hundred_purchases_and_no_more(caller, programme):
    members = [MemberFactory.create(programme=programme) for _ in range(20)]
    items = [basket(members[n % 20], f"R{n}") for n in range(MOST_ITEMS)]

    full = caller.post("batches/purchases", {"items": items}, key=None)
    over = caller.post("batches/purchases", {"items": [*items, basket(members[0], "R-")]}, key=None)
    empty = caller.post("batches/purchases", {"items": []}, key=None)

    assert [item["status"] for item in full.json()["results"]] == [201] * MOST_ITEMS
    assert Purchase.objects.count() == MOST_ITEMS
    assert over.status_code == empty.status_code == 422
    assert caller.get(f"members/{members[0].pk}/balances").json()["balances"][0]["available"] == 25 * 12
    assert verify() == []
