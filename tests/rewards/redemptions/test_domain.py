"""Codes, and the points that an amount costs."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.redemptions.domain import TenderTerms, grouped_code, new_voucher_code, normalise_code

values = st.decimals(min_value=Decimal("0.000001"), max_value=1_000, places=6)


@pytest.mark.parametrize(
    ("value", "step", "amount_minor", "units"),
    [
        ("1", 1, 500, 500),
        ("1", 500, 500, 500),
        ("1", 500, 1_000, 1_000),
        ("1", 500, 501, None),
        ("0.5", 1, 3, 6),
        ("2", 1, 3, None),
        ("0.3", 1, 3, 10),
        ("0.3", 1, 1, None),
        ("0", 1, 5, None),
        ("1", 1, 0, None),
        ("1", 1, -1, None),
    ],
)
def test_an_amount_costs_whole_steps_of_points_or_cannot_be_paid(value, step, amount_minor, units):
    assert TenderTerms(Decimal(value), step).units_for(amount_minor) == units


@given(values, st.integers(1, 1_000), st.integers(1, 10**6))
def test_points_are_worth_exactly_what_they_pay(value, step, amount_minor):
    terms = TenderTerms(value, step)
    units = terms.units_for(amount_minor)

    assert (units is None) == (amount_minor % terms.step_minor != 0)
    if units is not None:
        assert units % step == 0
        assert units * value == amount_minor


@given(values, st.integers(1, 1_000), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_most_that_points_pay_can_be_paid_and_is_covered(value, step, amount_minor, spendable):
    terms = TenderTerms(value, step)
    most = terms.most_payable(amount_minor, spendable)

    assert 0 <= most <= amount_minor
    if most:
        assert terms.units_for(most) <= spendable


def test_a_code_has_eighty_random_bits_of_letters_that_nobody_confuses():
    codes = [new_voucher_code() for _ in range(200)]
    symbols = set(itertools.chain.from_iterable(codes))

    assert len(set(codes)) == 200
    assert {len(code) for code in codes} == {16}
    assert len(symbols) == 32
    assert not symbols & set("01IO")


def test_a_code_is_read_however_it_is_typed():
    assert grouped_code("ABCDEFGHJKLMNPQR") == "ABCD-EFGH-JKLM-NPQR"
    assert normalise_code(" abcd-efgh JKLM-npqr ") == "ABCDEFGHJKLMNPQR"
