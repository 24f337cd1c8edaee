"""Rewards, redemptions and adjustments over HTTP."""

import dataclasses

import pytest

from accounts.partners.domain import Scope
from accounts.partners.models import PartnerKey
from ledger.points.models import Movement
from ledger.points.queries import verify
from rewards.adjustments.models import Adjustment
from rewards.adjustments.representations import AdjustmentAnswer
from rewards.adjustments.services import approve_adjustment, refuse_adjustment, set_limit
from rewards.catalogue.representations import RewardAnswer, RewardsAnswer
from rewards.coalition.queries import forget_coalition
from rewards.redemptions.models import Redemption
from rewards.redemptions.representations import RedemptionAnswer
from tests.accounts.factories import (
    AT,
    LegalEntityFactory,
    MemberFactory,
    PartnerFactory,
    PartnerKeyFactory,
    StoreFactory,
    UserFactory,
    give,
)
from tests.api.caller import Caller, faults, problem
from tests.api.conftest import basket, caller_for, open_club
from tests.rewards.factories import IN_A_YEAR, RewardFactory


@pytest.fixture
def who(member):
    """A member with 1,000 points, as bodies name them."""
    give(member, 1_000, IN_A_YEAR)
    return {"member": str(member.pk)}


def test_a_reward_is_taken_for_points(caller, who, programme):
    reward = RewardFactory.create(programme=programme, left=3)

    taken = caller.post("redemptions", who | {"reward": reward.code})
    seen = caller.get(f"redemptions/{taken.json()['id']}")

    body = taken.json()
    assert taken.status_code == 201, taken.content
    assert RedemptionAnswer.model_validate_json(taken.content)
    assert (body["state"], body["units"], body["value"], body["quantity"]) == ("issued", 500, "5.00", 1)
    assert body["balances"][0]["available"] == 500
    assert len(body["voucher"]) == 19
    assert seen.json() == {name: value for name, value in body.items() if name != "receipts"}
    assert caller.get(f"rewards/{reward.code}").json()["left"] == 2
    assert verify() == []


def test_two_programmes_may_use_one_number(caller, who, programme):
    """The key is for both; the sender's numbers are counted by programme."""
    second = open_club(legal_entity=programme.legal_entity)
    both = caller_for(programme, second)
    other = MemberFactory.create(programme=second)
    give(other, 1_000, IN_A_YEAR)

    first = both.post("redemptions", who | {"amount": "5.00", "external_id": "T-1"})
    elsewhere = dataclasses.replace(both, programme=second.slug)
    answer = elsewhere.post("redemptions", {"member": str(other.pk), "amount": "2.00", "external_id": "T-1"})
    again = elsewhere.post("redemptions", {"member": str(other.pk), "amount": "2.00", "external_id": "T-1"})
    conflict = elsewhere.post("redemptions", {"member": str(other.pk), "amount": "3.00", "external_id": "T-1"})

    assert (first.status_code, answer.status_code, again.status_code) == (201, 201, 201), answer.content
    assert answer.json()["id"] == again.json()["id"] != first.json()["id"]
    assert (conflict.status_code, problem(conflict)["code"]) == (409, "external_id_conflict")
    assert Redemption.objects.count() == 2


def test_points_can_be_held_captured_and_cancelled(caller, who, programme):
    reward = RewardFactory.create(programme=programme)

    held = caller.post("redemptions", who | {"reward": reward.code}, query="hold=true").json()
    captured = caller.post(f"redemptions/{held['id']}/capture", {})
    cancelled = caller.post(f"redemptions/{held['id']}/cancel", {})
    again = caller.post(f"redemptions/{held['id']}/cancel", {})

    assert (held["state"], held["voucher"], held["balances"][0]["held"]) == ("held", None, 500)
    assert held["held_until"] == "2026-01-15T10:30:00Z"
    assert (captured.status_code, captured.json()["state"], captured.json()["balances"][0]["available"]) == (200, "issued", 500)
    assert (cancelled.status_code, cancelled.json()["state"], cancelled.json()["balances"][0]["available"]) == (200, "cancelled", 1_000)
    assert (again.status_code, problem(again)["code"], problem(again)["state"]) == (409, "redemption_not_open", "cancelled")
    assert verify() == []


def test_a_payment_takes_less_than_was_held(caller, who):
    held = caller.post("redemptions", who | {"amount": "5.00"}, query="hold=true").json()

    for amount, status, code in (("0.00", 422, "invalid_input"), ("5.01", 409, "hold_is_smaller"), ("3.00", 200, None)):
        answer = caller.post(f"redemptions/{held['id']}/capture", {"amount": amount})
        assert (answer.status_code, answer.json().get("code")) == (status, code)

    assert (answer.json()["state"], answer.json()["units"]) == ("used", 300)


