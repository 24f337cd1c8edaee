"""Reasons in words."""

import uuid
from decimal import Decimal

import pytest
from django.utils import translation

from rewards.earning.domain import Basket, Line, compile_rule, evaluate
from rewards.earning.words import explain


def points(units):
    return f"{units} point" if units == 1 else f"{units} points"


def explained(definition, *lines):
    rule = compile_rule(version_id=uuid.uuid4(), code="r", version=1, currency="points", definition=definition)
    basket = Basket(tuple(Line(category, "", price, price) for category, price in lines))
    outcome = evaluate(basket, [rule]).as_json()[0]
    return explain(outcome, rule, name="Every pound", currency="GBP", write_points=points)


def test_it_says_what_counted_and_what_that_made():
    said = explained({"points": 1, "step_minor": 100}, ("Dairy", 1_240))

    assert (said.gave, said.units, said.amount) == (True, 12, "12 points")
    assert said.why == "£12.40 counted, which makes 12 points."
    assert said.terms == "1 point for every £1.00 paid in money."


def test_it_says_how_much_was_missing():
    said = explained({"points": 5, "step_minor": 1_000}, ("Dairy", 820))

    assert not said.gave
    assert said.why == "£8.20 counted. £1.80 more would have made 5 points."


def test_half_a_step_is_enough_where_halves_round_up():
    said = explained({"points": 5, "step_minor": 1_000, "rounding": "half_up"}, ("Dairy", 420))

    assert said.why == "£4.20 counted. £0.80 more would have made 5 points."


def test_it_says_when_nothing_counts_and_what_would():
    said = explained({"points": 1, "step_minor": 100, "only_categories": ["Fruit", "Bread"]}, ("Tobacco", 1_150))

    assert said.why == "Nothing on this receipt counts for it."
    assert said.terms == "1 point for every £1.00 paid in money. Only these count: Bread, Fruit."


@pytest.mark.parametrize(
    ("basis", "scope", "words"),
    [
        ("paid", "purchase", "2 points for every £5.00 paid in money."),
        ("paid", "line", "2 points for every £5.00 of each line paid in money."),
        ("gross", "purchase", "2 points for every £5.00 of the price."),
        ("gross", "line", "2 points for every £5.00 of each line."),
        ("net_of_tax", "purchase", "2 points for every £5.00 paid in money, without tax."),
        ("net_of_tax", "line", "2 points for every £5.00 of each line paid in money, without tax."),
    ],
)
def test_it_names_what_is_counted(basis, scope, words):
    said = explained({"points": 2, "step_minor": 500, "basis": basis, "scope": scope}, ("Dairy", 900))

    assert said.terms == words


def test_it_says_when_no_line_was_large_enough():
    said = explained({"points": 2, "step_minor": 500, "scope": "line"}, ("Dairy", 400), ("Bread", 300))

    assert said.why == "£7.00 counted, but no line came to £5.00."


@pytest.mark.parametrize(("language", "found"), [("en", "2.5, so 1,000.5 more"), ("tr", "2,5; 1.000,5 daha")])
def test_quantities_are_written_as_the_language_writes_numbers(language, found):
    when = {"field": "order.items", "op": "ge", "value": 1_003}
    rule = compile_rule(
        version_id=uuid.uuid4(), code="r", version=1, currency="points", definition={"kind": "fixed", "points": 1, "when": when}
    )
    outcome = evaluate(Basket((Line("", "", 1, 1, quantity=Decimal("2.500")),)), [rule]).as_json()[0]

    with translation.override(language):
        said = explain(outcome, rule, name="Many", currency="GBP", write_points=points)

    assert found in said.why


def test_a_ceiling_says_what_it_allows_and_what_it_cut():
    rules = [
        compile_rule(version_id=uuid.uuid4(), code=code, version=1, currency="points", definition=definition)
        for code, definition in (("base", {"points": 15, "step_minor": 100}), ("ten", {"kind": "ceiling", "rate": 10}))
    ]
    base, ten = evaluate(Basket((Line("", "", 2_000, 2_000),)), rules).as_json()

    def why(outcome, rule):
        return explain(outcome, rule, name="x", currency="GBP", write_points=points)

    assert why(base, rules[0]).why == "It would have made 300 points; the limit left 200 points."
    assert why(ten, rules[1]).why == "£20.00 counted, which allows 200 points; all rules together would have made 300 points."
    assert why(ten, rules[1]).terms == "The most that all rules give together: 10 points for every £1.00 paid in money."


def test_a_daily_group_says_that_one_rule_counts_a_day():
    group = {"name": "offers", "mode": "best", "per": "day"}

    said = explained({"kind": "fixed", "points": 5, "group": group}, ("Dairy", 100))

    assert said.terms.endswith("Of this group one rule counts a day, over all purchases of the day.")
