import datetime as dt
from decimal import Decimal

import pytest

from rewards.redemptions.domain import TenderTerms
from rewards.till import domain


@pytest.mark.parametrize(
    ("text", "currency", "separator", "minor"),
    [
        ("12.50", "EUR", ".", 1250),
        ("12,50", "TRY", ",", 1250),
        ("12,5", "EUR", ".", 1250),
        (" 7 ", "EUR", ".", 700),
        ("1250", "JPY", ".", 1250),
        ("1,250", "KWD", ",", 1250),
    ],
)
def test_it_reads_amounts_as_people_write_them(text, currency, separator, minor):
    money = domain.read_money(text, currency, separator)

    assert money is not None
    assert (money.minor, money.currency) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "separator"),
    [
        ("1,250", "EUR", "."),  # a thousand, or one and a quarter?
        ("1.250,00", "TRY", ","),
        ("1,250", "KWD", "."),
        ("-5", "EUR", "."),
        ("1e3", "EUR", "."),
        ("12.505", "EUR", "."),
        ("", "EUR", "."),
        ("٣", "EUR", "."),
        ("100000000", "EUR", "."),
        ("12,50", "JPY", ","),
        ("1.2.3", "EUR", "."),
        ("nan", "EUR", "."),
    ],
)
def test_it_reads_no_amount_that_could_mean_another(text, currency, separator):
    assert domain.read_money(text, currency, separator) is None


@pytest.mark.parametrize(
    ("text", "quantity"), [("2", Decimal(2)), ("0,535", Decimal("0.535")), ("0", None), ("-1", None), ("1.2345", None)]
)
def test_it_reads_quantities_above_zero(text, quantity):
    assert domain.read_quantity(text) == quantity


@pytest.mark.parametrize(
    ("value", "step", "amount", "spendable", "choices"),
    [
        ("1", 1, 8450, 351, [100, 200, 300, 351]),
        ("1", 1, 250, 5000, [100, 200, 250]),
        ("1", 100, 8450, 351, [100, 200, 300]),
        ("0.5", 1, 8450, 99, [20, 40, 49]),
        ("1", 500, 8450, 499, []),
        ("0", 1, 8450, 499, []),
        ("1", 1, 1, 5, [1]),
    ],
)
def test_it_offers_round_amounts_in_steps_and_the_most(value, step, amount, spendable, choices):
    assert domain.tender_choices(TenderTerms(Decimal(value), step), amount, spendable) == choices


def test_a_receipt_number_says_the_day_and_repeats_with_nobody():
    numbers = {domain.new_receipt_number(dt.date(2026, 3, 10)) for _ in range(200)}

    assert len(numbers) == 200
    assert all(number.startswith("260310-") and domain.is_receipt_number(number) for number in numbers)


def test_nobody_reads_a_phone_or_a_card_off_the_screen():
    assert domain.masked_phone("+905321234567") == "••• 4567"
    assert domain.masked_card("9123456789012345") == "•••• 2345"
