"""Rewards taken with purchases, over HTTP."""

import pytest

from rewards.purchases.models import Purchase
from rewards.purchases.representations import PurchaseAnswer, PurchasesAnswer, PurchaseStory, ReturnAnswer
from rewards.redemptions.models import Redemption
from rewards.redemptions.representations import RedemptionAnswer
from tests.accounts.factories import give
from tests.api.caller import faults, problem
from tests.api.conftest import basket
from tests.rewards.factories import IN_A_YEAR, RewardFactory

PENS = [{"external_id": "1", "sku": "PEN", "quantity": 2, "unit_price": "50.00", "discount": "10.00"}]


@pytest.fixture
def pens(member):
    give(member, 200, IN_A_YEAR)
    RewardFactory.create(programme=member.programme, code="tenth-off", price_points=150, left=5)
    return basket(member, lines=PENS, rewards=[{"reward": "tenth-off"}])


def bring_back(caller, number, **what):
    return caller.post("returns", {"external_id": number, "purchase_external_id": "R1", "occurred_at": "2026-01-15T12:31:00+03:00"} | what)


def test_a_dry_run_says_what_it_would_cost_and_takes_nothing(caller, pens):
    answer = caller.post("purchases", pens, query="dry_run=true")

    assert (answer.status_code, answer.json()["id"]) == (200, None)
    assert [(of["reward"], of["quantity"], of["units"]) for of in answer.json()["rewards"]] == [("tenth-off", 1, 150)]
    assert answer.json()["balances"][0]["available"] == 200 - 150 + 90
    assert not Purchase.objects.exists() and not Redemption.objects.exists()


def test_it_is_taken_once_and_shown_with_the_purchase_and_the_redemption(caller, pens):
    first, again = (caller.post("purchases", pens, key=key) for key in ("one", "two"))

    assert PurchaseAnswer.model_validate_json(first.content)
    taken = Redemption.objects.get()
    told = {"redemption": str(taken.pk), "reward": "tenth-off", "quantity": 1, "units": 150, "restored_units": 0, "state": "used"}
    assert first.json()["rewards"] == again.json()["rewards"] == [told]
    assert first.json()["balances"][0]["available"] == 140
    listed, story = caller.get("purchases"), caller.get(f"purchases/{first.json()['id']}")
    assert PurchasesAnswer.model_validate_json(listed.content) and PurchaseStory.model_validate_json(story.content)
    assert listed.json()["results"][0]["rewards"] == story.json()["rewards"] == [told]
    redemption = caller.get(f"redemptions/{taken.pk}")
    assert RedemptionAnswer.model_validate_json(redemption.content)
    assert (redemption.json()["purchase"], redemption.json()["restored_units"]) == (first.json()["id"], 0)


def test_a_return_names_what_was_taken_back_and_what_was_given_back(caller, pens):
    caller.post("purchases", pens)
    taken = Redemption.objects.get()

    half, again = (bring_back(caller, "B1", lines=[{"external_id": "1", "quantity": 1}]) for _ in range(2))
    rest = bring_back(caller, "B2")

    assert ReturnAnswer.model_validate_json(half.content)
    share = {"currency": "points", "units": 75, "redemption": str(taken.pk), "reward": "tenth-off"}
    assert half.json()["restored"] == again.json()["restored"] == rest.json()["restored"] == [share]
    assert [of["units"] for answer in (half, rest) for of in answer.json()["reversed"]] == [45, 45]
    assert rest.json()["balances"][0]["available"] == 200


def test_a_payment_with_points_is_named_as_well(caller, member):
    give(member, 200, IN_A_YEAR)
    bought = caller.post("purchases", basket(member, tenders=[{"kind": "points", "amount": "2.00"}])).json()

    back = bring_back(caller, "B1")

    assert back.json()["restored"] == [{"currency": "points", "units": 200, "redemption": bought["redemption"], "reward": None}]


def test_a_refused_reward_refuses_the_purchase(caller, pens, count_rows):
    rows = count_rows()

    few = caller.post("purchases", pens | {"rewards": [{"reward": "tenth-off", "quantity": 2}]})
    unknown = caller.post("purchases", pens | {"rewards": [{"reward": "nothing"}]})

    assert [(of["status"], of["code"], of["reward"]) for of in map(problem, (few, unknown))] == [
        (409, "not_enough_points", "tenth-off"),
        (404, "reward_not_found", "nothing"),
    ]
    assert count_rows() == rows


@pytest.mark.parametrize(
    ("rewards", "pointer"),
    [
        ([{"reward": "tenth-off"}, {"reward": "tenth-off"}], "/rewards/1/reward"),
        ([{"reward": "tenth-off", "quantity": 0}], "/rewards/0/quantity"),
        ([{"reward": "tenth-off", "points": 1}], "/rewards/0/points"),
        ([{"quantity": 1}], "/rewards/0/reward"),
        ("tenth-off", "/rewards"),
    ],
)
def test_what_cannot_be_read_is_refused(rewards, pointer, caller, pens):
    answer = caller.post("purchases", pens | {"rewards": rewards})

    assert answer.status_code == 422, answer.content
    assert pointer in faults(answer)
    assert not Purchase.objects.exists()
