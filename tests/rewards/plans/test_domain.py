"""What a plan says, which days are paid for, and what goes back; pure."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rewards.plans.domain import FOREVER, Back, Days, MalformedPlan, Per, Shortfall, Term, paid_days, parse_plan
from tests.rewards.plans.stage import PRIME

YEAR = Days(dt.date(2024, 3, 12), dt.date(2025, 3, 12))
JUNE_20 = dt.date(2024, 6, 20)


def test_a_year_given_up_unused_goes_back_in_full_and_used_by_the_days_left():
    """139.00 from 12 March 2024, given up on 20 June: 101 of 365 days are used, 264 are left."""
    terms = parse_plan(PRIME)

    assert terms.refund(13900, YEAR, JUNE_20, is_unused=True) == 13900
    assert (YEAR.count, YEAR.left_after(JUNE_20)) == (365, 264)
    assert terms.refund(13900, YEAR, JUNE_20, is_unused=False) == 10054


def test_of_a_membership_for_life_the_months_that_it_was_expected_to_last_go_back():
    """1200.00 for an expected year from 12 March 2024: of its 365 days 264 are left after 20 June; after the year nothing is."""
    terms = parse_plan(PRIME | {"variants": {"standard": {"life_minor": 120000}}, "life_months": 12})
    life = paid_days(YEAR.from_on, Term.LIFE, 0)

    assert (life.to_on, life.are_for_life, YEAR.are_for_life) == (FOREVER, True, False)
    assert terms.refund(120000, life, JUNE_20, is_unused=False) == 86795
    assert terms.refund(120000, life, dt.date(2025, 3, 12), is_unused=False) == 0
    assert terms.refund(120000, life, dt.date(2090, 1, 1), is_unused=True) == 120000


def test_nothing_goes_back_where_the_plan_says_so_and_everything_of_what_has_not_begun():
    terms = parse_plan(PRIME | {"used": "none", "unused": "by_days"})

    assert terms.refund(13900, YEAR, JUNE_20, is_unused=False) == 0
    assert terms.refund(13900, YEAR, JUNE_20, is_unused=True) == 10054
    assert terms.refund(13900, YEAR, dt.date(2024, 3, 11), is_unused=False) == 13900


def test_what_goes_back_by_days_is_nothing_on_the_last_day_and_all_but_a_day_on_the_first():
    terms = parse_plan(PRIME)

    assert terms.refund(36500, YEAR, dt.date(2025, 3, 11), is_unused=False) == 0
    assert terms.refund(36500, YEAR, YEAR.from_on, is_unused=False) == 36400


@given(some.integers(0, 10**9), some.integers(0, 364))
def test_what_goes_back_by_days_falls_with_the_days_and_is_never_more_than_was_paid(paid, day):
    terms, on = parse_plan(PRIME), YEAR.from_on + dt.timedelta(days=day)

    now, later = (terms.refund(paid, YEAR, one, is_unused=False) for one in (on, min(on + dt.timedelta(days=1), dt.date(2025, 3, 11))))

    assert 0 <= later <= now <= paid


def test_months_are_counted_from_the_first_paid_day_so_that_their_ends_come_back():
    anchor = dt.date(2024, 1, 31)

    periods = [paid_days(anchor, Term.MONTH, before) for before in range(3)]

    assert [one.from_on for one in periods] == [anchor, dt.date(2024, 2, 29), dt.date(2024, 3, 31)]
    assert all(one.to_on == after.from_on for one, after in itertools.pairwise(periods))
    assert paid_days(dt.date(2024, 2, 29), Term.YEAR, 4).from_on == dt.date(2028, 2, 29)


def test_an_entitlement_counts_in_the_month_or_in_the_period():
    delivery, films = parse_plan(PRIME).entitlements.values()

    assert (delivery.per, films.per) == (Per.MONTH, Per.PERIOD)
    assert delivery.window_of(dt.date(2024, 3, 20), YEAR) == YEAR.from_on
    assert delivery.window_of(dt.date(2024, 4, 20), YEAR) == dt.date(2024, 4, 1)
    assert delivery.next_window(dt.date(2025, 3, 2), YEAR) == YEAR.to_on
    assert films.window_of(dt.date(2024, 4, 20), YEAR) == YEAR.from_on


def test_an_entitlement_says_why_it_does_not_apply():
    delivery, films = parse_plan(PRIME).entitlements.values()

    assert [delivery.shortfall(0, minor) for minor in (1199, 1200, None)] == [Shortfall.ORDER_TOO_SMALL, None, None]
    assert (delivery.shortfall(2, 1200), delivery.left(2)) == (Shortfall.USED_UP, 0)
    assert (films.shortfall(9_999, 1), films.left(9_999)) == (None, None)


def test_a_variant_is_for_whom_it_says():
    standard, student = parse_plan(PRIME).variants.values()

    assert [standard.is_for(of) for of in ({}, {"student": "yes"})] == [True, True]
    assert [student.is_for(of) for of in ({}, {"student": "no"}, {"student": "yes"})] == [False, False, True]


def test_a_plan_has_its_defaults():
    terms = parse_plan({"variants": {"standard": {"year_minor": 1}}})

    assert (terms.trial_days, terms.unused, terms.used, terms.late_days, terms.entitlements) == (0, Back.FULL, Back.BY_DAYS, 3, {})


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"variants": {}}, "/variants"),
        ({"variants": {"standard": {}}}, "/variants/standard/month_minor"),
        ({"variants": {"standard": {"month_minor": 0}}}, "/variants/standard/month_minor"),
        ({"variants": {"standard": {"month_minor": 1, "attribute": "student"}}}, "/variants/standard/is"),
        ({"variants": {"Standard": {"month_minor": 1}}}, "/variants/Standard"),
        ({"variants": []}, "/variants"),
        ({"unused": "half"}, "/unused"),
        ({"trial_days": -1}, "/trial_days"),
        ({"price": 5}, "/price"),
        ({"variants": {"standard": {"life_minor": 29900}}}, "/life_months"),
        ({"life_months": 0}, "/life_months"),
        ({"entitlements": {"films": {}}}, "/entitlements/films/name"),
        ({"entitlements": {"films": {"name": "Films", "most": 0}}}, "/entitlements/films/most"),
        ({"entitlements": {"films": {"name": "Films", "per": "week"}}}, "/entitlements/films/per"),
        ({"entitlements": {"films": {"name": "Films", "other_names": {"Turkish": "Filmler"}}}}, "/entitlements/films/other_names/Turkish"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(change, pointer):
    with pytest.raises(MalformedPlan) as raised:
        parse_plan(PRIME | change)

    assert pointer in {error.pointer for error in raised.value.errors}
