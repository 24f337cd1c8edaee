"""Purchases that cards pay, and their returns."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from loyalty.kit.problems import Problem
from rewards.gift_cards import services
from rewards.gift_cards.domain import CardPayment, normalise_code
from rewards.gift_cards.models import GiftCardEvent
from rewards.gift_cards.queries import GiftCardNotFound
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, preview_purchase, record_purchase, record_purchases, record_return
from rewards.purchases.services.record import TenderTooLarge
from tests.accounts.factories import AT, MemberFactory, give
from tests.rewards.factories import IN_A_YEAR
from tests.rewards.gift_cards.stage import CODE, balance, card_of, story
from tests.rewards.purchases.conftest import member, programme, purchase_of

pytestmark = pytest.mark.django_db
__all__ = ["member", "programme"]

OTHER = "OTHER-CARD-0001"


def pays(minor: int, code: str = CODE, *, at_most: bool = False) -> CardPayment:
    return CardPayment(normalise_code(code), minor, at_most)


def buy(member, *prices, cards, **facts):
    return record_purchase(programme=member.programme, facts=purchase_of(member, *prices, gift_cards=tuple(cards), **facts), at=AT)


def bring_back(purchase, ref="B1", **what):
    facts = ReturnFacts("till", ref, AT + dt.timedelta(hours=1), **what)
    return record_return(purchase=purchase, facts=facts, at=AT + dt.timedelta(hours=1)).returned


def test_it_earns_on_the_full_price_and_says_what_is_due(member):
    card = card_of(member.programme)

    record = buy(member, 10_000, cards=[pays(5_000)])

    bought = Purchase.objects.get()
    assert (bought.units, bought.gift_card_minor, bought.due_minor) == (100, 5_000, 5_000)
    assert [(of.charged_minor, of.balance_minor, of.last_four) for of in record.charges] == [(5_000, 0, "PQRS")]
    assert (record.purchase.due_minor, balance(card)) == (5_000, 0)
    event = GiftCardEvent.objects.get(kind="charged")
    assert (event.purchase, event.receipt, event.business_on) == (bought.pk, "R1", bought.business_on)


def test_points_come_first_and_several_cards_share_what_is_left(member):
    give(member, 2_000, IN_A_YEAR)
    first, second = card_of(member.programme, 700), card_of(member.programme, 5_000, code=OTHER)

    record = buy(member, 3_000, cards=[pays(2_000, at_most=True), pays(2_000, OTHER, at_most=True)], tender=1_000)

    assert [of.charged_minor for of in record.charges] == [700, 1_300]
    assert (balance(first), balance(second), record.purchase.due_minor) == (0, 3_700, 0)


def test_the_same_receipt_charges_once(member):
    card = card_of(member.programme)
    first = buy(member, 3_000, cards=[pays(3_000)])

    again = buy(member, 3_000, cards=[pays(3_000)])

    assert (again.replayed, again.purchase.pk, again.charges) == (True, first.purchase.pk, first.charges)
    assert balance(card) == 2_000
    with pytest.raises(Problem, match="other facts"):
        buy(member, 3_000, cards=[pays(2_000)])


@pytest.mark.parametrize(
    ("payment", "refusal"),
    [
        (pays(5_001), services.GiftCardBalanceTooLow),
        (pays(10_001), TenderTooLarge),
        (pays(1, "NOSUCHCARD00"), GiftCardNotFound),
    ],
)
def test_a_refused_card_leaves_no_purchase_no_event_and_no_points(member, payment, refusal):
    card = card_of(member.programme)
    give(member, 100, IN_A_YEAR)

    with pytest.raises(refusal):
        buy(member, 10_000, cards=[payment])

    assert not Purchase.objects.exists()
    assert story(card) == [("issued", 5_000, 0, 5_000)]


def test_in_a_batch_each_is_judged_by_itself(member):
    card = card_of(member.programme)
    give(member, 500, IN_A_YEAR)
    other = MemberFactory.create(programme=member.programme)
    facts = [
        purchase_of(member, 4_000, external_id="R1", gift_cards=(pays(4_000),), tender=100_000),
        purchase_of(other, 3_000, external_id="R2", gift_cards=(pays(3_000),), tender=None),
        purchase_of(member, 3_000, external_id="R3", gift_cards=(pays(3_000),)),
        purchase_of(member, 9_000, external_id="R4", gift_cards=(pays(9_000, at_most=True),)),
    ]

    answers = record_purchases(programme=member.programme, purchases=facts, at=AT)

    assert [getattr(answer, "code", "ok") for answer in answers] == ["tender_too_large", "ok", "gift_card_balance_too_low", "ok"]
    assert answers[3].purchase.gift_card_minor == 2_000 and balance(card) == 0


def test_points_that_are_refused_leave_the_card_for_the_next(member):
    card = card_of(member.programme)
    facts = [
        purchase_of(member, 5_000, external_id="R1", gift_cards=(pays(4_000),), tender=1_000),
        purchase_of(member, 5_000, external_id="R2", gift_cards=(pays(5_000),)),
    ]

    answers = record_purchases(programme=member.programme, purchases=facts, at=AT)

    assert [getattr(answer, "code", "ok") for answer in answers] == ["not_enough_points", "ok"]
    assert story(card)[1:] == [("charged", 5_000, 5_000, 0)]


def test_a_preview_charges_nothing(member):
    card = card_of(member.programme)

    seen = preview_purchase(programme=member.programme, facts=purchase_of(member, 3_000, gift_cards=(pays(3_000),)), at=AT)

    assert seen.purchase.gift_card_minor == 3_000
    assert balance(card) == 5_000 and not Purchase.objects.exists()


def test_a_return_goes_back_to_the_card_first_and_never_beyond_what_it_paid(member):
    card = card_of(member.programme)
    bought = buy(member, 6_000, 4_000, cards=[pays(5_000)]).purchase

    first = bring_back(bought, "B1", lines=(("2", Decimal(1)),))
    again = bring_back(bought, "B1", lines=(("2", Decimal(1)),))
    rest = bring_back(bought, "B2")

    assert again.pk == first.pk
    assert [(of.refunded_minor, of.gift_card_minor) for of in (first, rest)] == [(4_000, 4_000), (6_000, 1_000)]
    assert balance(card) == 5_000
    assert GiftCardEvent.objects.filter(kind="given_back", returned=first.pk).count() == 1


def test_a_return_may_be_refunded_in_another_way(member):
    card = card_of(member.programme)
    bought = buy(member, 5_000, cards=[pays(5_000)]).purchase

    back = bring_back(bought, to_gift_cards=False)

    assert (back.refunded_minor, back.gift_card_minor, balance(card)) == (5_000, 0, 0)
    with pytest.raises(Problem, match="other facts"):
        bring_back(bought)


def test_what_was_sent_before_there_were_cards_reads_as_it_did(member):
    facts = purchase_of(member, 5_000, external_id="R1")

    assert dataclasses.replace(facts, gift_cards=()).fingerprint() == facts.fingerprint()
    assert dataclasses.replace(facts, gift_cards=(pays(1),)).fingerprint() != facts.fingerprint()
