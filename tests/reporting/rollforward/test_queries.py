import itertools
from decimal import Decimal

import pytest

from ledger.books.domain import Profile
from ledger.books.models import Journal
from ledger.books.queries import account_balance
from ledger.books.services import reverse_journal
from reporting.rollforward.queries import money_by_period, money_by_pool, points_by_month, points_by_period, points_by_pool
from tests.books.stage import Stage

pytestmark = pytest.mark.django_db
RATE = Decimal("0.95")


@pytest.fixture
def stage():
    stage = Stage(["P1", "P2", "P3"], profile=Profile.OVERLAY)
    stage.estimate("P1", 95, 100)
    first = stage.grant(stage.day("P1"), 1_000, sale=stage.sale(10_000, 10_000, RATE), expires_on=stage.day("P3", 5))
    stage.redeem(stage.day("P1", 12), 400)
    stage.close("P1")
    stage.grant(stage.day("P2"), 500, sale=stage.sale(10_000, 10_000, RATE))
    stage.take_back(stage.day("P2", 12), first, 100, 0)
    stage.redeem(stage.day("P2", 14), 100)
    stage.close("P2")
    stage.close("P3")
    return stage


def amounts(row):
    return row.opening, row.issued, row.reversed, row.redeemed, row.expired, row.adjusted, row.closing


def test_points_roll_from_opening_to_closing(stage):
    rows = points_by_period(stage.book)

    assert [amounts(row) for row in rows[:3]] == [
        (0, 1_000, 0, 400, 0, 0, 600),
        (600, 500, 100, 100, 0, 0, 900),
        (900, 0, 0, 0, 400, 0, 500),
    ]


def test_points_of_pools_add_up_to_the_period(stage):
    by_pool = [row for row in points_by_pool(stage.book) if f"{row.starts_on:%m}" == "02"]

    assert [(row.pool.grant_month.month, row.opening, row.closing) for row in by_pool] == [(1, 600, 400), (2, 0, 500)]


def test_points_by_month_need_no_close(stage):
    stage.redeem(stage.first("P3"), 50)

    assert [amounts(row) for row in points_by_month(stage.unit)][1:] == [
        (600, 500, 100, 100, 0, 0, 900),
        (900, 0, 0, 50, 400, 0, 450),
    ]


def test_money_rolls_and_ties_to_the_liability_account(stage):
    rows = money_by_period(stage.book)

    for row, following in itertools.pairwise(rows):
        assert row.closing == following.opening
    assert rows[2].closing == -account_balance(stage.book, "2100") > 0
    assert rows[2].expiry > 0
    assert rows[1].returned > 0
    assert rows[2].revenue_from_opening == rows[2].recognised


def test_a_reversal_leaves_the_roll_forward_tied(stage):
    journal = Journal.objects.filter(book=stage.book, event_type="redemption").first()
    reverse_journal(journal=journal, at=stage.at)

    assert money_by_period(stage.book)[-1].closing == -account_balance(stage.book, "2100")


def test_new_pools_have_no_revenue_from_the_opening_balance(stage):
    new = [row for row in money_by_pool(stage.book) if row.starts_on == row.pool.grant_month]

    assert {row.revenue_from_opening for row in new} == {0}
