"""Points in the books: one pool on the stage of the worked cases, closed period by period."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from loyalty.kit.money import half_up
from tests.books.stage import Stage as Pool
from tests.books.stage import minor
from tests.books.test_cohort_points import play
from tests.scenarios.stage import Stage
from tests.scenarios.vocabulary import BOOKS, only

_ONE_YEAR = "year"


@BOOKS.given("sales|points|point_ssp|expected_redeemed|expected_redeemed_pct|percentages_rounded_to_whole")
def fact(stage: Stage, value: Any) -> None:
    stage.seen[stage.word] = value


@BOOKS.when(r"year\d+|\d{4}")
def year(stage: Stage, value: Mapping[str, int]) -> None:
    facts = only(value, "redeemed", "expected_total")
    expected = facts.get("expected_total", _expected(stage))
    period = {"period": stage.word, "points_redeemed": facts["redeemed"], "expected_total_redeemed": expected}
    stage.seen.setdefault("periods", []).append(period)


@BOOKS.when("redeem")
def redeem(stage: Stage, units: int) -> None:
    stage.seen["periods"] = [{"period": _ONE_YEAR, "points_redeemed": units, "expected_total_redeemed": _expected(stage)}]


@BOOKS.then("allocated")
def allocated(stage: Stage, expected: Mapping[str, Any]) -> None:
    points = _pool(stage).statement(_labels(stage)[0]).allocated_minor
    goods = minor(stage.seen["sales"]) - points
    _agree({"goods": goods, "points": points}, only(expected, "goods", "points"))


@BOOKS.then("revenue")
def revenue(stage: Stage, expected: Mapping[str, Any]) -> None:
    """What each year released, with the catch-up of its new estimate."""
    _agree({label: _pool(stage).statement(label).revenue_minor for label in _labels(stage)}, expected)


@BOOKS.then("revenue_on_redemption")
def revenue_on_redemption(stage: Stage, expected: Any) -> None:
    _agree({"": _pool(stage).statement(_ONE_YEAR).revenue_minor}, {"": expected})


@BOOKS.then(r"liability|liability_end_year\d+")
def liability(stage: Stage, expected: Any) -> None:
    label = stage.word.removeprefix("liability_end_") if stage.word != "liability" else _ONE_YEAR
    _agree({"": _pool(stage).statement(label).liability_minor}, {"": expected})


@BOOKS.then("liability_end")
def liability_end(stage: Stage, expected: list[Any]) -> None:
    _agree({n: _pool(stage).statement(label).liability_minor for n, label in enumerate(_labels(stage))}, dict(enumerate(expected)))


def _agree(found: Mapping[Any, int], expected: Mapping[Any, Any]) -> None:
    """Figures with cents are exact; whole ones are rounded half up, as they were published."""
    rounded = {name: half_up(Fraction(found[name], 100)) * 100 if isinstance(of, int) else found[name] for name, of in expected.items()}
    assert rounded == {name: minor(of) for name, of in expected.items()}


def _expected(stage: Stage) -> int:
    seen = stage.seen
    return seen.get("expected_redeemed") or seen["points"] * seen["expected_redeemed_pct"] // 100


def _labels(stage: Stage) -> list[str]:
    return [period["period"] for period in stage.seen["periods"]]


def _pool(stage: Stage) -> Pool:
    """Play all periods once; a share in whole percents is a policy of the book."""
    if "pool" not in stage.seen:
        facts = {
            "transaction_price": stage.seen["sales"],
            "goods_standalone_price": stage.seen["sales"],
            "value_per_point": stage.seen["point_ssp"],
            "points_issued": stage.seen["points"],
            "expected_redeemed_at_inception": _expected(stage),
            "periods": stage.seen["periods"],
        }
        decimals = 2 if stage.seen.get("percentages_rounded_to_whole") else None
        stage.seen["pool"] = play(facts, ratio_decimals=decimals)
    pool: Pool = stage.seen["pool"]
    return pool
