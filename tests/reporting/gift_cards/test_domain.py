from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.gift_cards.domain import Judgement, Moves, Posted, Statement


def judged(percentage=None, unclaimed="0"):
    return Judgement(1, None if percentage is None else Decimal(percentage), Decimal(unclaimed))


@pytest.mark.parametrize(
    ("moves", "judgement", "breakage", "unclaimed"),
    [
        (Moves(sold=100_000, paid=54_000), judged("90"), 6_000, 0),  # 100.00 x 540 / 900
        (Moves(sold=10_000, paid=4_500), judged("90"), 500, 0),
        (Moves(sold=10_000, paid=9_000), judged("90"), 1_000, 0),
        (Moves(sold=10_000, paid=9_500), judged("90"), 500, 0),  # more was spent than expected: nothing is left to earn
        (Moves(sold=10_000), judged("90"), 0, 0),
        (Moves(sold=10_000), judged("0"), 0, 0),  # nothing was spent, so no proportion
        (Moves(sold=10_000, paid=4_500), judged(), 0, 0),
        (Moves(sold=500_000, paid=455_000, lapsed=45_000), judged(unclaimed="40"), 27_000, 18_000),
        (Moves(sold=10_000, paid=4_500, lapsed=5_500), judged("90", "100"), 0, 5_500),
        (Moves(sold=10_000, paid=4_500), judged("90", "100"), 0, 0),
        (Moves(sold=10_000, paid=5_000, given_back=500, lapsed=800), judged("90"), 800, 0),  # what ran out is earned at once
    ],
)
def test_it_earns_in_proportion_and_at_least_what_ran_out(moves, judgement, breakage, unclaimed):
    assert (moves.breakage(judgement), moves.unclaimed(judgement)) == (breakage, unclaimed)


@given(
    st.integers(1, 10**9),
    st.integers(0, 100),
    st.integers(0, 100),
    st.decimals(0, 100, places=4) | st.none(),
    st.decimals(0, 100, places=4),
)
def test_what_is_owed_lies_between_nothing_and_what_is_on_the_cards_and_is_nothing_when_all_are_empty(
    sold, spent, lapsed, percentage, share
):
    paid = sold * spent // 100
    moves = Moves(sold=sold, paid=paid, lapsed=(sold - paid) * lapsed // 100)
    judgement = Judgement(1, percentage, share)

    statement = Statement(moves, moves, judgement, Posted())

    assert 0 <= statement.liability_minor <= moves.on_cards
    assert moves.on_cards or statement.liability_minor == 0


def test_months_of_a_cohort_add_up():
    assert Moves(sold=5, paid=1) + Moves(paid=2, given_back=1, lapsed=1) == Moves(5, 3, 1, 1)
