"""One pool, redeemed over some periods, re-estimated and lapsed: IFRS 15 Example 52 and its relatives."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from loyalty.kit.money import half_up
from tests.books.cases import Case, of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods, figures_of
from tests.books.stage import Stage, minor, money

CASES = of_family("cohort_points")


def described(case: Case) -> dict:
    """The facts of a case with the names of the longer form."""
    facts = dict(case["inputs"])
    if "periods" not in facts:
        facts["goods_standalone_price"] = facts["transaction_price"]
        facts["expected_redeemed_at_inception"] = facts["expected_redeemed"]
        facts["periods"] = [{"period": "P1", "points_redeemed": facts["redeemed"], "expected_total_redeemed": facts["expected_redeemed"]}]
    return facts


def ratio_policy(facts: dict) -> int | None:
    """Which rounding of the points' share makes the allocation that the case was published with? None: no rounding."""
    override = facts.get("allocation_override")
    if override is None:
        return None
    price, goods = Fraction(facts["transaction_price"]), Fraction(facts["goods_standalone_price"])
    points = Fraction(facts["value_per_point"]) * Fraction(facts["expected_redeemed_at_inception"])
    share = points / (goods + points)
    for decimals in (None, 2, 3, 4, 1):
        rounded = share if decimals is None else Fraction(half_up(share * 10**decimals), 10**decimals)
        if half_up(price * rounded * 100) == minor(override):
            return decimals
    pytest.fail(f"No policy on rounding the share gives an allocation of {override}.")


def play(facts: dict, *, ratio_decimals: int | None) -> Stage:
    labels = [period["period"] for period in facts["periods"]]
    stage = Stage(labels, ratio_decimals=ratio_decimals, value_minor=Decimal(facts["value_per_point"]) * 100)
    issued, redeemed = int(facts["points_issued"]), 0
    rate = Decimal(facts["expected_redeemed_at_inception"]) / issued
    sale = stage.sale(minor(facts["transaction_price"]), minor(facts["goods_standalone_price"]), rate)
    expected = facts["expected_redeemed_at_inception"]
    stage.estimate(labels[0], Fraction(expected), issued)
    stage.grant(stage.day(labels[0], 5), issued, sale=sale, expires_on=lapses_on(stage, facts))
    for period in facts["periods"]:
        label, units = period["period"], int(period["points_redeemed"])
        redeemed += units
        if units:
            stage.redeem(stage.day(label), units)
        is_lapse = int(period["expected_total_redeemed"]) == redeemed
        if period["expected_total_redeemed"] != expected and not is_lapse:
            expected = period["expected_total_redeemed"]
            stage.estimate(label, Fraction(expected), issued)
        stage.close(label)
    return stage


def lapses_on(stage: Stage, facts: dict):
    """When a period expects no more than was redeemed, the rest of the points lapses on its last day."""
    redeemed = 0
    for period in facts["periods"]:
        redeemed += int(period["points_redeemed"])
        if int(period["expected_total_redeemed"]) == redeemed:
            return stage.last(period["period"])
    return None


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_posts_the_published_figures(case):
    facts = described(case)

    stage = play(facts, ratio_decimals=ratio_policy(facts))

    assert_journals(stage, case)
    assert_periods(stage, case)
    metrics = case["expected"]["metrics"]
    for name, value in metrics.items():
        match name:
            case "allocation":
                assert_metrics(allocation_figures(stage, facts), value)
            case "by_period":
                assert_metrics({label: figures_of(stage, label) for label in value}, value)
            case "published_whole_units":
                assert_metrics({figure: whole(stage, figure) for figure in value}, value)
            case _ if name.startswith("wrong"):
                assert value not in {money(stage.statement(stage.labels[0]).revenue_minor), allocation_figures(stage, facts)["points"]}
            case "correct_revenue":
                assert money(stage.statement(stage.labels[0]).revenue_minor) == value
            case "correct_liability":
                assert money(stage.statement(stage.labels[0]).liability_minor) == value
            case _:
                pytest.fail(f"Nobody computes the metric {name}.")


def allocation_figures(stage: Stage, facts: dict) -> dict[str, str]:
    """`points_exact` is the allocation before any policy rounds the share, so it comes from an exact book."""
    rate = Decimal(facts["expected_redeemed_at_inception"]) / int(facts["points_issued"])
    ssp = stage.value_minor * rate * int(facts["points_issued"])
    allocated = stage.statement(stage.labels[0]).allocated_minor
    exact = play({**facts, "periods": facts["periods"][:1]}, ratio_decimals=None).allocations()[0].deferred / 100
    return {
        "points_ssp": money(int(ssp)),
        "points": money(allocated),
        "goods": money(minor(facts["transaction_price"]) - allocated),
        "points_exact": f"{exact.quantize(Decimal('0.000001'), ROUND_HALF_UP)}",
    }


def whole(stage: Stage, figure: str) -> str:
    """A published figure in whole currency units."""
    label, _, name = figure.partition("_")
    if not name:
        allocated = stage.statement(stage.labels[0]).allocated_minor
        paid = -sum(amounts["4000"] + amounts["2100"] + amounts["4010"] for amounts in stage.activity().values())
        amount = allocated if figure == "points" else paid - allocated
    else:
        statement = stage.statement(label)
        amount = {"revenue": statement.revenue_minor, "liability": statement.liability_minor}[name]
    return str(half_up(Fraction(amount, 100)))
