"""How other points would have been redeemed, and figures that add up."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rewards.backtests.domain.figures import added, nested
from rewards.backtests.domain.redeeming import follow, rate_of, sums_of

months = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 300)), min_size=1, max_size=18)


def test_a_member_goes_on_redeeming_the_share_that_they_redeemed():
    live, draft = follow([100, 100], [200, 200], [50, 75], lives_months=(None, None))

    assert live.redeemed == (50, 75) and live.left == 75
    assert draft.redeemed == (100, 150) and draft.left == 150


def test_more_than_was_earned_in_these_months_cannot_be_redeemed_of_it():
    live, draft = follow([10], [20], [1_000], lives_months=(None, None))

    assert live.redeemed == (10,) and draft.redeemed == (20,)


def test_who_had_nothing_redeems_nothing():
    _live, draft = follow([0, 0], [30, 0], [0, 40], lives_months=(None, None))

    assert draft.redeemed == (0, 0) and draft.left == 30


def test_points_lapse_when_their_months_are_over():
    live, draft = follow([100, 0, 0, 0], [40, 0, 0, 0], [60, 0, 0, 0], lives_months=(2, 2))

    assert live.lapsed == (0, 0, 0, 40) and live.left == 0
    assert draft.redeemed == (24, 0, 0, 0) and draft.lapsed == (0, 0, 0, 16)


def test_what_came_back_is_taken_from_the_newest():
    live, _draft = follow([100, -30, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], lives_months=(2, 2))

    assert live.lapsed == (0, 0, 0, 70)


@given(months)
def test_points_are_redeemed_lapse_or_are_left(rows):
    earned, other, redeemed = ([row[place] for row in rows] for place in range(3))

    for of, given_units in zip(follow(earned, other, redeemed, lives_months=(3, 3)), (earned, other), strict=True):
        assert sum(of.redeemed) + sum(of.lapsed) + of.left == sum(given_units)


@given(months)
def test_the_same_rules_are_followed_by_the_same(rows):
    earned, _other, redeemed = ([row[place] for row in rows] for place in range(3))

    live, draft = follow(earned, earned, redeemed, lives_months=(3, 3))

    assert live == draft


def test_the_interval_holds_the_rate_and_narrows_with_members():
    few = added([sums_of(100, 50), sums_of(200, 20)])
    many = added([sums_of(100, 50), sums_of(200, 20)] * 100)

    assert rate_of(few).value == rate_of(many).value == 70 / 300
    assert rate_of(few).low <= rate_of(many).low < 70 / 300 < rate_of(many).high <= rate_of(few).high
    assert rate_of(sums_of(100, 50)).low is None and rate_of({}).value == 0


@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9))), max_size=6))
def test_parts_add_up_to_the_whole(parts):
    whole, apart = Counter(), []
    for part in parts:
        own = Counter()
        for name, value in part:
            own["x", name] += value
            whole["x", name] += value
        apart.append(nested(own))

    assert added(apart) == nested(whole)


def test_what_is_counted_by_its_names_stands_under_them():
    assert nested({("lines",): 2, ("months", "2026-01", "spend"): 5, ("months", "2026-01", "live", "points"): 0}) == {
        "lines": 2,
        "months": {"2026-01": {"spend": 5, "live": {"points": 0}}},
    }


def test_the_extremes_of_all_parts_are_kept():
    parts = [{"winners": [[value, f"m{value}"]]} for value in range(40)]

    assert [row[0] for row in added(parts)["winners"]] == list(range(39, 19, -1))


def test_points_of_both_rules_lapse_after_their_own_months():
    live, draft = follow([100, 0, 0, 0], [100, 0, 0, 0], [0, 0, 0, 0], lives_months=(2, 1))

    assert (live.lapsed, draft.lapsed) == ((0, 0, 0, 100), (0, 0, 100, 0))
