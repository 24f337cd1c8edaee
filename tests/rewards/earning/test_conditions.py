import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from rewards.earning.domain.conditions import compile_condition
from tests.rewards.earning.stage import basket, line


def holds(tree, seen, *, of_lines=False):
    condition, errors = compile_condition(tree, of_lines=of_lines, pointer="/when")
    assert errors == []
    return condition.miss(seen) is None


def wrong(tree, *, of_lines=False):
    _condition, errors = compile_condition(tree, of_lines=of_lines, pointer="/when")
    return [error.pointer for error in errors]


MIXED = basket(
    line(5_000, category="food/bread", sku="A1", quantity=2),
    line(1_000, category="fuel", sku="B2"),
    order__codes=frozenset({"PROMO10"}),
    time__day=dt.date(2026, 3, 9),
    member__tier="gold",
)


@pytest.mark.parametrize(
    ("tree", "is_so"),
    [
        ({"field": "order.price", "op": "ge", "value": 6_000}, True),
        ({"field": "order.price", "op": "gt", "value": 6_000}, False),
        ({"field": "order.items", "op": "eq", "value": 3}, True),
        ({"field": "order.codes", "op": "has", "value": "PROMO10"}, True),
        ({"field": "order.codes", "op": "lacks", "value": "PROMO10"}, False),
        ({"field": "time.day", "op": "le", "value": "2026-03-09"}, True),
        ({"field": "time.day", "op": "lt", "value": "2026-03-09"}, False),
        ({"field": "member.tier", "op": "in", "value": ["silver", "gold"]}, True),
        ({"field": "member.tier", "op": "not_in", "value": ["silver", "gold"]}, False),
        ({"lines": "any", "where": {"field": "category", "op": "under", "value": "food"}}, True),
        ({"lines": "any", "where": {"field": "category", "op": "under", "value": "foo"}}, False),
        ({"lines": "every", "where": {"field": "category", "op": "under", "value": "food"}}, False),
        ({"lines": "no", "where": {"field": "sku", "op": "eq", "value": "C3"}}, True),
        ({"lines": "count", "op": "ge", "value": 2}, True),
        ({"lines": "sum", "of": "quantity", "where": {"field": "sku", "op": "eq", "value": "A1"}, "op": "ge", "value": 2}, True),
        ({"lines": "least", "of": "price", "op": "eq", "value": 1_000}, True),
        ({"lines": "most", "of": "price", "op": "eq", "value": 1_000}, False),
        ({"all": [{"lines": "count", "op": "eq", "value": 2}, {"field": "member.tier", "op": "eq", "value": "silver"}]}, False),
        ({"any": [{"lines": "count", "op": "eq", "value": 9}, {"field": "member.tier", "op": "eq", "value": "gold"}]}, True),
        ({"none": [{"field": "member.tier", "op": "eq", "value": "gold"}]}, False),
        ({"none": [{"field": "member.tier", "op": "eq", "value": "silver"}]}, True),
    ],
)
def test_it_holds_or_not(tree, is_so):
    assert holds(tree, MIXED) is is_so


@pytest.mark.parametrize("op", ["eq", "in", "under"])
def test_what_is_not_known_meets_no_condition(op):
    value = ["gold"] if op == "in" else "gold"

    assert not holds({"field": "member.tier", "op": op, "value": value}, basket(line(1)))


def test_what_is_not_known_is_not_something():
    assert holds({"field": "member.tier", "op": "ne", "value": "gold"}, basket(line(1)))


def test_it_says_what_was_missed_and_by_how_much():
    tree = {"all": [{"lines": "count", "op": "ge", "value": 1}, {"field": "order.price", "op": "ge", "value": 5_000}]}
    condition, _errors = compile_condition(tree, of_lines=False, pointer="/when")

    miss = condition.miss(basket(line(1_250)))

    assert (miss.wanted, miss.found, miss.missing) == (tree["all"][1], 1_250, 3_750)
    assert miss.as_json() == {"wanted": tree["all"][1], "found": 1_250, "missing": 3_750}


def test_a_missed_number_is_written_without_loss():
    condition, _errors = compile_condition({"field": "order.items", "op": "ge", "value": "2.5"}, of_lines=False, pointer="/when")

    assert condition.miss(basket(line(1))).as_json()["missing"] == str(Decimal("1.5"))


