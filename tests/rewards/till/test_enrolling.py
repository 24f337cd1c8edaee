import pytest
from django.urls import reverse

from accounts.members.domain import is_card_number, new_card_number
from accounts.members.models import ClaimCode, Consent, Member
from accounts.outbox.models import OutboxEvent
from tests.rewards.till.steps import number_on, text_of


def press(till, **typed):
    return till.post(reverse("till:enrol"), {"given_name": "Bo", "terms": "on", **typed})


@pytest.fixture
def number():
    return new_card_number()


def test_a_name_is_enough_for_a_card(till, shop):
    number = number_on(till.get(reverse("till:enrol")))

    answer = press(till, number=number)

    bo = Member.objects.get()
    assert answer.url == reverse("till:welcome", args=[bo.pk])
    assert (bo.given_name, bo.number, bo.home_store, bo.programme) == ("Bo", number, shop.market, shop.programme)
    assert is_card_number(bo.number)
    assert bo.grouped_number in text_of(till.get(answer.url))


def test_consents_are_those_that_were_ticked(till, number):
    press(till, number=number, email="bo@example.org", news_email="on")

    assert {(one.kind, one.granted) for one in Consent.objects.all()} == {("terms", True), ("email", True)}
    assert Consent.objects.get(kind="terms").terms is not None


def test_a_form_that_is_sent_twice_enrols_once(till, number):
    first, second = (press(till, number=number, phone="020 7946 0999") for _ in range(2))

    assert first.url == second.url
    assert Member.objects.count() == 1
    assert OutboxEvent.objects.filter(topic="member.enrolled").count() == 1


def test_a_new_card_that_is_scanned_is_the_member_s(till, number):
    scanned = new_card_number()

    press(till, number=number, card=scanned)

    assert Member.objects.get().number == scanned


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"phone": "020 7946 0123"}, "Another member has this already."),
        ({"email": "ADA@example.org"}, "Another member has this already."),
        ({"phone": "12"}, "This is not a phone number."),
        ({"email": "x"}, "valid email"),
        ({"card": "123"}, "card"),
        ({"given_name": ""}, "required"),
        ({"terms": ""}, "Ask the customer whether they accept the terms"),
    ],
)
def test_a_refusal_names_the_field_and_enrols_nobody(till, member, number, typed, says):
    before = (Member.objects.count(), Consent.objects.count(), OutboxEvent.objects.count())

    answer = press(till, number=number, **typed)

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "Nobody was enrolled yet." in text_of(answer)
    assert (Member.objects.count(), Consent.objects.count(), OutboxEvent.objects.count()) == before


def test_a_card_of_somebody_else_is_refused(till, member, number):
    answer = press(till, number=number, card=member.number)

    assert answer.status_code == 422
    assert "Another member has this already." in text_of(answer)
    assert Member.objects.count() == 1


def test_a_code_for_the_member_pages_is_shown_once(till, number):
    press(till, number=number)
    bo = Member.objects.get()

    answer = till.post(reverse("till:code", args=[bo.pk]))

    code = answer.context["code"]
    assert len(code) == 8
    assert code in text_of(answer)
    assert ClaimCode.objects.count() == 1
    assert code not in text_of(till.get(reverse("till:welcome", args=[bo.pk])))


def test_a_card_that_is_in_use_online_gets_no_code(till, member):
    answer = till.post(reverse("till:code", args=[member.pk]))

    assert answer.status_code == 409
    assert "This card is in use online already" in text_of(answer)
    assert "No code was made." in text_of(answer)
    assert ClaimCode.objects.count() == 0
