"""Rounding once per batch, by the difference of rounded running totals."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.books.domain import Profile
from ledger.points.domain import Sale
from ledger.valuation.domain import allocate_lines
from loyalty.kit.money import half_up
from tests.books.cases import Case, of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor, money

CASES = of_family("rounding")


def many_small_sales(case: Case) -> tuple[Stage, dict]:
    facts = case["inputs"]
    stage = Stage(["P1"], profile=Profile.OVERLAY, value_minor=Decimal(facts["value_per_point"]) * 100)
    units, rate, price = int(facts["points_each"]), Decimal(facts["urr"]), minor(facts["price"])
    stage.estimate("P1", rate * 100, 100)
    for _ in range(facts["sales"]):
        stage.grant(stage.day("P1"), units, sale=stage.sale(price, price, rate))
    stage.close("P1")
    exact = stage.allocations()[0].deferred / facts["sales"]
    batch, naive = stage.statement("P1").allocated_minor, half_up(exact) * facts["sales"]
    metrics = {
        "exact_per_sale": f"{exact / 100:.8f}",
        "batch": money(batch),
        "naive_wrong": money(naive),
        "drift_avoided": money(naive - batch),
    }
    return stage, metrics


def order_lines(case: Case) -> tuple[Stage, dict]:
    facts = case["inputs"]
    stage = Stage(["P1"])
    price, lines = minor(facts["transaction_price"]), [minor(line) for line in facts["line_ssps"]]
    sale = Sale(price, sum(lines), Decimal(facts["points_ssp"]) * 100 / 10)
    stage.grant(stage.day("P1"), 10, sale=sale)
    stage.close("P1")
    points = stage.statement("P1").allocated_minor
    return stage, {"points": money(points), "lines": [money(line) for line in allocate_lines(price, points, lines)]}


def telescope(case: Case) -> tuple[Stage, dict]:
    """The pool exists before the case begins, in a month of its own."""
    facts = case["inputs"]
    labels = [journal["period"] for journal in case["expected"]["journals"]]
    stage = Stage(["set-up", *labels], profile=Profile.OVERLAY)
    issued = int(facts["expected"])
    stage.estimate("set-up", Fraction(facts["expected"]), issued)
    stage.grant(stage.day("set-up"), issued, sale=Sale(2 * minor(facts["allocated"]), issued, Decimal(1)))
    stage.close("set-up")
    for label, units in zip(labels, facts["redemptions"], strict=True):
        stage.redeem(stage.day(label), int(units))
        stage.close(label)
    posted = [stage.statement(label).revenue_minor for label in labels]
    return stage, {"postings": [money(amount) for amount in posted], "total": money(sum(posted))}


def player(case: Case) -> Callable[[Case], tuple[Stage, dict]]:
    facts = case["inputs"]
    for name, play in (("sales", many_small_sales), ("line_ssps", order_lines), ("redemptions", telescope)):
        if name in facts:
            return play
    pytest.fail(f"Nobody plays a rounding case with {sorted(facts)}.")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_rounds_once(case):
    stage, metrics = player(case)(case)

    assert_journals(stage, case)
    assert_periods(stage, case)
    assert_metrics(metrics, case["expected"]["metrics"])