@pytest.mark.parametrize(
    ("op", "value", "missing"), [("ge", 4, 1), ("gt", 3, 1), ("gt", 4, 2), ("ge", "3.5", 1), ("gt", "3.5", 1), ("eq", 7, None)]
)
def test_of_things_that_are_counted_whole_ones_are_missing(op, value, missing):
    condition, _errors = compile_condition({"field": "order.nth", "op": op, "value": value}, of_lines=False, pointer="/when")

    assert condition.miss(basket(line(1), order__nth=3)).missing == missing


def test_more_than_a_quantity_has_no_least_amount():
    condition, _errors = compile_condition({"field": "order.items", "op": "gt", "value": 1}, of_lines=False, pointer="/when")

    assert condition.miss(basket(line(1))).missing is None


@pytest.mark.parametrize(
    ("tree", "pointers"),
    [
        ("order.price > 5", ["/when"]),
        ({}, ["/when"]),
        ({"all": []}, ["/when/all"]),
        ({"all": [{"field": "order.price", "op": "ge", "value": 1}, 5]}, ["/when/all/1"]),
        ({"field": "order.prize", "op": "ge", "value": 1}, ["/when/field"]),
        ({"field": ["order.price"], "op": "ge", "value": 1}, ["/when/field"]),
        ({"field": "order.price", "op": "has", "value": 1}, ["/when/op"]),
        ({"field": "order.price", "op": "ge", "value": "50.00"}, ["/when/value"]),
        ({"field": "order.price", "op": "ge", "value": True}, ["/when/value"]),
        ({"field": "order.price", "op": "ge", "value": -1}, ["/when/value"]),
        ({"field": "order.items", "op": "ge", "value": "NaN"}, ["/when/value"]),
        ({"field": "order.items", "op": "ge", "value": 1.5}, ["/when/value"]),
        ({"field": "time.day", "op": "ge", "value": "yesterday"}, ["/when/value"]),
        ({"field": "member.tier", "op": "in", "value": "gold"}, ["/when/value"]),
        ({"field": "member.tier", "op": "eq", "value": "a\0b"}, ["/when/value"]),
        ({"field": "member.tier", "op": "eq", "value": "x" * 101}, ["/when/value"]),
        ({"lines": "some"}, ["/when/lines"]),
        ({"lines": "sum", "of": "sku", "op": "ge", "value": 1}, ["/when/of"]),
        ({"lines": "any", "where": {"field": "order.price", "op": "ge", "value": 1}}, ["/when/where/field"]),
        ({"field": "__class__", "op": "eq", "value": "x"}, ["/when/field"]),
    ],
)
def test_a_wrong_condition_names_the_place(tree, pointers):
    assert wrong(tree) == pointers


def test_a_condition_of_lines_does_not_ask_the_purchase():
    assert wrong({"lines": "any"}, of_lines=True) == ["/when"]
    assert wrong({"field": "value", "op": "eq", "value": "x"}, of_lines=True) == ["/when/field"]


def test_its_size_is_bounded():
    leaf = {"field": "order.price", "op": "ge", "value": 1}
    deep = leaf
    for _turn in range(6):
        deep = {"all": [deep]}

    assert wrong({"any": [leaf] * 99}) == []
    assert wrong({"any": [leaf] * 100}) == ["/when/any/99"]
    assert wrong(deep) == ["/when/all/0/all/0/all/0/all/0/all/0/all/0"]
    assert wrong(deep["all"][0]) == []


@pytest.mark.parametrize("name", ["campaign.spring", "event.Amount", "member.attributes.", "history.spend.0d", "history.spend.week"])
def test_what_nobody_can_tell_is_not_asked(name):
    assert wrong({"field": name, "op": "eq", "value": "x"}) == ["/when/field"]


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"all": []}, "Bir koşul listesi yazın."),
        ({"field": "order.prise", "op": "eq", "value": 1}, "order.prise adında bir alan yok."),
        ({"field": "order.store", "op": "gte", "value": "a"}, "Şunlardan birini seçin: "),
        ({"lines": "most", "of": "colour", "op": "gte", "value": 1}, "price, paid, discount ya da quantity seçin."),
    ],
)
def test_what_is_wrong_is_told_in_the_readers_language(tree, told):
    with translation.override("tr"):
        _condition, errors = compile_condition(tree, of_lines=False, pointer="/when")

    assert [error.detail[: len(told)] for error in errors] == [told]
