"""The law: whatever rules, undo and returns of any lines in any order, the member has what a programme without the undone rule gives."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.points.queries import verify
from rewards.purchases.services import ReturnFacts, record_return
from tests.accounts.factories import MemberFactory
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, LATER, has, open_with_rules, past_rule, retroact, undo

pytestmark = pytest.mark.django_db

_group = st.sampled_from([{}, {}, {"group": {"name": "one", "mode": "best"}}])
_when = st.sampled_from(
    [{}, {"when": {"field": "order.price", "op": "le", "value": 3_000}}, {"when": {"field": "order.price", "op": "ge", "value": 2_000}}]
)
_kind: Any = st.one_of(
    st.builds(lambda n: {"kind": "fixed", "points": n}, st.integers(1, 80)),
    st.builds(lambda n: {"kind": "per_step", "points": n, "step_minor": 300}, st.integers(1, 9)),
    st.builds(lambda n: {"kind": "rate", "rate": str(n)}, st.integers(1, 4)),
    st.builds(lambda n: {"kind": "multiplier", "factor": str(n)}, st.integers(2, 4)),
    st.builds(lambda n: {"kind": "fixed", "points": n, "scope": "line"}, st.integers(1, 30)),
)
_rule = st.builds(lambda kind, when, group: kind | when | ({} if kind["kind"] == "multiplier" else group), _kind, _when, _group)
_prices = st.lists(st.integers(1, 40), min_size=1, max_size=4).map(lambda prices: [price * 100 for price in prices])


class _Rolled(Exception):
    pass


def _play(rules: dict[str, Any], prices: list[int], acts: list[Any], change: Any) -> list[int]:
    """Play a purchase and what follows; return what the member had after each step and how much was verified. Leaves nothing behind."""
    seen = []
    try:
        with transaction.atomic():
            programme = open_with_rules(**rules)
            member = MemberFactory.create(programme=programme)
            purchase = buy(member, *prices)
            seen.append(has(member))
            for place, act in enumerate(acts):
                if act is None:
                    change(programme)
                else:
                    record_return(purchase=purchase, facts=ReturnFacts("till", f"B{place}", LATER, ((act, Decimal(1)),)), at=LATER)
                seen.append(has(member))
            assert verify() == []
            raise _Rolled
    except _Rolled:
        return seen


def _nothing(_programme: Any) -> None:
    return None


@given(st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_the_ledger_is_that_of_a_programme_without_the_rule(data):
    rules = {"base": BASE} | {f"rule-{place}": data.draw(_rule) for place in range(data.draw(st.integers(0, 2)))}
    wrong = data.draw(_rule)
    prices = data.draw(_prices)
    order = data.draw(st.permutations([str(place + 1) for place in range(len(prices))]))
    before = data.draw(st.integers(0, len(order)))
    acts = [*order[:before], None, *order[before:]]

    played = _play(rules | {"wrong": wrong}, prices, acts, lambda programme: undo(programme, "wrong"))
    without = _play(rules, prices, acts, _nothing)

    assert played[before + 1 :] == without[before + 1 :], (rules, wrong, prices, acts)
    assert played[-1] == 0


@given(st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_ledger_is_that_of_a_programme_that_always_had_the_rule(data):
    rules = {"base": BASE} | {f"rule-{place}": data.draw(_kind) for place in range(data.draw(st.integers(0, 2)))}
    extra = data.draw(_kind)
    prices = data.draw(_prices)
    order = data.draw(st.permutations([str(place + 1) for place in range(len(prices))]))
    before = data.draw(st.integers(0, len(order)))
    acts = [*order[:before], None, *order[before:]]

    played = _play(rules, prices, acts, lambda programme: retroact(past_rule(programme, extra)))
    always = _play(rules | {"extra": extra}, prices, acts, _nothing)

    assert played[before + 1 :] == always[before + 1 :], (rules, extra, prices, acts)
    assert played[-1] == 0
