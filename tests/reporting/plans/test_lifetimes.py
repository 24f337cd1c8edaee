"""Fees for life in the books: earned by the month over the expected life, new estimates for what is left, given back."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loyalty.kit.clock import add_months
from loyalty.kit.money import half_up
from reporting.plans.domain import Life, LifeFees, life_earned, months_passed, share_left
from reporting.plans.queries import deferred_by_days, deferred_in_books, fee_months, new_fees
from rewards.plans.domain import Term
from rewards.setups.domain import SetupKind
from tests.reporting.gift_cards.stage import CardShop
from tests.reporting.plans.stage import noon
from tests.rewards.plans.stage import bought, given_up, used
from tests.rewards.setups.stage import set_up

PLAN = {
    "variants": {"standard": {"life_minor": 12000}},
    "used": "by_days",
    "entitlements": {"delivery": {"name": "Free delivery"}},
}
JANUARY = dt.date(2025, 1, 1)


class LifeShop(CardShop):
    def __init__(self, life_months: int = 120) -> None:
        super().__init__()
        self.expect(life_months, JANUARY)

    def expect(self, life_months: int, on: dt.date) -> None:
        set_up(self.programme, SetupKind.PLAN, "prime", PLAN | {"life_months": life_months}, valid_from=on)

    def sell(self, month: int, day: int, name: str = "Ada"):
        member = self.shop.member(name, f"{name.lower()}@example.org")
        return bought(member, noon(month, day), f"S-{name}", term=Term.LIFE).subscription


def rows(stage, through):
    return [(row.month.month, row.paid, row.refunded, row.earned, row.closing) for row in fee_months(stage.programme, through)]


@pytest.mark.django_db
def test_each_month_of_its_life_earns_as_much_and_a_month_that_runs_its_days():
    """120.00 over ten years: 1.00 a month; bought on 11 January, 21 of 31 days of its first month have passed at the end of January."""
    stage = LifeShop()
    stage.sell(1, 11)

    assert rows(stage, dt.date(2025, 3, 10)) == [(1, 12000, 0, 68, 11932), (2, 0, 0, 96, 11836), (3, 0, 0, 36, 11800)]


@pytest.mark.django_db
def test_a_new_estimate_counts_for_what_is_left_and_for_memberships_that_there_were():
    stage = LifeShop(life_months=12)
    stage.sell(1, 1)
    stage.expect(23, dt.date(2025, 2, 1))

    assert [row[3] for row in rows(stage, dt.date(2025, 3, 31))] == [1000, 500, 500]


@pytest.mark.django_db
def test_a_life_that_is_over_already_leaves_nothing_to_earn():
    stage = LifeShop(life_months=12)
    stage.sell(1, 1)
    stage.expect(1, dt.date(2025, 3, 1))

    assert [row[3] for row in rows(stage, dt.date(2025, 4, 30))] == [1000, 1000, 10000, 0]


@pytest.mark.django_db
def test_a_version_that_says_nothing_of_it_leaves_what_was_expected():
    stage = LifeShop(life_months=12)
    stage.sell(1, 1)
    set_up(stage.programme, SetupKind.PLAN, "prime", {"variants": {"standard": {"year_minor": 900}}}, valid_from=dt.date(2025, 2, 1))

    assert [row[3] for row in rows(stage, dt.date(2025, 2, 28))] == [1000, 1000]


@pytest.mark.django_db
def test_what_does_not_go_back_is_earned_when_it_is_given_up_and_months_close_with_it():
    stage = LifeShop(life_months=12)
    row = stage.sell(1, 1)
    used(row.member, noon(1, 2))
    stage.sell(1, 1, "Grace")
    stage.close(1)
    back = given_up(row, noon(2, 9)).cancellation.refund_minor
    stage.close(2)

    assert back == half_up(Fraction(12000 * 325, 365))
    assert rows(stage, dt.date(2025, 2, 28)) == [(1, 24000, 0, 2000, 22000), (2, 0, back, 12000 - back, 10000)]
    assert deferred_in_books(stage.book) == deferred_by_days(stage.book, dt.date(2025, 2, 28)) == 10000
    assert new_fees(stage.book, dt.date(2025, 2, 28)) == {}


@pytest.mark.django_db
def test_it_is_rounded_once_for_all_of_a_programme():
    """0.05 each over ten months: a half of the smallest unit a month for each of two, one for both."""
    fees = LifeFees(JANUARY, JANUARY, None, 5, 0, [Life(JANUARY, 10)])

    assert [life_earned([fees, fees], dt.date(2025, 1, 31)), life_earned([fees], dt.date(2025, 1, 31))] == [1, 1]


DAY = some.integers(0, 900).map(lambda after: JANUARY + dt.timedelta(days=after))


@given(DAY, some.lists(some.tuples(DAY, some.integers(1, 60)), max_size=3, unique_by=lambda one: one[0]), DAY)
def test_it_is_earned_bit_by_bit_and_never_more_than_all(from_on, changes, day):
    """Against a sum day by day: each day takes its part of what is left, by the life that is expected on it."""
    lives = [Life(JANUARY - dt.timedelta(days=1), 24), *(Life(on, months) for on, months in sorted(changes))]

    found = share_left(from_on, lives, day)

    left, on = Fraction(1), from_on
    while on <= day and left:
        life = [one.months for one in lives if one.from_on <= on][-1]
        before, after = months_passed(from_on, on - dt.timedelta(days=1)), months_passed(from_on, on)
        left = Fraction(0) if after >= life else left * (life - after) / (life - before)
        on += dt.timedelta(days=1)
    assert found == left
    assert 0 <= share_left(from_on, lives, day + dt.timedelta(days=1)) <= found <= 1


@given(DAY, some.integers(0, 40))
def test_months_are_counted_from_the_first_day(from_on, months):
    through = add_months(from_on, months) - dt.timedelta(days=1)

    assert months_passed(from_on, through) == months
    assert months <= months_passed(from_on, through + dt.timedelta(days=1)) < months + 1
