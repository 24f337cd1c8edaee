"""People who buy for companies, told by their systems."""

import pytest

from accounts.buyers.models import Buyer
from accounts.buyers.shapes import BuyersAnswer
from accounts.partners.domain import Scope
from rewards.purchases.models import Purchase
from tests.accounts.factories import AT, MemberFactory
from tests.api.caller import problem
from tests.api.conftest import basket, caller_for, open_club

ADA = {"code": "ada", "name": "Ada Lovelace", "email": "ada@mill.example"}


def test_buyers_are_added_and_listed_by_code(caller, member):
    caller.post(f"members/{member.pk}/buyers", ADA | {"code": "zoe", "name": "Zoe", "email": ""})

    answer = caller.post(f"members/{member.pk}/buyers", ADA)
    again = caller.post(f"members/{member.pk}/buyers", ADA)

    assert (answer.status_code, again.status_code) == (201, 201)
    assert answer.json() == again.json() == ADA | {"added_at": answer.json()["added_at"], "closed_at": None}
    page = caller.get(f"members/{member.pk}/buyers")
    assert BuyersAnswer.model_validate_json(page.content)
    assert [row["code"] for row in page.json()["results"]] == ["ada", "zoe"]


def test_a_code_is_never_given_to_somebody_else(caller, member):
    caller.post(f"members/{member.pk}/buyers", ADA)

    refused = caller.post(f"members/{member.pk}/buyers", ADA | {"name": "Adam"})

    assert (refused.status_code, problem(refused)["code"], problem(refused)["name"]) == (409, "buyer_code_taken", "Ada Lovelace")
    assert Buyer.objects.get().name == "Ada Lovelace"


def test_a_closed_buyer_stays_closed_and_keeps_the_code(caller, member):
    caller.post(f"members/{member.pk}/buyers", ADA)

    closed = caller.post(f"members/{member.pk}/buyers/ada/close", {})
    again = caller.post(f"members/{member.pk}/buyers/ada/close", {})

    assert closed.json()["closed_at"] == again.json()["closed_at"] is not None
    assert problem(caller.post(f"members/{member.pk}/buyers", ADA))["code"] == "buyer_code_taken"
    assert [row["code"] for row in caller.get(f"members/{member.pk}/buyers", state="closed").json()["results"]] == ["ada"]
    assert caller.get(f"members/{member.pk}/buyers", state="open").json()["results"] == []
    assert caller.post(f"members/{member.pk}/buyers/bea/close", {}).status_code == 404


def test_a_purchase_names_the_buyer_and_the_company_earns(caller, member):
    caller.post(f"members/{member.pk}/buyers", ADA)

    bought = caller.post("purchases", basket(member, "R1", buyer="ada"))

    assert (bought.status_code, bought.json()["buyer"]) == (201, "ada")
    assert Purchase.objects.get().buyer == "ada"
    other = caller.post("purchases", basket(member, "R1"))
    assert problem(other)["code"] == "external_id_conflict"


def test_a_buyer_of_another_member_is_none_of_this_one(caller, member, programme):
    other = MemberFactory.create(programme=programme, external_id="M2")
    caller.post(f"members/{other.pk}/buyers", ADA)

    refused = caller.post("purchases", basket(member, "R1", buyer="ada"))

    assert (refused.status_code, problem(refused)["code"]) == (404, "buyer_not_found")
    assert not Purchase.objects.exists()


def test_what_was_bought_before_the_buyer_was_closed_may_come_late(caller, member):
    Buyer.objects.create(member=member, code="ada", name="Ada", added_at=AT, closed_at=AT)

    refused = caller.post("purchases", basket(member, "R1", buyer="ada", occurred_at=AT.isoformat()))
    late = caller.post("purchases", basket(member, "R2", buyer="ada", occurred_at="2026-01-10T10:00:00+03:00"))

    assert (refused.status_code, problem(refused)["code"]) == (409, "buyer_closed")
    assert late.status_code == 201


@pytest.mark.parametrize("body", [{}, ADA | {"code": "A B"}, ADA | {"name": ""}, ADA | {"email": "nobody"}, ADA | {"phone": "1"}])
def test_a_body_that_does_not_fit_adds_nobody(caller, member, body):
    assert caller.post(f"members/{member.pk}/buyers", body).status_code == 422
    assert not Buyer.objects.exists()


def test_a_key_of_another_programme_sees_nothing(caller, member):
    caller.post(f"members/{member.pk}/buyers", ADA)
    stranger = caller_for(open_club(slug="other"))

    assert stranger.get(f"members/{member.pk}/buyers").status_code == 404
    assert stranger.post(f"members/{member.pk}/buyers", ADA).status_code == 404


def test_a_key_that_only_reads_adds_nobody(programme, member):
    reader = caller_for(programme, scopes=[Scope.MEMBERS_READ])

    assert reader.post(f"members/{member.pk}/buyers", ADA).status_code == 403
    assert not Buyer.objects.exists()
