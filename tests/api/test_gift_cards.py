"""Gift cards over HTTP."""

import pytest

from accounts.partners.domain import TILL_SCOPES, Scope
from accounts.partners.models import IdempotencyKey
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.representations import (
    ChargeAnswer,
    GiftCardBalanceAnswer,
    GiftCardEventAnswer,
    GiftCardEventsAnswer,
    GiftCardsAnswer,
    IssuedAnswer,
)
from rewards.purchases.representations import PurchaseAnswer, ReturnAnswer
from tests.api.caller import faults, problem
from tests.api.conftest import basket, caller_for, open_club

MOMENT = "2026-01-15T12:00:00+03:00"


def issue(caller, amount="50.00", number="G1", **more):
    answer = caller.post("gift-cards", {"external_id": number, "amount": amount} | more)
    assert answer.status_code == 201, answer.content
    return answer.json()


def charge(caller, code, amount="10.00", number="C1", **more):
    return caller.post("gift-cards/charges", {"code": code, "external_id": number, "occurred_at": MOMENT, "amount": amount} | more)


def look_up(caller, code, **more):
    return caller.post("gift-cards/look-up", {"code": code} | more)


def test_a_card_is_issued_and_its_code_answered_once(caller, member):
    body = {"external_id": "G1", "amount": "50.00", "given": True, "member": str(member.pk), "pin": "1234"}

    first, again = (caller.post("gift-cards", body, key="same") for _ in range(2))

    assert IssuedAnswer.model_validate_json(first.content)
    assert (first.json()["balance"], first.json()["kind"], first.json()["has_pin"]) == ("50.00", "given", True)
    assert again.json() == first.json() | {"code": None}
    code = first.json()["code"].replace("-", "")
    assert not any(code.encode() in bytes(key.body or b"").replace(b"-", b"") for key in IdempotencyKey.objects.all())


def test_a_dry_run_issues_nothing(caller):
    answer = caller.post("gift-cards", {"external_id": "G1", "amount": "50.00"}, query="dry_run=true")

    assert (answer.status_code, answer.json()["id"]) == (200, None)
    assert not GiftCard.objects.exists()


def test_the_balance_is_looked_up_by_code_and_unknown_ones_are_answered_alike(caller):
    card = issue(caller, pin="1234")

    seen = look_up(caller, card["code"].lower(), pin="1234")
    unknown, wrong = look_up(caller, "AAAA-BBBB-CCCC"), look_up(caller, card["code"], pin="9999")

    assert GiftCardBalanceAnswer.model_validate_json(seen.content)
    assert (seen.json()["balance"], seen.json()["pays"], "id" in seen.json()) == ("50.00", True, False)
    assert unknown.status_code == wrong.status_code == 404
    assert unknown.content == wrong.content


def test_who_guesses_too_often_waits_whatever_they_name(caller, member):
    card = issue(caller)
    misses = [look_up(caller, f"NOSUCHCARD{n:02d}").status_code for n in range(10)]
    misses += [charge(caller, f"NOSUCHCARD{n:02d}", number=f"C{n}").status_code for n in range(5)]
    tenders = [{"kind": "gift_card", "code": "NOSUCHCARD00", "amount": "1.00"}]
    misses += [caller.post("purchases", basket(member, f"R{n}", tenders=tenders)).status_code for n in range(5)]

    assert set(misses) == {404}
    assert look_up(caller, card["code"]).status_code == 429
    assert charge(caller, card["code"]).status_code == 429
    assert caller.get("gift-cards").status_code == 200


def test_somebody_who_is_no_member_pays_an_order(caller):
    card = issue(caller)

    first = charge(caller, card["code"], "30.00", at_most=True, receipt="W-1")
    same = charge(caller, card["code"], "30.00", at_most=True, receipt="W-1")
    second = charge(caller, card["code"], "25.00", "C2", at_most=True, order_amount="30.00")

    assert ChargeAnswer.model_validate_json(first.content)
    assert [(of.json()["amount"], of.json()["due"], of.json()["after"]) for of in (first, second)] == [
        ("30.00", "0.00", "20.00"),
        ("20.00", "10.00", "0.00"),
    ]
    assert same.json() == first.json() and same["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"amount": "50.01"}, 409, "gift_card_balance_too_low"),
        ({"amount": "max"}, 422, {"/amount": "malformed_amount"}),
        ({"amount": "5.00", "order_amount": "4.00"}, 422, {"/amount": "out_of_range"}),
        ({"amount": "0.00"}, 422, {"/amount": "out_of_range"}),
        ({"amount": "1.001"}, 422, {"/amount": "malformed_amount"}),
        ({"occurred_at": "2026-02-15T12:00:00+03:00"}, 422, {"/occurred_at": "out_of_range"}),
    ],
)
def test_a_refused_charge_leaves_no_event(caller, more, status, said):
    card = issue(caller)

    answer = charge(caller, card["code"], **more)

    assert answer.status_code == status
    assert (problem(answer)["code"] if status == 409 else faults(answer)) == said
    assert GiftCardEvent.objects.get().kind == "issued"
    assert GiftCard.objects.get().balance_minor == 5_000


