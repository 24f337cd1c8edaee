"""Points that a member buys for money: the whole price is owed until the points are used, whatever a point is worth."""

from decimal import Decimal

import pytest

from ledger.books import chart
from ledger.points.domain import PointsPrice, Reason
from tests.books.cases import of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor

CASES = of_family("points_sold_to_member")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_defers_the_whole_price_and_releases_it_by_use(case):
    facts, stage = case["inputs"], Stage(["P1", "P2"])
    points = int(facts["points"])
    stage.estimate("P1", Decimal(facts["urr"]) * points, points)

    stage.grant(stage.day("P1"), points, reason=Reason.PURCHASED, sale=PointsPrice(minor(facts["price"])))
    stage.close("P1")
    stage.redeem(stage.day("P2"), int(facts["redeemed"]))
    stage.close("P2")

    assert_journals(stage, case)
    assert_periods(stage, case)
    assert_metrics({}, case["expected"]["metrics"])


@pytest.mark.django_db
def test_points_that_are_handed_back_give_their_price_back():
    stage = Stage(["P1"])
    bought = stage.grant(stage.day("P1"), 1_000, reason=Reason.PURCHASED, sale=PointsPrice(11_00))

    stage.take_back(stage.day("P1", 12), bought, 250, refunded_minor=2_75)
    stage.close("P1")

    moved = {account: amount for account, amount in stage.activity()["P1"].items() if amount}
    assert moved == {chart.CASH: 8_25, chart.POINTS_LIABILITY: -8_25}


@pytest.mark.django_db
def test_bought_points_and_earned_points_keep_to_their_own_pools():
    stage = Stage(["P1"])
    stage.grant(stage.day("P1"), 100, reason=Reason.PURCHASED, sale=PointsPrice(1_10))
    stage.grant(stage.day("P1"), 100, sale=stage.sale(100_00, 100_00, Decimal(1)))

    stage.value("P1")

    deferred = {row.pool.source_kind: row.deferred for row in stage.allocations()}
    assert deferred == {Reason.PURCHASED: 110, Reason.SALE: 5000}