def test_an_empty_body_captures(caller, who):
    held = caller.post("redemptions", who | {"amount": "5.00"}, query="hold=true").json()

    captured = caller.post(f"redemptions/{held['id']}/capture", b"")

    assert captured.json()["state"] == "used"


def test_a_reward_is_handed_over_in_a_store(caller, who, programme):
    held = caller.post("redemptions", who | {"reward": RewardFactory.create(programme=programme).code}, query="hold=true").json()

    captured = caller.post(f"redemptions/{held['id']}/capture", {"store": "S1"})
    wrong = caller.post(f"redemptions/{held['id']}/capture", {"store": "S9"})

    assert (captured.json()["state"], captured.json()["voucher"]) == ("used", None)
    assert problem(wrong)["code"] == "unknown_store"


def test_a_hold_pays_for_a_purchase(caller, who, member):
    held = caller.post("redemptions", who | {"amount": "5.00"}, query="hold=true").json()
    tenders = [{"kind": "points", "amount": "5.00", "redemption": held["id"]}, {"kind": "cash", "amount": "7.50"}]

    bought = caller.post("purchases", basket(member, tenders=tenders))

    assert bought.status_code == 201, bought.content
    assert (bought.json()["redemption"], bought.json()["paid_with_points"]) == (held["id"], "5.00")
    assert bought.json()["balances"][0] == {"currency": "points", "available": 507, "pending": 0, "held": 0, "arrears": 0}
    assert caller.get(f"redemptions/{held['id']}").json()["state"] == "used"


def test_points_pay_an_amount_at_once(caller, who):
    first = caller.post("redemptions", who | {"amount": "5.00", "external_id": "P1"})
    again = caller.post("redemptions", who | {"amount": "5.00", "external_id": "P1"})
    other = caller.post("redemptions", who | {"amount": "6.00", "external_id": "P1"})

    assert (first.status_code, first.json()["kind"], first.json()["state"], first.json()["units"]) == (201, "tender", "used", 500)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["balances"][0]["available"] == 500
    assert problem(other)["code"] == "external_id_conflict"
    assert Redemption.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, {"/reward": "required"}),
        ({"reward": "x", "amount": "5.00"}, {"/reward": "required"}),
        ({"amount": "5.00", "quantity": 2}, {"/quantity": "too_many"}),
        ({"amount": "0.00"}, {"/amount": "out_of_range"}),
        ({"amount": "5.001"}, {"/amount": "malformed_amount"}),
        ({"reward": "x", "quantity": 0}, {"/quantity": "out_of_range"}),
        ({"reward": "x", "quantity": True}, {"/quantity": "not_a_whole_number"}),
        ({"reward": "x", "card": "9"}, {"/member": "too_many"}),
    ],
)
def test_a_redemption_is_asked_for_in_one_way(caller, who, body, fault):
    answer = caller.post("redemptions", who | body)

    assert answer.status_code == 422
    assert faults(answer) == fault


@pytest.mark.parametrize(
    ("terms", "body", "code"),
    [
        ({"price_points": 1_001}, {}, "not_enough_points"),
        ({"left": 0}, {}, "sold_out"),
        ({"left": 1, "price_points": 1}, {"quantity": 2}, "sold_out"),
        ({"limit_per_member": 1, "price_points": 1}, {"quantity": 2}, "limit_reached"),
    ],
)
def test_a_refused_redemption_changes_nothing(caller, who, programme, count_rows, terms, body, code):
    reward = RewardFactory.create(programme=programme, **terms)
    before = count_rows()

    answer = caller.post("redemptions", who | {"reward": reward.code} | body)

    assert (answer.status_code, problem(answer)["code"]) == (409, code)
    assert code != "not_enough_points" or problem(answer)["shortfall"] == 1
    assert count_rows() == before


def test_the_catalogue_says_what_a_member_may_take(caller, who, programme):
    cheap = RewardFactory.create(programme=programme, price_points=900, position=1)
    dear = RewardFactory.create(programme=programme, price_points=1_200, position=2)

    everybody = caller.get("rewards")
    mine = caller.get("rewards", **who)
    one = caller.get(f"rewards/{dear.code}", **who)

    assert RewardsAnswer.model_validate_json(everybody.content)
    assert RewardAnswer.model_validate_json(one.content)
    assert [row["code"] for row in everybody.json()["results"]] == [cheap.code, dear.code]
    assert [row["is_available"] for row in everybody.json()["results"]] == [None, None]
    assert [row["is_available"] for row in mine.json()["results"]] == [True, False]
    assert [missing["shortfall"] for missing in one.json()["missing"]] == [200]
    assert caller.get("rewards/nothing").status_code == 404