def test_a_payment_is_given_back_and_the_story_told(caller):
    card = issue(caller)
    paid = charge(caller, card["code"]).json()
    path, body = f"gift-cards/charges/{paid['id']}/give-back", {"external_id": "B1", "occurred_at": MOMENT}

    back = caller.post(path, body | {"amount": "4.00"})
    too_much = caller.post(path, body | {"external_id": "B2", "amount": "6.01"})
    story = caller.get(f"gift-cards/{card['id']}/events")

    assert GiftCardEventAnswer.model_validate_json(back.content)
    assert (back.json()["after"], back.json()["charge"]) == ("44.00", paid["id"])
    assert (problem(too_much)["code"], problem(too_much)["left"]) == ("more_than_charged", "6.00")
    assert GiftCardEventsAnswer.model_validate_json(story.content)
    assert [row["kind"] for row in story.json()["results"]] == ["given_back", "charged", "issued"]


def test_a_purchase_is_paid_by_card_and_its_return_goes_back(caller, member):
    card = issue(caller)
    tenders = [{"kind": "gift_card", "code": card["code"], "amount": "10.00", "at_most": True}, {"kind": "cash", "amount": "2.50"}]

    bought = caller.post("purchases", basket(member, tenders=tenders))
    again = caller.post("purchases", basket(member, tenders=tenders))
    seen = caller.get(f"purchases/{bought.json()['id']}").json()
    back = caller.post("returns", {"external_id": "B1", "purchase_external_id": "R1", "occurred_at": "2026-01-15T13:00:00+03:00"})

    body = bought.json()
    assert PurchaseAnswer.model_validate_json(bought.content) and ReturnAnswer.model_validate_json(back.content)
    assert (body["amount"], body["paid_with_gift_cards"], body["due"]) == ("12.50", "10.00", "2.50")
    assert [(of["last_four"], of["amount"], of["balance"]) for of in body["gift_cards"]] == [(card["last_four"], "10.00", "40.00")]
    assert again.json()["gift_cards"] == body["gift_cards"]
    assert (seen["paid_with_gift_cards"], seen["due"]) == ("10.00", "2.50")
    assert (back.json()["refunded"], back.json()["refunded_to_gift_cards"]) == ("12.50", "10.00")
    assert look_up(caller, card["code"]).json()["balance"] == "50.00"


@pytest.mark.parametrize(
    ("tenders", "found"),
    [
        ([{"kind": "gift_card", "amount": "1.00", "pin": "1234"}], {"/tenders/0/code": "not_a_gift_card"}),
        ([{"kind": "points", "amount": "1.00", "at_most": True}], {"/tenders/0/code": "not_a_gift_card"}),
        ([{"kind": "gift_card", "amount": "1.0001", "code": "ABCD"}], {"/tenders/0/amount": "malformed_amount"}),
        ([{"kind": "cash", "amount": "1.00", "code": "ABCD"}], {"/tenders/0/code": "not_a_gift_card"}),
        ([{"kind": "gift_card", "amount": "0.00", "code": "ABCD"}], {"/tenders/0/amount": "out_of_range"}),
        ([{"kind": "gift_card", "amount": "1.00", "code": code} for code in ("ABCD", "ab-cd")], {"/tenders/1/code": "given_twice"}),
    ],
)
def test_tenders_that_make_no_sense_are_named(caller, member, tenders, found):
    assert faults(caller.post("purchases", basket(member, tenders=tenders))) == found


def test_somebody_elses_gift_card_is_a_means_of_payment_like_any(caller, member):
    answer = caller.post("purchases", basket(member, tenders=[{"kind": "gift_card", "amount": "5.00"}]))

    assert (answer.status_code, answer.json()["due"], answer.json()["gift_cards"]) == (201, "12.50", [])


def test_cards_are_listed_by_state_and_member(caller, member):
    first, second = issue(caller), issue(caller, "5.00", "G2", given=True, member=str(member.pk))
    charge(caller, first["code"], "50.00")
    days = {"from_on": "2026-01-01", "through_on": "2026-01-31"}

    def ids(**query):
        return [row["id"] for row in caller.get("gift-cards", **query).json()["results"]]

    assert GiftCardsAnswer.model_validate_json(caller.get("gift-cards").content)
    assert ids() == [second["id"], first["id"]]
    assert ids(member=str(member.pk)) == ids(kind="given", **days) == [second["id"]]
    assert ids(state="empty", **days) == [first["id"]]


def test_another_programmes_card_is_none(caller, programme):
    card = issue(caller)
    paid = charge(caller, card["code"]).json()
    elsewhere = caller_for(open_club(legal_entity=programme.legal_entity))

    assert look_up(elsewhere, card["code"]).status_code == 404
    assert charge(elsewhere, card["code"]).status_code == 404
    assert elsewhere.get(f"gift-cards/{card['id']}/events").status_code == 404
    back = elsewhere.post(f"gift-cards/charges/{paid['id']}/give-back", {"external_id": "B1", "occurred_at": MOMENT})
    assert problem(back)["code"] == "gift_card_charge_not_found"


def test_a_till_may_charge_and_not_issue():
    assert Scope.GIFT_CARDS_WRITE in TILL_SCOPES and Scope.GIFT_CARDS_ISSUE not in TILL_SCOPES


def test_what_a_key_gives_away_above_the_limit_of_a_day_needs_a_second_person(caller):
    issue(caller, "60.00", given=True)
    body = {"external_id": "G2", "amount": "40.01", "given": True}

    answer = caller.post("gift-cards", body)

    assert (answer.status_code, problem(answer)["code"], problem(answer)["left"]) == (403, "gift_card_needs_second_person", "40.00")
    assert GiftCard.objects.count() == GiftCardEvent.objects.count() == 1
    issue(caller, "40.00", number="G3", given=True)
    issue(caller, "500.00", number="G4")
    assert issue(caller, "60.00", given=True)["code"] is None
