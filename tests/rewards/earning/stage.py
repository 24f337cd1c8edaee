"""Rules and baskets in few words."""

import uuid
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rewards.earning.domain import Basket, Line, Rule, compile_rule


def rule(code: str = "r", *, scale: int = 0, currency: str = "points", **definition: Any) -> Rule:
    """A compiled rule; without a kind it gives 1 point per 1.00."""
    whole = definition if "kind" in definition else {"points": 1, "step_minor": 100} | definition
    return compile_rule(version_id=uuid.uuid4(), code=code, version=1, currency=currency, definition=whole, scale=scale)


def line(price: int, *, category: str = "", sku: str = "", quantity: int = 1, paid: int | None = None, **more: Any) -> Line:
    return Line(category, sku, price, price if paid is None else paid, quantity=Decimal(quantity), **more)


def basket(*lines: Line, used: dict[str, int] | None = None, **facts: Any) -> Basket:
    """Facts are named with two underscores for the dot: order__codes."""
    return Basket(lines, {name.replace("__", "."): value for name, value in facts.items()}, used or {})


TEXTS = st.sampled_from(["food", "food/bread", "fuel", "PEN", "two words", 'a "quote"', "and", "back\\slash", "größe"])
_COMPARED = [
    st.tuples(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.integers(0, 10**6)),
    st.tuples(st.sampled_from(["eq", "ne", "under"]), TEXTS),
    st.tuples(st.sampled_from(["in", "not_in"]), st.lists(TEXTS, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["has", "lacks"]), TEXTS),
]


def _comparisons(names: dict[int, list[str]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda name, of: {"field": name, "op": of[0], "value": of[1]}, st.sampled_from(fields), _COMPARED[place])
        for place, fields in names.items()
    )


def _trees(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Trees of at most three levels: two may stand in one another and stay within the bounds of a condition."""
    level = _groups(leaves)
    return st.one_of(leaves, level, _groups(st.one_of(leaves, level)))


def _groups(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda word, of: {word: of}, st.sampled_from(["all", "any", "none"]), st.lists(parts, min_size=1, max_size=3))


LINE_TREES = _trees(_comparisons({0: ["price", "paid", "quantity"], 1: ["category", "sku"], 2: ["category", "sku"], 3: ["flags"]}))
_OF_LINES = st.one_of(
    st.builds(lambda word, where: {"lines": word, "where": where}, st.sampled_from(["any", "every", "no"]), LINE_TREES),
    st.builds(lambda where, of: {"lines": "count", "where": where, "op": of[0], "value": of[1]}, LINE_TREES, _COMPARED[0]),
    st.builds(
        lambda word, name, of: {"lines": word, "of": name, "op": of[0], "value": of[1]},
        st.sampled_from(["sum", "least", "most"]),
        st.sampled_from(["quantity", "price"]),
        _COMPARED[0],
    ),
)
TREES = _trees(
    st.one_of(_comparisons({0: ["order.price", "order.items", "history.spend.30d"], 1: ["member.tier"], 3: ["order.codes"]}), _OF_LINES)
)


_POINTS = {"points": st.integers(1, 50)}
_ROUNDING = {"rounding": st.sampled_from(["floor", "half_up", "ceiling"])}
_BANDS = st.just([{"from_minor": 0, "rate": "1"}, {"from_minor": 2_000, "rate": "2"}])
_OF_KIND: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "fixed": _POINTS,
    "per_unit": _POINTS,
    "per_step": _POINTS | _ROUNDING | {"step_minor": st.sampled_from([1, 50, 100, 333, 5_000])},
    "rate": _ROUNDING | {"rate": st.sampled_from(["0.05", "1", "1.2", "1.7"])},
    "bands": _ROUNDING | {"bands": _BANDS, "progressive": st.booleans()},
    "multiplier": _ROUNDING | {"factor": st.sampled_from(["2", "1.5", "3"])},
    "ceiling": {"rate": st.sampled_from(["0.5", "1", "2.5"])},
}


@st.composite
def rules(draw: st.DrawFn, at: int = 0) -> Rule:
    """Any rule that looks at nothing but its basket."""
    kind = draw(st.sampled_from(sorted(_OF_KIND)))
    definition: dict[str, Any] = {"kind": kind} | {key: draw(values) for key, values in _OF_KIND[kind].items()}
    stands_beside = kind != "ceiling"
    if stands_beside:
        definition["scope"] = draw(st.sampled_from(["purchase", "line"]))
    definition["basis"] = draw(st.sampled_from(["paid", "gross", "net_of_tax", "before_discount"]))
    for key, trees in (("where", LINE_TREES), ("when", _trees(_OF_LINES))):
        if draw(st.integers(0, 2)) == 0:
            definition[key] = draw(trees)
    if stands_beside and draw(st.integers(0, 2)) == 0:
        mode = draw(st.sampled_from(["first", "best", "exclusive"]))
        daily = {"per": "day"} if mode != "exclusive" and draw(st.booleans()) else {}
        definition["group"] = {"name": f"g-{mode}", "mode": mode} | daily
    if stands_beside and draw(st.integers(0, 3)) == 0:
        definition["caps"] = [{"units": draw(st.integers(1, 100)), "per": "purchase"}]
    return rule(f"r{at}", scale=draw(st.sampled_from([0, 2])), **definition)


RULE_SETS = st.integers(1, 5).flatmap(lambda count: st.tuples(*(rules(place) for place in range(count))))
LINES = st.builds(
    lambda category, sku, price, quantity, points, tax, discount, flags: Line(
        category,
        sku,
        price,
        price * points // 100,
        price * points * tax // 10_000,
        Decimal(quantity),
        flags=frozenset(flags),
        discount_minor=discount,
    ),
    TEXTS,
    TEXTS,
    st.integers(0, 20_000),
    st.integers(1, 6),
    st.integers(0, 100),
    st.integers(0, 20),
    st.integers(0, 500),
    st.lists(TEXTS, max_size=2),
)