def test_the_catalogue_is_walked_page_by_page(caller, programme):
    rewards = [RewardFactory.create(programme=programme, position=n) for n in range(5)]

    first = caller.get("rewards", limit=2).json()
    second = caller.get("rewards", limit=2, cursor=first["next"]).json()
    third = caller.get("rewards", limit=2, cursor=second["next"]).json()

    assert [row["code"] for page in (first, second, third) for row in page["results"]] == [reward.code for reward in rewards]
    assert third["next"] is None
    assert caller.get("rewards", limit=2, cursor=third["previous"]).json() == second


def adjust(caller, who, units=10, **facts):
    return caller.post("adjustments", who | {"units": units, "reason": "goodwill", "note": "Sorry."} | facts)


def test_a_small_adjustment_is_posted_at_once(caller, who):
    answer = adjust(caller, who)

    assert answer.status_code == 201, answer.content
    assert AdjustmentAnswer.model_validate_json(answer.content)
    assert (answer.json()["state"], answer.json()["balances"][0]["available"]) == ("posted", 1_010)
    assert verify() == []


def test_points_are_taken_away_to_correct(caller, who, programme):
    taken = adjust(caller, who, direction="remove", reason="correction")
    wrong = adjust(caller, who, direction="remove", reason="goodwill")
    too_many = adjust(caller, {"member": str(MemberFactory.create(programme=programme).pk)}, direction="remove", reason="correction")

    assert (taken.status_code, taken.json()["balances"][0]["available"]) == (201, 990)
    assert (problem(wrong)["code"], faults(wrong)) == ("reason_does_not_fit", {"/reason": "unknown_value"})
    assert (too_many.status_code, problem(too_many)["code"], problem(too_many)["shortfall"]) == (409, "not_enough_points", 10)


def test_a_day_of_small_adjustments_meets_the_limit(caller, who):
    key = PartnerKey.objects.get()
    set_limit(partner_key=key.pk, units_a_day=25)

    answers = [adjust(caller, who) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 202]
    assert [answer.json()["state"] for answer in answers] == ["posted", "posted", "waiting"]
    assert answers[2].json()["balances"][0]["available"] == 1_020


def test_a_second_person_posts_or_refuses_what_waits(caller, who):
    waiting = [adjust(caller, who, units=5_000).json()["id"] for _ in range(2)]
    person = UserFactory.create()

    approve_adjustment(adjustment=Adjustment.objects.get(pk=waiting[0]), approver=person, at=AT)
    refuse_adjustment(adjustment=Adjustment.objects.get(pk=waiting[1]), refuser=person, note="Why?", at=AT)

    assert [caller.get(f"adjustments/{one}").json()["state"] for one in waiting] == ["posted", "refused"]
    assert caller.get(f"adjustments/{waiting[0]}").json()["balances"][0]["available"] == 6_000
    assert Movement.objects.count() == 2
    assert verify() == []


def test_an_unknown_point_currency_is_refused(caller, who):
    answer = adjust(caller, who, currency="gold")

    assert (answer.status_code, faults(answer)) == (422, {"/currency": "unknown_value"})


def test_a_company_of_the_group_hands_over_in_its_own_stores_only(who, programme):
    hotel = LegalEntityFactory.create()
    own = StoreFactory.create(entity=hotel, code="S1")
    StoreFactory.create(entity=programme.legal_entity, code="G2")
    partner = PartnerFactory.create(legal_entity=programme.legal_entity, group_company=hotel)
    forget_coalition(programme.pk)
    key = PartnerKeyFactory.create(partner=partner, programmes=[programme], scopes=[Scope.REDEMPTIONS_WRITE])
    caller = Caller(programme.slug, key.raw)
    held = caller.post("redemptions", who | {"reward": RewardFactory.create(programme=programme).code}, query="hold=true").json()

    wrong = caller.post(f"redemptions/{held['id']}/capture", {"store": "G2"})
    captured = caller.post(f"redemptions/{held['id']}/capture", {"store": "S1"})

    assert problem(wrong)["code"] == "unknown_store"
    assert captured.status_code == 200, captured.content
    assert Redemption.objects.get(pk=held["id"]).used_store == own
