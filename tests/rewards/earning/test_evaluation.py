"""What kinds of rules give, and how they stand to each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.earning.domain import Why, evaluate
from rewards.earning.domain.rulebook import Rulebook
from tests.rewards.earning.stage import LINES, RULE_SETS, basket, line, rule


def units(seen, *rules):
    return [outcome.units for outcome in evaluate(seen, rules).outcomes]


def reasons(seen, *rules):
    return [outcome.reason for outcome in evaluate(seen, rules).outcomes]


CART = basket(line(1_200, sku="123", flags=frozenset({"red"})), line(10_000, sku="000"), line(4_000, sku="0001"))


@pytest.mark.parametrize(
    ("definition", "scale", "given"),
    [
        ({"kind": "fixed", "points": 10}, 0, 10),
        ({"kind": "fixed", "points": 10, "scope": "line"}, 0, 30),
        ({"kind": "fixed", "points": "2.50"}, 2, 250),
        ({"kind": "per_unit", "points": 35}, 0, 105),
        ({"kind": "rate", "rate": "1.2"}, 0, 182),
        ({"kind": "rate", "rate": "0.05"}, 2, 760),
        ({"kind": "rate", "rate": "0.0333", "scope": "line"}, 0, 4),
        ({"kind": "bands", "bands": [{"from_minor": 0, "rate": "1"}, {"from_minor": 10_000, "rate": "2"}]}, 0, 304),
        ({"kind": "bands", "bands": [{"from_minor": 0, "rate": "1"}, {"from_minor": 10_000, "rate": "2"}], "progressive": True}, 0, 204),
        ({"kind": "bands", "bands": [{"from_minor": 20_000, "rate": "1"}]}, 0, 0),
    ],
)
def test_each_kind_gives_what_it_says(definition, scale, given):
    assert units(CART, rule(scale=scale, **definition)) == [given]


def test_it_gives_nothing_for_an_empty_basket():
    assert units(basket(), rule(kind="fixed", points=10), rule(kind="per_unit", points=1)) == [0, 0]


@pytest.mark.parametrize(
    ("definitions", "total"),
    [
        ([{"points": 4}], 608),
        ([{"points": 4, "where": {"none": [{"field": "flags", "op": "has", "value": "red"}]}}], 560),
        ([{"points": 10}, {"points": 4}], 2_128),
        ([{"points": 4}, {"kind": "multiplier", "factor": 3, "where": {"field": "sku", "op": "eq", "value": "123"}}], 704),
        ([{"points": 4, "when": {"field": "order.price", "op": "ge", "value": 10_000}}], 608),
        ([{"points": 4, "when": {"field": "order.price", "op": "ge", "value": 30_000}}], 0),
    ],
)
def test_rules_add_up(definitions, total):
    rules = [rule(f"r{place}", **definition) for place, definition in enumerate(definitions)]

    assert evaluate(CART, rules).units == {"points": total}


def test_a_multiplier_leaves_bonus_rules_and_other_currencies_alone():
    base, bonus = rule("base"), rule("bonus", kind="fixed", points=500, phase="bonus")
    other, double = rule("other", currency="stars"), rule("double", kind="multiplier", factor=2)

    assert units(CART, base, bonus, other, double) == [152, 500, 152, 152]


def test_two_multipliers_add_to_each_other():
    assert units(CART, rule("base"), rule("double", kind="multiplier", factor=2), rule("triple", kind="multiplier", factor=3)) == [
        152,
        152,
        304,
    ]


def test_a_multiplier_of_nothing_says_so():
    assert reasons(CART, rule("double", kind="multiplier", factor=2)) == [Why.NOTHING_TO_MULTIPLY]


@pytest.mark.parametrize(("mode", "given"), [("all", [5, 9, 7]), ("first", [5, 0, 0]), ("best", [0, 9, 0])])
def test_a_group_chooses_among_its_rules(mode, given):
    group = {"name": "g", "mode": mode}
    rules = [rule(f"r{place}", kind="fixed", points=points, order=place, group=group) for place, points in enumerate((5, 9, 7))]

    assert units(CART, *rules) == given
    assert units(CART, *reversed(rules)) == given[::-1]


def test_first_means_the_first_that_gives():
    never = rule(
        "never", kind="fixed", points=5, order=1, group={"name": "g", "mode": "first"}, when={"lines": "count", "op": "ge", "value": 9}
    )
    second = rule("second", kind="fixed", points=3, order=2, group={"name": "g", "mode": "first"})

    assert units(CART, never, second) == [0, 3]


def test_an_exclusive_rule_silences_its_phase_only_when_it_gives():
    lone = {"kind": "fixed", "points": 2, "group": {"name": "lone", "mode": "exclusive"}}
    plain, bonus = rule("plain"), rule("bonus", kind="fixed", points=1, phase="bonus")

    assert units(CART, plain, bonus, rule("lone", **lone)) == [0, 1, 2]
    assert units(CART, plain, bonus, rule("lone", **lone, when={"lines": "count", "op": "ge", "value": 9})) == [152, 1, 0]


def test_what_another_rule_took_the_place_of_says_so():
    group = {"name": "g", "mode": "best"}
    lesser, _best = evaluate(
        CART, [rule("a", kind="fixed", points=1, group=group), rule("b", kind="fixed", points=2, group=group)]
    ).outcomes

    assert (lesser.reason, lesser.units, lesser.before_cap) == (Why.ANOTHER_RULE_COUNTED, 0, 1)


@pytest.mark.parametrize(
    ("cap", "used", "given", "reason"),
    [
        ({"units": 200, "per": "purchase"}, {}, 152, Why.MATCHED),
        ({"units": 100, "per": "purchase"}, {}, 100, Why.CAPPED),
        ({"units": 200, "per": "day"}, {"r:units:day": 100}, 100, Why.CAPPED),
        ({"units": 200, "per": "day"}, {"r:units:day": 200}, 0, Why.CAP_REACHED),
        ({"units": 200, "per": "day"}, {"r:units:day": 250}, 0, Why.CAP_REACHED),
        ({"uses": 2, "per": "lifetime"}, {"r:uses:lifetime": 1}, 152, Why.MATCHED),
        ({"uses": 2, "per": "lifetime"}, {"r:uses:lifetime": 2}, 0, Why.CAP_REACHED),
    ],
)
def test_a_cap_reduces_what_is_given(cap, used, given, reason):
    outcome = evaluate(basket(*CART.lines, used=used), [rule(caps=[cap])]).outcomes[0]

    assert (outcome.units, outcome.reason) == (given, reason)
    assert outcome.before_cap == (None if reason is Why.MATCHED else 152)


def test_a_condition_that_was_missed_is_told_with_the_shortfall():
    outcome = evaluate(CART, [rule(when={"field": "order.price", "op": "ge", "value": 20_000})]).outcomes[0]

    assert outcome.reason is Why.CONDITION_NOT_MET
    assert outcome.as_json()["miss"]["missing"] == 4_800


def sku_rules(count):
    return [rule(f"s{place}", kind="fixed", points=1, where={"field": "sku", "op": "eq", "value": f"S{place}"}) for place in range(count)]


def test_ten_thousand_rules_are_found_by_what_the_basket_holds():
    many = sku_rules(10_000)
    coded = rule("code", kind="fixed", points=7, when={"field": "order.codes", "op": "has", "value": "X"})
    general = rule("general")
    book = Rulebook([*many, coded, general])
    seen = basket(line(100, sku="S7"), line(100, sku="S9"), order__codes=frozenset({"X"}))

    found = book.candidates(seen)

    assert [one.code for one in found] == ["code", "general", "s7", "s9"]
    assert evaluate(seen, found).units == evaluate(seen, list(book)).units


def test_few_rules_are_all_told_of():
    book = Rulebook(sku_rules(100))

    assert len(book.candidates(basket(line(100, sku="S7")))) == 100


@pytest.mark.parametrize(
    ("where", "finds"),
    [
        ({"any": [{"field": "sku", "op": "eq", "value": "A"}, {"field": "sku", "op": "in", "value": ["B", "C"]}]}, {"A", "B", "C"}),
        ({"all": [{"field": "price", "op": "ge", "value": 1}, {"field": "sku", "op": "eq", "value": "A"}]}, {"A"}),
        ({"any": [{"field": "sku", "op": "eq", "value": "A"}, {"field": "price", "op": "ge", "value": 1}]}, {"A", "B", "C", "D"}),
        ({"none": [{"field": "sku", "op": "eq", "value": "A"}]}, {"A", "B", "C", "D"}),
    ],
)
def test_the_index_leaves_out_no_rule_that_may_count(where, finds):
    book = Rulebook([*sku_rules(150), rule("x", kind="fixed", points=1, where=where)])

    found = {sku for sku in "ABCD" if "x" in {one.code for one in book.candidates(basket(line(100, sku=sku)))}}

    assert found == finds


def test_the_book_says_what_it_asks_for():
    first = rule("a", when={"all": [{"field": "order.nth", "op": "eq", "value": 1}, {"field": "member.tier", "op": "eq", "value": "gold"}]})
    capped = rule("b", caps=[{"units": 5, "per": "day"}, {"units": 5, "per": "purchase"}])

    assert Rulebook([first]).needs == {"order.nth", "member.tier"}
    assert Rulebook([first]).looks_back and Rulebook([capped]).looks_back and not Rulebook([rule()]).looks_back
    assert [(one.code, cap.key) for one, cap in Rulebook([capped]).caps] == [("b", "b:units:day")]


@pytest.mark.parametrize(
    ("definition", "alone"),
    [
        ({"kind": "fixed", "points": 5, "phase": "bonus", "caps": [{"uses": 1, "per": "day"}]}, True),
        ({"kind": "multiplier", "factor": 2}, False),
        ({"kind": "ceiling", "rate": "1"}, False),
        ({"kind": "fixed", "points": 5, "group": {"name": "offers", "mode": "best"}}, False),
        ({"kind": "fixed", "points": 5, "group": {"name": "offers", "mode": "best", "per": "day"}}, False),
    ],
)
def test_the_book_says_whether_its_rules_stand_alone(definition, alone):
    assert Rulebook([rule("base"), rule("more", **definition)]).stands_alone is alone


@given(rules=RULE_SETS, lines=st.lists(LINES, max_size=4))
def test_rules_that_stand_alone_give_what_each_gives_by_itself(rules, lines):
    seen, book = basket(*lines), Rulebook(one for one in rules if Rulebook([one]).stands_alone)

    assert book.stands_alone
    assert evaluate(seen, book).outcomes == tuple(evaluate(seen, [one]).outcomes[0] for one in book)
