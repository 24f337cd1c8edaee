"""Purchases and returns over HTTP."""

import pytest

from ledger.points.queries import verify
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import forget_rules
from rewards.purchases.models import Purchase, Return
from rewards.purchases.representations import PurchaseAnswer, PurchaseStory, ReturnAnswer
from tests.accounts.factories import AT
from tests.api.caller import faults, problem
from tests.api.conftest import basket


def test_a_purchase_answers_what_it_earned_why_and_the_balance(caller, member):
    answer = caller.post("purchases", basket(member))

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert PurchaseAnswer.model_validate_json(answer.content)
    assert body["external_id"] == "R1"
    assert body["member"] == str(member.pk)
    assert body["amount"] == "12.50"
    assert body["occurred_at"] == "2026-01-15T09:30:00Z"
    assert body["earned"] == [
        {
            "currency": "points",
            "units": 12,
            "state": "available",
            "available_at": "2026-01-15T09:30:00Z",
            "last_on": "2027-01-14",
            "expires_on": "2027-01-15",
        }
    ]
    assert body["evaluation"] == [
        {
            "rule": "every-euro",
            "version": 1,
            "currency": "points",
            "outcome": "gave",
            "reason": "matched",
            "units": 12,
            "missing": "0.50",
            "units_before_limit": None,
            "counted_before": None,
            "missed": None,
        }
    ]
    assert body["balances"] == [{"currency": "points", "available": 12, "pending": 0, "held": 0, "arrears": 0}]
    assert answer["Cache-Control"] == "no-store"
    assert answer["RateLimit-Limit"]
    assert answer["RateLimit-Remaining"]
    assert verify() == []


def test_a_purchase_can_be_seen_with_its_lines(caller, member):
    made = caller.post("purchases", basket(member, store="S1")).json()

    story = caller.get(f"purchases/{made['id']}")

    assert PurchaseStory.model_validate_json(story.content)
    assert story.json()["store"] == "S1"
    assert story.json()["evaluation"] == made["evaluation"]
    assert story.json()["lines"] == [
        {
            "external_id": "1",
            "sku": "A1",
            "category": "",
            "brand": "",
            "quantity": "1",
            "amount": "12.50",
            "paid": "12.50",
            "discount": "0.00",
            "tax": "0.00",
        }
    ]


@pytest.mark.parametrize("named", [{"member_external_id": "M1"}, {"card": "number"}])
def test_the_member_may_be_named_in_other_ways(caller, member, named):
    named = {name: getattr(member, value, value) for name, value in named.items()}

    answer = caller.post("purchases", basket(**named))

    assert answer.json()["member"] == str(member.pk)


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ({"quantity": 3, "unit_price": "0.99"}, "2.97"),
        ({"quantity": "0.345", "unit_price": "9.99"}, "3.45"),
        ({"quantity": "0.5", "unit_price": "0.01"}, "0.01"),
        ({"quantity": 2, "unit_price": "5.00", "discount": "1.50"}, "8.50"),
        ({"quantity": 2, "amount": "7"}, "7.00"),
    ],
)
def test_a_line_costs_price_times_quantity_less_discount_or_its_amount(caller, member, line, amount):
    answer = caller.post("purchases", basket(member, lines=[{"external_id": "1", "sku": "A", **line}]))

    assert answer.json()["amount"] == amount


def test_an_amount_stands_for_a_purchase_without_lines(caller, member):
    answer = caller.post("purchases", basket(member, lines=..., amount="80.00"))

    assert answer.status_code == 201
    assert answer.json()["earned"][0]["units"] == 80


