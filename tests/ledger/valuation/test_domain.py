import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.valuation.domain import (
    EstimateTerms,
    Expectation,
    Facts,
    Opening,
    PoolKey,
    Position,
    allocate_lines,
    choose_estimate,
    settle,
    to_decimal,
    to_minor,
)

POOL = PoolKey(1, dt.date(2026, 1, 1), 1, 1)
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def facts(granted, redeemed=0, expired=0, deferred="0", **more):
    return Facts(granted=granted, redeemed=redeemed, expired=expired, deferred=Decimal(deferred), **more)


@pytest.mark.parametrize(
    ("known", "percentage", "lapsed", "expected"),
    [
        (facts(10_000, 4_500), 95, 0, 9_500),
        (facts(10_000, 9_700), 95, 0, 9_700),
        (facts(10_000, 4_500, 4_000), 95, 4_000, 6_000),
        (facts(10_000, 4_500), None, 0, 10_000),
        (facts(0), 95, 0, 0),
        (facts(10, redeemed=-5), 90, 0, 9),
    ],
)
def test_expected_redemptions_are_floored_by_what_happened_and_capped_by_what_is_left(known, percentage, lapsed, expected):
    estimate = None if percentage is None else Decimal(percentage)

    assert Expectation(estimate, lapsed).total(known) == expected


def test_nothing_expected_and_nothing_left_is_earned_whole():
    lapsed = facts(100, expired=100, deferred="500")

    assert Expectation(Decimal(90), 100).recognised_minor(lapsed) == 500
    assert Expectation(Decimal(0), 0).recognised_minor(facts(100, deferred="500")) == 0


def test_thirds_that_add_up_to_a_half_round_up():
    third = to_decimal(Fraction(1, 6), 14)

    assert to_minor(third * 3) == 1
    assert to_minor(Decimal("0.4999")) == 0


def test_batches_telescope_to_the_rounded_total():
    position, in_force = Position(facts(30, deferred="1000")), Expectation(Decimal(100), 0)

    released = [position.advance(Facts(redeemed=1), in_force).released_minor for _ in range(7)]

    assert released == [33, 34, 33, 33, 34, 33, 33]


def test_tendered_points_release_at_the_pools_rate_beside_other_redemptions():
    position = Position(facts(100, deferred="1000"))

    posting = position.advance(Facts(redeemed=30, tendered=10), Expectation(Decimal(100), 0))

    assert (posting.tendered_minor, posting.released_minor) == (100, 200)


def test_a_return_takes_back_its_own_allocation():
    position = Position(facts(10_000, deferred="867579.9086757990"))

    posting = position.advance(Facts(reversed=10, returned=Decimal("867.5799086757990")), Expectation(Decimal(95), 0))

    assert (posting.deferred_minor, posting.returned_minor, position.facts.allocated_minor) == (0, 868, 866_712)


def test_a_statement_splits_the_catch_up_on_earlier_redemptions():
    position = Position(facts(10_000, 8_500, deferred="867580"), recognised_minor=776_256)

    statement = settle(position, Opening(4_500, 867_580, 456_621), Expectation(Decimal(95), 0), (1, Decimal(97)))

    assert (statement.catch_up_minor, statement.catch_up_prior_minor) == (-16_005, -8_473)
    assert (statement.revenue_minor, statement.revenue_from_opening_minor, statement.liability_minor) == (349_292, 349_292, 107_329)
    assert not statement.is_lapse_only


def test_the_most_particular_and_latest_estimate_serves_a_pool():
    def terms(number, portfolio, grant_month, valid_from):
        return EstimateTerms(number, 1, portfolio, grant_month, Decimal(90), valid_from, AT)

    january, march = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
    every, later, own_portfolio, own_month = (
        terms(1, None, None, january),
        terms(2, None, None, march),
        terms(3, 1, None, january),
        terms(4, None, january, march),
    )
    estimates = [own_month, later, every, own_portfolio]

    assert choose_estimate([every, later], POOL, dt.date(2026, 2, 28)) == every
    assert choose_estimate([every, later], POOL, dt.date(2026, 3, 31)) == later
    assert choose_estimate(estimates, POOL, dt.date(2026, 2, 28)) == own_portfolio
    assert choose_estimate(estimates, POOL, dt.date(2026, 3, 31)) == own_month
    assert choose_estimate(estimates, POOL._replace(unit=2), dt.date(2026, 3, 31)) is None


def test_order_lines_share_what_the_points_leave():
    assert allocate_lines(10_000, 868, [3_333, 3_333, 3_334]) == [3_044, 3_044, 3_044]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 30), st.integers(0, 9_999)), min_size=1, max_size=12),
    st.one_of(st.none(), st.integers(0, 100)),
)
def test_the_liability_stays_between_zero_and_what_was_allocated(batches, percentage):
    in_force = Expectation(None if percentage is None else Decimal(percentage), 0)
    position, recognised = Position(), 0
    for granted, wanted, expired, thousandths in batches:
        room = position.facts.outstanding + granted
        redeemed = min(wanted, room)
        change = facts(granted, redeemed, min(expired, room - redeemed), Decimal(thousandths * granted) / 7)

        posting = position.advance(change, in_force)

        recognised += posting.tendered_minor + posting.released_minor
        assert 0 <= recognised <= position.facts.allocated_minor

    left = position.facts.outstanding
    position.advance(Facts(expired=left), in_force)
    closed = settle(position, Opening(), in_force, (1, in_force.percentage) if in_force.percentage is not None else None)
    assert closed.liability_minor == 0
