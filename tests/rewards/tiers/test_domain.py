"""When a tier is reached, lost, and how long it lasts."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from rewards.tiers import domain
from rewards.tiers.domain import Fact, KeepsThrough, StandingReason, Stay, Step

BRONZE, SILVER, GOLD = Step(1, "bronze", 1, 0), Step(2, "silver", 2, 1_000), Step(3, "gold", 3, 3_000)
LADDER = (BRONZE, SILVER, GOLD)
REACHED, RETURNED, NEW_YEAR = StandingReason.REACHED, StandingReason.RETURNED, StandingReason.NEW_YEAR

levels = st.none() | st.integers(0, 5_000)
ladders = st.lists(st.integers(0, 5_000), min_size=1, max_size=6, unique=True).map(
    lambda thresholds: tuple(Step(rank, f"t{rank}", rank, minor) for rank, minor in enumerate(sorted(thresholds), start=1))
)


def reached(step, on, through, year=None):
    return Fact(step.tier, step.rank, year or on.year, on, through, REACHED)


def lost(step, on, year=None):
    return Fact(step.tier, step.rank, year or on.year, on, None, RETURNED)


def test_the_first_purchase_reaches_a_tier_without_threshold_even_if_it_was_free():
    assert domain.crossings(None, 0, LADDER) == [BRONZE]


def test_a_cent_too_few_reaches_nothing():
    assert domain.crossings(0, 999, LADDER) == []
    assert domain.crossings(999, 1_000, LADDER) == [SILVER]


def test_one_purchase_may_reach_several_tiers_lowest_first():
    assert domain.crossings(None, 3_000, LADDER) == [BRONZE, SILVER, GOLD]


def test_taking_everything_back_loses_every_tier_highest_first():
    assert domain.losses(3_000, None, LADDER) == [GOLD, SILVER, BRONZE]


@given(levels, levels, ladders)
def test_what_is_crossed_upwards_is_lost_downwards(low, high, ladder):
    assert domain.crossings(low, high, ladder) == domain.losses(high, low, ladder)[::-1]


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=8), ladders)
def test_each_tier_is_crossed_once_on_a_rising_way_however_it_is_cut(amounts, ladder):
    crossed, before, total = [], None, 0
    for amount in amounts:
        total += amount
        crossed += domain.crossings(before, total, ladder)
        before = total

    assert crossed == domain.crossings(None, total, ladder)


@given(st.lists(st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 2_000)), max_size=8), ladders)
def test_the_days_of_reaching_do_not_depend_on_the_order_of_arrival(days, ladder):
    exact = domain.days_reached(days, ladder)

    assert exact == domain.days_reached(reversed(days), ladder)
    assert [day for _step, day in exact] == sorted(day for _step, day in exact)
    for step, day in exact:
        assert sum(amount for on, amount in days if on <= day) >= step.threshold_minor


def test_a_tier_is_kept_through_this_year_or_the_next():
    assert domain.kept_through(2026, KeepsThrough.END_OF_YEAR) == dt.date(2026, 12, 31)
    assert domain.kept_through(2026, KeepsThrough.END_OF_NEXT_YEAR) == dt.date(2027, 12, 31)


def test_the_higher_tier_counts_while_both_last():
    gold = reached(GOLD, dt.date(2026, 5, 1), dt.date(2027, 12, 31))
    bronze = reached(BRONZE, dt.date(2027, 1, 3), dt.date(2028, 12, 31))
    standing = domain.periods([gold, bronze])

    assert domain.best_on(standing, dt.date(2026, 4, 30)) is None
    assert domain.best_on(standing, dt.date(2027, 12, 31)).tier == GOLD.tier
    assert domain.best_on(standing, dt.date(2028, 1, 1)).tier == BRONZE.tier
    assert domain.best_on(standing, dt.date(2029, 1, 1)) is None


def test_history_tells_reaching_losing_and_the_turn_of_the_year():
    through = dt.date(2027, 12, 31)
    facts = [
        reached(BRONZE, dt.date(2026, 1, 2), through),
        reached(SILVER, dt.date(2026, 3, 1), through),
        lost(SILVER, dt.date(2026, 3, 10)),
        reached(SILVER, dt.date(2026, 6, 1), through),
        reached(BRONZE, dt.date(2027, 2, 1), dt.date(2028, 12, 31)),
    ]

    assert domain.timeline(facts) == [
        Stay(1, dt.date(2026, 1, 2), dt.date(2026, 2, 28), REACHED),
        Stay(2, dt.date(2026, 3, 1), dt.date(2026, 3, 9), REACHED),
        Stay(1, dt.date(2026, 3, 10), dt.date(2026, 5, 31), RETURNED),
        Stay(2, dt.date(2026, 6, 1), dt.date(2027, 12, 31), REACHED),
        Stay(1, dt.date(2028, 1, 1), dt.date(2028, 12, 31), NEW_YEAR),
        Stay(None, dt.date(2029, 1, 1), None, NEW_YEAR),
    ]


def test_a_tier_lost_on_the_day_it_was_reached_leaves_no_trace_in_history():
    day = dt.date(2026, 3, 1)

    assert domain.timeline([reached(SILVER, day, dt.date(2026, 12, 31)), lost(SILVER, day)]) == []


def test_a_loss_of_one_year_leaves_the_tier_of_another_year():
    facts = [
        reached(SILVER, dt.date(2025, 3, 1), dt.date(2026, 12, 31)),
        reached(SILVER, dt.date(2026, 3, 1), dt.date(2027, 12, 31)),
        lost(SILVER, dt.date(2026, 4, 1), year=2026),
    ]

    assert domain.best_on(domain.periods(facts), dt.date(2026, 5, 1)).year == 2025
    assert domain.best_on(domain.periods(facts), dt.date(2027, 1, 1)) is None