def test_part_of_an_amount_can_come_back_to_the_cent(caller, member):
    caller.post("purchases", basket(member, lines=..., amount="80.00"))
    back = {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z", "amount": "33.33"}

    answer = caller.post("returns", back)

    assert answer.status_code == 201, answer.content
    assert ReturnAnswer.model_validate_json(answer.content)
    assert answer.json()["refunded"] == "33.33"
    assert answer.json()["reversed"] == [{"currency": "points", "units": 34, "taken": 34, "owed": 0, "forgiven": 0}]
    assert answer.json()["balances"][0]["available"] == 46


def test_a_return_of_a_line_takes_its_points_back(caller, member):
    lines = [{"external_id": str(n), "sku": f"A{n}", "quantity": 2, "unit_price": "10.00"} for n in (1, 2)]
    caller.post("purchases", basket(member, lines=lines))
    back = {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z"}

    answer = caller.post("returns", back | {"lines": [{"external_id": "2", "quantity": 1}]})

    assert answer.status_code == 201
    assert answer.json()["refunded"] == "10.00"
    assert answer.json()["balances"][0]["available"] == 30
    assert verify() == []


def test_a_return_of_more_than_was_bought_changes_nothing(caller, member):
    caller.post("purchases", basket(member))
    back = {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z"}

    answer = caller.post("returns", back | {"lines": [{"external_id": "1", "quantity": 2}]})

    assert answer.status_code == 409
    assert problem(answer)["code"] == "more_than_bought"
    assert problem(answer)["returnable"] == "1"
    assert Return.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"channel": "moon"}, 422, "unknown_channel"),
        ({"store": "nowhere"}, 422, "unknown_store"),
        ({"currency": "USD"}, 409, "currency_not_accepted"),
        ({"occurred_at": "2026-02-15T12:30:00+03:00"}, 409, "occurred_in_the_future"),
        ({"occurred_at": "2024-02-15T12:30:00+03:00"}, 409, "no_terms_in_force"),
        ({"member": "0190a8f0-0000-7000-8000-000000000000"}, 404, "member_not_found"),
        ({"lines": ..., "amount": "999999999.99", "tenders": [{"kind": "points", "amount": "5.00"}]}, 409, "not_enough_points"),
        ({"tenders": [{"kind": "points", "amount": "12.51"}]}, 409, "tender_too_large"),
        ({"lines": [{"external_id": "1", "quantity": 1, "amount": "9999999999.00"}]}, 409, "too_many_points"),
    ],
)
def test_a_business_no_says_why_and_changes_nothing(caller, member, facts, status, code):
    answer = caller.post("purchases", basket(member, **facts))

    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert Purchase.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"member": ...}, {"/member": "required"}),
        ({"card": "9000000000000000"}, {"/card": "too_many"}),
        ({"lines": ...}, {"/lines": "required"}),
        ({"amount": "5.00"}, {"/amount": "too_many"}),
        ({"lines": []}, {"/lines": "too_short"}),
        ({"lines": [{"external_id": "1", "quantity": 1}]}, {"/lines/0/unit_price": "required"}),
        ({"lines": [{"external_id": "1", "quantity": 1, "unit_price": "1.00", "amount": "1.00"}]}, {"/lines/0/amount": "too_many"}),
        ({"lines": [{"external_id": "1", "quantity": 1, "unit_price": "1.00", "discount": "1.01"}]}, {"/lines/0/discount": "out_of_range"}),
        ({"lines": [{"external_id": "1", "quantity": 1, "amount": "1.00", "tax": "1.01"}]}, {"/lines/0/tax": "out_of_range"}),
        ({"lines": [{"external_id": "1", "quantity": 1, "amount": "1.001"}]}, {"/lines/0/amount": "malformed_amount"}),
        ({"lines": [{"external_id": "1", "quantity": 1, "amount": "1.00"}] * 2}, {"/lines": "given_twice"}),
        ({"lines": ..., "amount": "9999999999.99"}, {"/amount": "out_of_range"}),
        ({"tenders": [{"kind": "points", "amount": "0"}]}, {"/tenders/0/amount": "out_of_range"}),
        ({"tenders": [{"kind": "points", "amount": "1.00"}] * 2}, {"/tenders/1": "given_twice"}),
    ],
)
def test_facts_that_do_not_fit_together_are_named(caller, member, facts, fault):
    answer = caller.post("purchases", basket(member, **facts))

    assert answer.status_code == 422
    assert faults(answer) == fault


def test_points_pay_a_part_and_come_back_with_the_goods(caller, member):
    caller.post("purchases", basket(member, "R0", lines=..., amount="1000.00"))

    paid = caller.post("purchases", basket(member, "R1", lines=..., amount="20.00", tenders=[{"kind": "points", "amount": "5.00"}]))
    back = {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T10:00:00Z"}
    returned = caller.post("returns", back)

    assert paid.json()["paid_with_points"] == "5.00"
    assert paid.json()["earned"][0]["units"] == 15
    assert returned.json()["refunded"] == "15.00"
    [restored] = returned.json()["restored"]
    assert restored == {"currency": "points", "units": 500, "reward": None, "redemption": restored["redemption"]}
    assert returned.json()["balances"][0]["available"] == 1000
    assert verify() == []


def test_a_rule_that_did_not_count_says_which_condition_was_missed(caller, programme, member):
    version = EarningRuleVersion(rule=programme.earning_rules.get(), version=2, valid_from=AT.date(), approved_at=AT)
    version.definition = {"kind": "fixed", "points": 5, "when": {"field": "order.price", "op": "ge", "value": 5_000}}
    version.save(force_insert=True)
    forget_rules(programme.pk)

    body = caller.post("purchases", basket(member)).json()

    assert (body["evaluation"][0]["reason"], body["evaluation"][0]["units"]) == ("condition_not_met", 0)
    assert body["evaluation"][0]["missed"] == {"condition": "order.price >= 50.00", "found": "12.50", "missing": "37.50"}
