"""Pending points over HTTP."""

import pytest

from accounts.programmes.services import Terms
from rewards.members.representations import PendingsAnswer
from tests.api.caller import problem
from tests.api.conftest import basket, caller_for, open_club


@pytest.fixture
def programme(db):
    return open_club(terms=Terms(pending_days=14))


def test_pending_points_name_their_day_and_their_purchase(caller, member):
    first = caller.post("purchases", basket(member, "R1")).json()
    caller.post("purchases", basket(member, "R2", lines=[{"external_id": "1", "sku": "A1", "quantity": 1, "unit_price": "30.00"}]))
    caller.post("purchases", basket(member, "R3", occurred_at="2026-01-14T12:00:00+03:00"))

    answer = caller.get(f"members/{member.pk}/pending")

    rows = answer.json()["results"]
    assert PendingsAnswer.model_validate_json(answer.content)
    assert [(row["available_on"], row["units"], row["day_units"], row["purchase"]["external_id"]) for row in rows] == [
        ("2026-01-28", 12, 12, "R3"),
        ("2026-01-29", 12, 42, "R1"),
        ("2026-01-29", 30, 42, "R2"),
    ]
    assert rows[1]["purchase"]["id"] == first["id"]


def test_the_sum_of_a_day_is_whole_on_every_page(caller, member):
    for number in range(3):
        caller.post("purchases", basket(member, f"R{number}"))

    first = caller.get(f"members/{member.pk}/pending", limit=2).json()
    second = caller.get(f"members/{member.pk}/pending", limit=2, cursor=first["next"]).json()

    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert {row["day_units"] for page in (first, second) for row in page["results"]} == {36}
    assert second["next"] is None


def test_it_is_narrowed_by_day_and_currency(caller, member):
    caller.post("purchases", basket(member))

    assert caller.get(f"members/{member.pk}/pending", available_through="2026-01-28").json()["results"] == []
    assert len(caller.get(f"members/{member.pk}/pending", currency="points").json()["results"]) == 1
    assert problem(caller.get(f"members/{member.pk}/pending", currency="miles"))["code"] == "currency_not_found"


def test_a_return_takes_them_away(caller, member):
    caller.post("purchases", basket(member))
    caller.post("returns", {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T12:40:00+03:00"})

    assert caller.get(f"members/{member.pk}/pending").json()["results"] == []


def test_members_of_other_programmes_do_not_exist(member):
    assert caller_for(open_club()).get(f"members/{member.pk}/pending").status_code == 404
