import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.conversions.domain import MalformedConversion, Period, definition_of, parse_conversion, parse_rate

CASH = {"from": "accrued", "to": "cash", "kind": "steps", "step_units": 500, "valid_days": 30}
DIVIDEND = {"from": "eligible", "to": "cash", "kind": "rate", "every": "year", "after_days": 60}


def test_steps_leave_the_rest_for_the_next_time():
    terms = parse_conversion(CASH)

    assert terms.converted(1_740) == (1_500, 1_500)
    assert terms.converted(499) == (0, 0)


def test_a_rate_takes_all_and_rounds_down():
    terms = parse_conversion(DIVIDEND)

    assert terms.converted(12_345, Fraction(1, 10)) == (12_345, 1_234)
    assert terms.converted(9, Fraction(1, 10)) == (0, 0)


def test_the_period_is_over_before_it_is_converted():
    assert parse_conversion(CASH).last_period(dt.date(2026, 3, 1)) == Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert parse_conversion(CASH).last_period(dt.date(2026, 3, 31)) == Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert parse_conversion(DIVIDEND).last_period(dt.date(2027, 3, 1)) == Period(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert parse_conversion(DIVIDEND).last_period(dt.date(2027, 3, 2)) == Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_what_gathers_in_a_day_is_converted_on_the_next():
    terms = parse_conversion({**CASH, "every": "day"})

    assert terms.last_period(dt.date(2028, 3, 1)) == Period(dt.date(2028, 2, 29), dt.date(2028, 2, 29))
    assert terms.converts_on(terms.next_period(dt.date(2028, 3, 1))) == dt.date(2028, 3, 2)


@given(st.sampled_from(["day", "month", "quarter", "year"]), st.integers(0, 366), st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_the_last_period_is_the_newest_that_is_due(every, after_days, today):
    terms = parse_conversion({**DIVIDEND, "every": every, "after_days": after_days})

    period = terms.last_period(today)
    following = terms.last_period(terms.converts_on(period))

    assert terms.converts_on(period) <= today
    assert following == period


@pytest.mark.parametrize("given_", [CASH, DIVIDEND, {**CASH, "every": "quarter", "gives_units": 1}])
def test_terms_come_back_from_their_definition(given_):
    terms = parse_conversion(given_)

    assert parse_conversion(definition_of(terms)) == terms


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"to": "accrued"}, "/to"),
        ({"from": "A"}, "/from"),
        ({"code": "cash"}, "/code"),
        ({"kind": "gift"}, "/kind"),
        ({"step_units": 0}, "/step_units"),
        ({"step_units": 10**12}, "/step_units"),
        ({"every": "hour"}, "/every"),
        ({"valid_days": "30"}, "/valid_days"),
        ({"kind": "rate"}, "/step_units"),
        ({"note": "x"}, "/note"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change, pointer):
    with pytest.raises(MalformedConversion) as refused:
        parse_conversion({**CASH, **change})

    assert pointer in [error.pointer for error in refused.value.errors]


def test_a_rate_is_a_number_above_nothing():
    assert parse_rate("0.10") == Decimal("0.1")
    for wrong in ("0", "-1", "0.0000001", 0.1, "x", None, "NaN", "1001"):
        with pytest.raises(MalformedConversion):
            parse_rate(wrong)
