"""What stores sold, reported by partners."""

import dataclasses

import pytest

from accounts.partners.domain import Scope
from accounts.store_days.models import StoreDay
from accounts.store_days.shapes import StoreDaysAnswer
from tests.accounts.factories import StoreFactory
from tests.api.caller import problem
from tests.api.conftest import caller_for, open_club

DAY = {"store": "S1", "day": "2026-01-14", "currency": "EUR", "sales": "1234.50", "tickets": 120, "returns": "12.00"}


def results(caller, *items, **more):
    answer = caller.post("store-days", {"items": list(items)}, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_days_are_reported_and_listed(caller):
    (result,) = results(caller, DAY)

    page = caller.get("store-days")

    assert (result["status"], result["replayed"]) == (201, False)
    assert result["body"] == DAY | {"number": 1, "reported_at": result["body"]["reported_at"]}
    assert StoreDaysAnswer.model_validate_json(page.content)
    assert page.json()["results"] == [result["body"]]


def test_a_correction_is_listed_instead_of_what_it_corrects(caller):
    results(caller, DAY)

    (result,) = results(caller, DAY | {"sales": "1200"})

    assert result["body"]["number"] == 2
    assert [(row["sales"], row["number"]) for row in caller.get("store-days").json()["results"]] == [("1200.00", 2)]


def test_each_item_is_answered_in_its_place(caller):
    items = [
        DAY | {"store": "S9"},
        DAY,
        DAY | {"day": "2026-01-16"},
        DAY | {"currency": "USD"},
        DAY | {"tickets": 0, "day": "2026-01-13"},
        DAY | {"sales": "-5"},
        DAY,
        "a day",
    ]

    found = results(caller, *items)

    codes = [
        "unknown_store",
        None,
        "day_to_come",
        "invalid_input",
        "sales_without_tickets",
        "invalid_input",
        "store_day_twice",
        "invalid_input",
    ]
    assert [row["body"].get("code") for row in found] == codes
    assert [row["status"] for row in found] == [422, 201, *[422] * 6]
    assert found[3]["body"]["errors"][0]["pointer"] == "/currency"
    assert StoreDay.objects.count() == 1


def test_a_repeat_answers_like_the_first_time(caller):
    first = caller.post("store-days", {"items": [DAY]}, key="K1")

    again = caller.post("store-days", {"items": [DAY]}, key="K1")
    with_another_key = results(caller, DAY, key="K2")

    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert with_another_key == [{"status": 201, "body": first.json()["results"][0]["body"], "replayed": True}]


def test_a_dry_run_writes_nothing(caller):
    (result,) = results(caller, DAY, query="dry_run=true")

    assert (result["status"], result["body"]["number"]) == (200, 1)
    assert not StoreDay.objects.exists()


def test_more_than_a_thousand_are_refused_whole(caller):
    answer = caller.post("store-days", {"items": [DAY] * 1_001})

    assert problem(answer)["errors"][0]["code"] == "too_long"
    assert not StoreDay.objects.exists()


def test_the_list_is_narrowed_by_store_and_day(caller, programme):
    StoreFactory.create(entity=programme.legal_entity, code="S2")
    days = [DAY, DAY | {"day": "2026-01-15"}, DAY | {"store": "S2"}]
    results(caller, *days)

    def found(**query):
        return [(row["store"], row["day"]) for row in caller.get("store-days", **query).json()["results"]]

    assert found(store="S2") == [("S2", "2026-01-14")]
    assert found(from_on="2026-01-15") == [("S1", "2026-01-15")]
    assert found(through_on="2026-01-14", store="S1") == [("S1", "2026-01-14")]
    assert problem(caller.get("store-days", store="S9"))["code"] == "unknown_store"


@pytest.mark.parametrize(("method", "scope"), [("get", Scope.STORE_DAYS_READ), ("post", Scope.STORE_DAYS_WRITE)])
def test_each_call_needs_its_scope(programme, method, scope):
    caller = caller_for(programme, scopes=set(Scope) - {scope})

    answer = caller.get("store-days") if method == "get" else caller.post("store-days", {"items": [DAY]})

    assert problem(answer) == problem(answer) | {"status": 403, "code": "scope_missing", "scope": scope}
    assert not StoreDay.objects.exists()


def test_another_programmes_days_are_not_listed(caller, programme):
    results(caller, DAY)
    elsewhere = caller_for(open_club(legal_entity=programme.legal_entity))

    assert elsewhere.get("store-days").json()["results"] == []
    assert dataclasses.replace(elsewhere, programme=programme.slug).get("store-days").status_code == 404
