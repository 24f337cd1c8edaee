"""Many tills want the last money of a card: it pays once, and nobody waits for ever."""

import random

from loyalty.kit.problems import Problem
from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind, CardPayment
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.services import GiftCardBalanceTooLow, GiftCardRequestDecided, Moved, NewCard, SecondPersonNeeded
from rewards.purchases.models import Purchase
from rewards.purchases.services import record_purchases
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.concurrency.ledger.test_points import all_at_once, count
from tests.rewards.gift_cards.stage import CODE, act, asked_card, card_of
from tests.rewards.purchases.conftest import open_earning, purchase_of


def test_the_last_money_of_a_card_pays_one_of_two_hundred_callers(committed_db):
    programme = ProgrammeFactory.create()
    card = card_of(programme, 1_000)

    def pay(n):
        return services.charge_card(programme=programme, payment=CardPayment(CODE, 1_000), act=act(f"C{n}"))

    answers = all_at_once([lambda n=n: pay(n) for n in range(200)])

    assert count(answers, GiftCardBalanceTooLow) == 199
    assert GiftCard.objects.get().balance_minor == 0
    assert GiftCardEvent.objects.filter(card=card, kind="charged").count() == 1


def test_the_same_number_at_once_charges_once(committed_db):
    programme = ProgrammeFactory.create()
    card_of(programme, 1_000)

    answers = all_at_once(
        [lambda: services.charge_card(programme=programme, payment=CardPayment(CODE, 300), act=act("C1")) for _ in range(50)]
    )

    assert {answer.event.pk for answer in answers if isinstance(answer, Moved)} == {GiftCardEvent.objects.get(kind="charged").pk}
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49
    assert GiftCard.objects.get().balance_minor == 700


def test_returns_at_once_never_give_back_more_than_was_taken(committed_db):
    programme = ProgrammeFactory.create()
    card_of(programme, 1_000)
    paid = services.charge_card(programme=programme, payment=CardPayment(CODE, 1_000), act=act()).event

    answers = all_at_once([lambda n=n: services.give_back(charge=paid, amount_minor=300, act=act(f"B{n}")) for n in range(20)])

    assert count(answers, services.MoreThanCharged) == 17
    assert GiftCard.objects.get().balance_minor == 900


def test_batches_that_share_cards_do_not_wait_for_ever(committed_db):
    programme = open_earning()
    members = MemberFactory.create_batch(4, programme=programme)
    codes = [f"CARDNUMBER{n:02d}" for n in range(3)]
    for code in codes:
        card_of(programme, 1_000, code=code)
    purchases = [
        purchase_of(members[n % 4], 500, external_id=f"R{n}", gift_cards=(CardPayment(codes[n % 3], 300, at_most=True),)) for n in range(24)
    ]
    shuffled = [random.Random(seed).sample(purchases, 24) for seed in range(4)]

    answers = at_once(*[lambda some=some: record_purchases(programme=programme, purchases=some, at=AT) for some in shuffled])

    assert not any(isinstance(answer, Problem) for of in answers for answer in of)
    assert [card.balance_minor for card in GiftCard.objects.all()] == [0, 0, 0]
    assert sum(Purchase.objects.values_list("gift_card_minor", flat=True)) == 3_000


def test_a_card_that_two_people_approve_at_once_is_issued_once(committed_db):
    programme = ProgrammeFactory.create()
    asked = asked_card(programme)
    people = [UserFactory.create() for _ in range(10)]

    answers = all_at_once([lambda one=one: services.approve_request(request=asked, approver=one, pin="", at=AT) for one in people])

    assert count(answers, GiftCardRequestDecided) == 9
    assert GiftCard.objects.get().request == asked


def test_what_one_person_issues_at_once_stays_within_the_limit(committed_db):
    programme, staff = ProgrammeFactory.create(), UserFactory.create()
    new = NewCard(kind=CardKind.GIVEN, amount_minor=3_000)

    answers = all_at_once([lambda n=n: services.issue_card(programme=programme, new=new, act=act(f"I{n}", by=staff)) for n in range(20)])

    assert count(answers, SecondPersonNeeded) == 17
    assert sum(GiftCard.objects.values_list("face_minor", flat=True)) == 9_000
