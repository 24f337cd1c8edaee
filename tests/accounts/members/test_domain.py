import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.members import domain
from accounts.members.domain import Enrolment


@pytest.mark.parametrize(("digits", "check"), [("7992739871", "3"), ("411111111111111", "1"), ("0", "0"), ("18", "2")])
def test_the_check_digit_is_luhns(digits, check):
    assert domain.luhn_digit(digits) == check


@given(st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_found(place, difference):
    number = domain.new_card_number()
    wrong = str((int(number[place]) + difference) % 10)

    assert domain.is_card_number(number)
    assert not domain.is_card_number(number[:place] + wrong + number[place + 1 :])


def test_a_new_card_has_sixteen_digits_and_is_no_payment_card():
    numbers = {domain.new_card_number() for _ in range(200)}

    assert len(numbers) == 200
    assert {len(number) for number in numbers} == {16}
    assert {number[0] for number in numbers} == {"9"}


@pytest.mark.parametrize("text", ["", "abc", "4111111111111112", "12345678901", "４111111111111111", "0" * 20])
def test_what_is_no_card_number_is_refused(text):
    assert not domain.is_card_number(text)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0532 123 45 67", "TR", "+905321234567"),
        ("+90 (532) 123-4567", "DE", "+905321234567"),
        ("00905321234567", "TR", "+905321234567"),
        ("532", "TR", None),
        ("hello", "TR", None),
        ("0532 123 45 67 ext. 3", "TR", None),
    ],
)
def test_phone_numbers_have_one_spelling(text, country, number):
    assert domain.normalise_phone(text, country) == number


def test_names_have_one_spelling():
    assert domain.normalise_name("  Ada\u00a0 Lovela\u0063\u0327e\n") == "Ada Lovelaçe"


def test_the_same_facts_have_the_same_fingerprint_whenever_they_are_said():
    facts = {"external_id": "a", "birth_date": dt.date(1990, 1, 2), "attributes": {"x": 1, "y": 2}}
    same = {
        "external_id": "a",
        "birth_date": dt.date(1990, 1, 2),
        "attributes": {"y": 2, "x": 1},
        "joined_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    }

    assert Enrolment(**facts).fingerprint == Enrolment(**same).fingerprint
    assert Enrolment(**facts).fingerprint != Enrolment(**facts | {"given_name": "Ada"}).fingerprint


def test_a_claim_code_is_eight_digits_of_its_row_and_the_secret():
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)

    assert domain.claim_code(b"secret", one) == domain.claim_code(b"secret", one)
    assert len({domain.claim_code(b"secret", one), domain.claim_code(b"secret", other), domain.claim_code(b"changed", one)}) == 3
    assert all(len(domain.claim_code(b"s", uuid.UUID(int=n))) == 8 for n in range(300))
    assert domain.claim_code_hash(b"secret", "12345678", one) != domain.claim_code_hash(b"secret", "12345678", other)


def test_a_masked_address_keeps_the_host_only():
    assert domain.masked_email("ada@example.org") == "a•••@example.org"
