"""What is left of a purchase earns as if nothing else had ever been bought, whatever the rules."""

import os
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.earning.domain import Basket, evaluate
from rewards.purchases.domain import Kept, kept_lines
from tests.rewards.earning.stage import LINES, RULE_SETS

EXAMPLES = int(os.environ.get("REVERSAL_EXAMPLES", "300"))
"""`REVERSAL_EXAMPLES=10000 ./dev test tests/rewards/earning/test_reversal.py` runs the long form."""


def left_of(lines, kept):
    return Basket(tuple(line for line in kept_lines(lines, kept) if line.quantity))


@settings(max_examples=EXAMPLES, deadline=None)
@given(RULE_SETS, st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=6))
def test_whole_lines_that_came_back_leave_no_trace(rules, bought):
    lines = [line for line, _stays in bought]
    kept = [Kept(line.quantity if stays else Decimal(0), line.quantity) for line, stays in bought]

    after = evaluate(left_of(lines, kept), rules)

    assert after == evaluate(Basket(tuple(line for line, stays in bought if stays)), rules)


def pieces_of(line, count):
    """The line as if only so many of its pieces had been bought, at the same price a piece."""
    return line._replace(price_minor=count * line.price_minor, paid_minor=count * line.paid_minor, tax_minor=0, quantity=Decimal(count))


@settings(max_examples=EXAMPLES, deadline=None)
@given(RULE_SETS, st.lists(st.tuples(LINES, st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=4))
def test_pieces_that_came_back_leave_no_trace(rules, bought):
    whole = [(line._replace(discount_minor=0), max(count, stay), stay) for line, count, stay in bought]
    lines = [pieces_of(line, count) for line, count, _stay in whole]
    kept = [Kept(Decimal(stay), Decimal(count)) for _line, count, stay in whole]

    after = evaluate(left_of(lines, kept), rules)

    assert after == evaluate(Basket(tuple(pieces_of(line, stay) for line, _count, stay in whole if stay)), rules)
