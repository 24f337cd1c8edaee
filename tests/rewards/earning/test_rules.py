import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.earning.domain import Basket, Line, MalformedRule, Outcome, Rule, Why, compile_rule, evaluate


def rule(**definition: Any) -> Rule:
    whole = {"points": 1, "step_minor": 100} | definition
    return compile_rule(version_id=uuid.uuid4(), code="r", version=1, currency="points", definition=whole)


def basket(*lines: Line) -> Basket:
    return Basket(lines)


def line(price: int, *, category: str = "", paid: int | None = None, tax: int = 0) -> Line:
    return Line(category=category, sku="", price_minor=price, paid_minor=price if paid is None else paid, tax_minor=tax)


@pytest.mark.parametrize(
    ("definition", "prices", "units"),
    [
        ({}, [99], 0),
        ({}, [100], 1),
        ({}, [199, 1], 2),
        ({"rounding": "half_up"}, [149], 1),
        ({"rounding": "half_up"}, [150], 2),
        ({"rounding": "ceiling"}, [101], 2),
        ({"rounding": "ceiling"}, [100], 1),
        ({"scope": "line"}, [150, 150], 2),
        ({"scope": "purchase"}, [150, 150], 3),
        ({"points": 7, "step_minor": 250}, [1_000], 28),
    ],
)
def test_it_counts_whole_steps_as_declared(definition: dict[str, Any], prices: list[int], units: int) -> None:
    assert evaluate(basket(*(line(price) for price in prices)), [rule(**definition)]).units == {"points": units}


@pytest.mark.parametrize(("basis", "units"), [("gross", 10), ("paid", 8), ("net_of_tax", 7)])
def test_it_counts_on_the_declared_basis(basis: str, units: int) -> None:
    assert evaluate(basket(line(1_000, paid=800, tax=100)), [rule(basis=basis)]).units == {"points": units}


def test_it_leaves_out_excluded_categories_and_keeps_to_named_ones() -> None:
    mixed = basket(line(500, category="fuel"), line(300, category="bread"))

    assert evaluate(mixed, [rule(except_categories=["fuel"])]).units == {"points": 3}
    assert evaluate(mixed, [rule(only_categories=["fuel"])]).units == {"points": 5}


def test_it_says_why_and_how_much_is_missing() -> None:
    short, none, full = evaluate(basket(line(60)), [rule(), rule(only_categories=["fuel"]), rule(step_minor=50)]).outcomes

    assert (short.outcome, short.reason, short.missing_minor) == (Outcome.NOTHING, Why.STEP_NOT_REACHED, 40)
    assert (none.outcome, none.reason, none.basis_minor) == (Outcome.NOTHING, Why.NOTHING_ELIGIBLE, 0)
    assert (full.outcome, full.reason, full.units, full.missing_minor) == (Outcome.GAVE, Why.MATCHED, 1, 40)


def test_a_wrong_definition_names_every_wrong_key() -> None:
    wrong = {"points": 0, "step_minor": True, "basis": "net", "rounding": 1, "only_categories": "fuel", "bonus": 2}

    with pytest.raises(MalformedRule) as refusal:
        rule(**wrong)

    assert {error.pointer for error in refusal.value.errors} == {f"/{key}" for key in wrong}


_HOSTILE: list[Any] = [
    None,
    1.5,
    10**5_000,
    "1e5",
    "1_0",
    "sNaN",
    "\0",
    [],
    {},
    [[]],
    [{}],
    {"name": "a", "mode": []},
    {"lines": [], "op": {}},
]
_KEYS = ["kind", "trigger", "basis", "rounding", "scope", "phase", "points", "step_minor", "progressive", "where", "when", "group", "caps"]


@pytest.mark.parametrize("key", [*_KEYS, "order", "rate", "bands", "factor", "only_categories"])
@pytest.mark.parametrize("kind", ["per_step", "rate", "bands", "multiplier", "ceiling"])
def test_whatever_a_definition_holds_it_is_refused_or_understood(kind: str, key: str) -> None:
    own = {
        "rate": {"rate": "1"},
        "ceiling": {"rate": "1"},
        "bands": {"bands": [{"from_minor": 0, "rate": "1"}]},
        "multiplier": {"factor": "2"},
    }
    for value in _HOSTILE:
        definition = {"kind": kind} | own.get(kind, {"points": 1, "step_minor": 100}) | {key: value}
        if value in ([], None) and key in ("group", "caps", "only_categories"):
            continue
        with pytest.raises(MalformedRule):
            compile_rule(version_id=uuid.uuid4(), code="r", version=1, currency="points", definition=definition)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20), st.integers(1, 10**4))
def test_splitting_a_line_changes_nothing_when_steps_are_counted_on_the_purchase(prices: list[int], step: int) -> None:
    halves = [part for price in prices for part in (price // 2, price - price // 2)]
    counted = rule(step_minor=step)

    assert evaluate(basket(*map(line, prices)), [counted]).units == evaluate(basket(*map(line, halves)), [counted]).units
