import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardTerms
from rewards.gift_cards.queries import GiftCardNotFound, card_by_code
from rewards.gift_cards.services import NewCard
from tests.accounts.factories import AT, ProgrammeFactory
from tests.rewards.gift_cards.stage import CODE, act, balance, card_of, charge, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def card(programme):
    return card_of(programme)


def test_it_keeps_no_code(programme, card):
    issued = services.issue_card(programme=programme, new=NewCard(kind=CardKind.SOLD, amount_minor=100), act=act())

    assert issued.code is not None and len(issued.code) == 16
    assert card_by_code(programme=programme, code=issued.code.lower(), pin="") == issued.event.card
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text || e::text FROM rewards_giftcard c JOIN rewards_giftcardevent e ON e.card_id = c.id")
        kept = "".join(row for (row,) in cursor.fetchall())
    assert issued.code not in kept and CODE.replace("-", "") not in kept
    assert card.last_four == "PQRS"


def test_it_pays_and_says_both_balances(card):
    charge(card, 3_000)

    assert story(card) == [("issued", 5_000, 0, 5_000), ("charged", 3_000, 5_000, 2_000)]
    assert balance(card) == 2_000


def test_it_pays_at_most_and_keeps_the_rest_and_is_empty_with_the_last_cent(card):
    assert charge(card, 3_000, at_most=True).amount_minor == 3_000
    assert charge(card, 3_000, at_most=True).amount_minor == 2_000

    assert GiftCard.objects.get().state == "empty"
    with pytest.raises(services.GiftCardBalanceTooLow):
        charge(card, 1, at_most=True)


def test_a_refused_charge_changes_nothing(card):
    with pytest.raises(services.GiftCardBalanceTooLow) as refused:
        charge(card, 5_001)

    assert refused.value.extra == {"balance": "50.00"}
    assert story(card) == [("issued", 5_000, 0, 5_000)] and balance(card) == 5_000


def test_the_same_number_charges_once_and_with_other_facts_is_refused(card):
    first = charge(card, 1_000, key="K1")

    assert charge(card, 1_000, key="K1") == first
    with pytest.raises(services.GiftCardNumberConflict):
        charge(card, 2_000, key="K1")
    assert balance(card) == 4_000


def test_the_same_number_for_another_card_is_refused(programme, card):
    other = card_of(programme, code="OTHER-CARD-0001")
    charge(card, 1_000, key="K1")

    with pytest.raises(services.GiftCardNumberConflict):
        charge(other, 1_000, code="OTHER-CARD-0001", key="K1")
    assert balance(other) == 5_000


def test_issuing_twice_answers_with_the_card_and_without_its_code(programme, card):
    new = NewCard(kind=CardKind.SOLD, amount_minor=700)
    first = services.issue_card(programme=programme, new=new, act=act("I1"))

    again = services.issue_card(programme=programme, new=new, act=act("I1"))

    assert (again.event, again.code, again.replayed) == (first.event, None, True)
    assert GiftCard.objects.count() == 2
    with pytest.raises(services.GiftCardCodeTaken):
        card_of(programme, code=CODE)


@pytest.mark.parametrize(("more", "pointer"), [({"amount_minor": 0}, "/amount"), ({"code": "short"}, "/code"), ({"pin": "12a4"}, "/pin")])
def test_what_does_not_fit_is_named(programme, more, pointer):
    new = NewCard(**({"kind": CardKind.SOLD, "amount_minor": 100} | more))

    with pytest.raises(services.GiftCardTermsDoNotFit) as refused:
        services.issue_card(programme=programme, new=new, act=act())

    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert not GiftCard.objects.exists()


def test_an_unknown_code_and_a_wrong_pin_are_answered_alike(programme):
    card = card_of(programme, pin="1234")
    answers = []
    for code, pin in (("NOSUCHCARD00", ""), (CODE, ""), (CODE, "4321")):
        with pytest.raises(GiftCardNotFound) as refused:
            card_by_code(programme=programme, code=code, pin=pin)
        with pytest.raises(GiftCardNotFound):
            charge(card, 1, code=code, pin=pin)
        answers.append(refused.value.as_dict())

    assert answers[0] == answers[1] == answers[2]
    assert charge(card, 1, pin="1234").after_minor == 4_999


def test_a_card_of_another_programme_is_none(card):
    with pytest.raises(GiftCardNotFound):
        card_by_code(programme=ProgrammeFactory.create(), code=CODE, pin="")


def test_it_gives_back_never_more_than_it_took(card):
    paid = charge(card, 5_000)

    services.give_back(charge=paid, amount_minor=1_500, act=act("B1"))
    services.give_back(charge=paid, amount_minor=1_500, act=act("B1"))
    with pytest.raises(services.MoreThanCharged) as refused:
        services.give_back(charge=paid, amount_minor=3_501, act=act())
    assert refused.value.extra == {"left": "35.00"}
    services.give_back(charge=paid, amount_minor=None, act=act())
    with pytest.raises(services.MoreThanCharged):
        services.give_back(charge=paid, amount_minor=None, act=act())

    assert balance(card) == 5_000 and GiftCard.objects.get().state == "active"


def test_a_blocked_card_does_not_pay_but_takes_money_back(card):
    paid = charge(card, 1_000)
    services.block_card(card=card, blocked=True, act=act(note="Lost."))

    with pytest.raises(services.GiftCardBlocked):
        charge(card, 1)
    services.give_back(charge=paid, amount_minor=None, act=act())
    assert GiftCard.objects.get().state == "blocked"

    services.block_card(card=card, blocked=False, act=act("U1"))
    assert services.block_card(card=card, blocked=False, act=act("U1")).replayed
    assert services.block_card(card=card, blocked=False, act=act()).replayed
    assert charge(card, 5_000).after_minor == 0
    assert [kind for kind, *_rest in story(card)] == ["issued", "charged", "blocked", "given_back", "unblocked", "charged"]


def test_it_runs_out_at_the_beginning_of_its_day(programme):
    GiftCardTerms.objects.create(programme=programme, valid_days=10)
    card = card_of(programme)
    last = AT + dt.timedelta(days=9)
    paid = charge(card, 1_000, at=last)

    with pytest.raises(services.GiftCardExpired):
        charge(card, 1, at=AT + dt.timedelta(days=10))
    with pytest.raises(services.GiftCardExpired):
        services.give_back(charge=paid, amount_minor=None, act=act(at=AT + dt.timedelta(days=10)))
    assert services.expire_cards(programme=programme, at=last) == 0
    assert [services.expire_cards(programme=programme, at=AT + dt.timedelta(days=12)) for _ in range(2)] == [1, 0]

    assert story(card)[-1] == ("expired", 4_000, 4_000, 0)
    assert GiftCardEvent.objects.get(kind="expired").business_on == card.expires_on == AT.date() + dt.timedelta(days=10)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rewards_giftcard SET balance_minor = -1",
        "UPDATE rewards_giftcard SET balance_minor = 5001",
        "UPDATE rewards_giftcard SET face_minor = 9000, paid_minor = 9000",
        "UPDATE rewards_giftcard SET state = 'empty'",
        "DELETE FROM rewards_giftcard",
        "UPDATE rewards_giftcardevent SET note = 'x'",
        "DELETE FROM rewards_giftcardevent",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE rewards_giftcardevent CASCADE",
    ],
)
def test_the_database_refuses_what_no_service_does(card, statement):
    with pytest.raises(DatabaseError, match=r"refuse|violates|append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
