"""The director's figures of the real trade, held against a plain recomputation from the receipts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable

import pytest

from accounts.programmes.models import Programme
from loyalty.shell.trade.reading import Basket, Parameters
from reporting.cohorts.domain import Began
from reporting.cohorts.queries import retention
from reporting.insights.domain import stretch_of
from reporting.insights.queries import overview
from tests.trade.conftest import replay

pytestmark = pytest.mark.slow

LAST_DAY = dt.date(2017, 12, 31)


def month_of(basket: Basket) -> dt.date:
    return basket.at.date().replace(day=1)


def test_cohorts_and_active_members_are_those_of_the_receipts(
    open_trade: Callable[[int], Programme], parameters: Parameters, baskets: list[Basket]
) -> None:
    programme = open_trade(parameters.expiry_months)
    replay(programme, parameters, baskets, redeem=False, close=False)

    triangle = retention(programme, LAST_DAY, began=Began.BOUGHT, months=12)
    shown = overview(programme, LAST_DAY, stretch=stretch_of("2017-Q4", LAST_DAY))

    assert [(one.month, one.size, list(one.bought)) for one in triangle.cohorts] == by_hand(baskets)
    recent = {basket.household for basket in baskets if basket.at.date() > LAST_DAY - dt.timedelta(days=90)}
    quarter = [basket for basket in baskets if basket.at.date() >= dt.date(2017, 10, 1)]
    assert shown.active.in_90_days == len(recent)
    assert shown.active.in_365_days == len({basket.household for basket in baskets})
    assert (shown.total.buyers, shown.total.price_minor) == (len({one.household for one in quarter}), sum(one.cents for one in quarter))
    days = defaultdict(set)
    for basket in quarter:
        days[basket.household].add(basket.at.date())
    assert shown.total.returning == sum(len(of) > 1 for of in days.values())


def by_hand(baskets: list[Basket]) -> list[tuple[dt.date, int, list[int]]]:
    """Cohorts of first purchases: month, members, and how many of them bought in it and in each month since."""
    months = defaultdict(set)
    for basket in baskets:
        months[basket.household].add(month_of(basket))
    starts = sorted({month_of(basket) for basket in baskets})
    found = []
    for start in starts:
        cohort = [of for of in months.values() if min(of) == start]
        if cohort:
            found.append((start, len(cohort), [sum(month in of for of in cohort) for month in starts if month >= start]))
    return found
