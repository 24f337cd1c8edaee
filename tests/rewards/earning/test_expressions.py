import pytest
from django.utils import translation
from hypothesis import given

from rewards.earning.domain.conditions import compile_condition
from rewards.earning.domain.expressions import MalformedExpression, read, write
from tests.rewards.earning.stage import LINE_TREES, TREES

FOOD = {"field": "category", "op": "eq", "value": "food"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("order.price >= 50.00", {"field": "order.price", "op": "ge", "value": 5_000}),
        ("order.price >= 50", {"field": "order.price", "op": "ge", "value": 5_000}),
        ("member.tier = gold", {"field": "member.tier", "op": "eq", "value": "gold"}),
        ('member.tier="very gold"', {"field": "member.tier", "op": "eq", "value": "very gold"}),
        ("member.tier not in (a, b)", {"field": "member.tier", "op": "not_in", "value": ["a", "b"]}),
        ("order.codes has PROMO10", {"field": "order.codes", "op": "has", "value": "PROMO10"}),
        ("order.items > 3", {"field": "order.items", "op": "gt", "value": 3}),
        ("any line (category = food)", {"lines": "any", "where": FOOD}),
        ("count of lines (category = food) >= 2", {"lines": "count", "where": FOOD, "op": "ge", "value": 2}),
        ("count of lines () >= 2", {"lines": "count", "op": "ge", "value": 2}),
        ("sum of price of lines (category = food) > 9.99", {"lines": "sum", "of": "price", "where": FOOD, "op": "gt", "value": 999}),
        ("not member.tier = gold", {"none": [{"field": "member.tier", "op": "eq", "value": "gold"}]}),
    ],
)
def test_it_reads_what_people_write(text, tree):
    assert read(text, of_lines=False, decimals=2) == tree


def test_and_binds_closer_than_or():
    a, b, c = ({"field": "member.tier", "op": "eq", "value": name} for name in "abc")

    assert read("member.tier = a or member.tier = b and member.tier = c", of_lines=False, decimals=2) == {"any": [a, {"all": [b, c]}]}
    assert read("(member.tier = a or member.tier = b) and member.tier = c", of_lines=False, decimals=2) == {"all": [{"any": [a, b]}, c]}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("order.price", 12),
        ("order.price >=", 15),
        ("order.prize >= 5", 1),
        ("order.price => 5", 14),
        ("order.price >= 5.123", 16),
        ("order.price >= five", 16),
        ("order.price >= 5 order.items > 1", 18),
        ("order.price >= 5 and", 21),
        ("(order.price >= 5", 18),
        ("member.tier in (a b)", 19),
        ('member.tier = "gold', 15),
        ("any line (order.price > 5)", 11),
        ("sum of lines () > 1", 8),
        ("sum of sku of lines () > 1", 8),
        ("member.tier = )", 15),
        ("((((((((((((((((((((((order.price > 1))))))))))))))))))))))", 21),
        ("x" * 2_001, 1),
    ],
)
def test_what_cannot_be_read_names_the_column(text, column):
    with pytest.raises(MalformedExpression) as refusal:
        read(text, of_lines=False, decimals=2)

    assert refusal.value.extra["column"] == column
    assert refusal.value.detail.startswith(f"Column {column}: ")


@given(TREES)
def test_what_is_written_reads_back_the_same(tree):
    assert compile_condition(tree, of_lines=False, pointer="")[1] == []
    assert read(write(tree, of_lines=False, decimals=2), of_lines=False, decimals=2) == tree


@given(LINE_TREES)
def test_what_is_written_of_lines_reads_back_the_same(tree):
    assert read(write(tree, of_lines=True, decimals=0), of_lines=True, decimals=0) == tree


def test_a_mistake_is_told_in_the_readers_language():
    with translation.override("tr"), pytest.raises(MalformedExpression) as refusal:
        read("order.prise >= 50.00", of_lines=False, decimals=2)

    assert refusal.value.detail == "1. sütun: order.prise adında bir alan yok."
