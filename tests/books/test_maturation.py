"""Points that wait for the end of a return window: the right exists from the sale, so maturing posts nothing."""

from decimal import Decimal

import pytest

from ledger.points import services as bank
from ledger.points.domain import Reason
from tests.books.cases import of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor, money

CASES = of_family("maturation")
RATE = Decimal("0.95")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_defers_at_the_sale_and_posts_nothing_when_points_mature(case):
    stage, units = Stage(["P1"]), int(case["inputs"]["points"])
    paid = minor(case["expected"]["journals"][0]["lines"][0]["debit"])
    stage.estimate("P1", RATE * 100, 100)
    matures_on = stage.day("P1", 5 + case["inputs"]["pending_days"])
    grant = stage.grant(stage.day("P1", 5), units, sale=stage.sale(paid, paid, RATE), matures_on=matures_on)
    stage.value("P1")
    before = stage.activity()

    bank.activate(lot=grant, settling=stage.taking(matures_on, units, Reason.MATURATION))
    stage.close("P1")

    effect = sum(abs(amount - before["P1"][account]) for account, amount in stage.activity()["P1"].items())
    assert_metrics({"gl_effect_at_maturation": money(effect)}, case["expected"]["metrics"])
    assert_journals(stage, case)
    assert_periods(stage, case)
