"""The most that all rules give together, and offers of which one counts a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.earning.domain import MalformedRule, Why, evaluate
from rewards.earning.domain.rulebook import Rulebook
from tests.rewards.earning.stage import LINES, RULE_SETS, basket, line, rule

TEN = {"kind": "ceiling", "rate": 10}
OFFER = {"group": {"name": "offers", "mode": "best", "per": "day"}}


def told(seen, *rules):
    return [(outcome.units, outcome.reason) for outcome in evaluate(seen, list(Rulebook(rules))).outcomes]


def test_what_is_above_the_ceiling_is_cut_from_the_last_that_gave():
    card, party = rule("card", points=3, step_minor=100), rule("party", kind="multiplier", factor=3)
    gift, ten = rule("gift", kind="fixed", points=200, phase="bonus"), rule("ten", **TEN)

    assert told(basket(line(10_000)), card, party, gift, ten) == [
        (300, Why.MATCHED),
        (600, Why.MATCHED),
        (100, Why.CAPPED),
        (0, Why.CEILING_REACHED),
    ]


def test_a_rule_that_is_cut_to_nothing_says_what_it_would_have_given():
    _base, gift, ten = evaluate(
        basket(line(100)),
        [rule("base", points=10, step_minor=100), rule("gift", kind="fixed", points=7, phase="bonus"), rule("ten", **TEN)],
    ).outcomes

    assert (gift.units, gift.outcome, gift.reason, gift.before_cap) == (0, "nothing", Why.CAPPED, 7)
    assert (ten.units, ten.basis_minor, ten.before_cap) == (0, 100, 17)


def test_up_to_the_ceiling_nothing_is_cut():
    assert told(basket(line(1_000)), rule("base", points=10, step_minor=100), rule("ten", **TEN)) == [
        (100, Why.MATCHED),
        (0, Why.BELOW_CEILING),
    ]


def test_a_ceiling_counts_its_own_lines_and_its_own_currency():
    gift_card = {"none": [{"field": "flags", "op": "has", "value": "gift-card"}]}
    seen = basket(line(1_000), line(9_000, flags=frozenset({"gift-card"})))
    rules = [rule("points", kind="fixed", points=500), rule("stars", kind="fixed", points=500, currency="stars")]

    assert evaluate(seen, [*rules, rule("ten", **TEN, where=gift_card)]).units == {"points": 100, "stars": 500}


def test_a_ceiling_that_does_not_count_cuts_nothing():
    never = {"field": "order.price", "op": "ge", "value": 10**6}

    assert told(basket(line(100)), rule("gift", kind="fixed", points=50), rule("ten", **TEN, when=never)) == [
        (50, Why.MATCHED),
        (0, Why.CONDITION_NOT_MET),
    ]


def test_a_limit_of_the_rule_itself_stays_told_under_a_ceiling():
    capped = rule("gift", kind="fixed", points=50, caps=[{"units": 30, "per": "purchase"}])

    gift, _ten = evaluate(basket(line(100)), [capped, rule("ten", **TEN)]).outcomes

    assert (gift.units, gift.before_cap) == (10, 50)


def test_a_ceiling_stands_in_the_book_of_every_basket():
    many = [rule(f"s{n}", kind="fixed", points=1, where={"field": "sku", "op": "eq", "value": f"S{n}"}) for n in range(150)]
    ten = rule("ten", **TEN, where={"field": "sku", "op": "eq", "value": "S1"})

    assert [one.code for one in Rulebook([*many, ten]).candidates(basket(line(100, sku="S7")))] == ["s7", "ten"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "line"},
        {"caps": [{"units": 1, "per": "day"}]},
        {"group": {"name": "g", "mode": "best"}},
        {"rounding": "ceiling"},
        {"phase": "bonus"},
        {"trigger": "enrolment"},
        {"rate": 0},
    ],
)
def test_a_ceiling_says_nothing_but_how_much(wrong):
    with pytest.raises(MalformedRule):
        rule("ten", **(TEN | wrong))


def test_only_a_ceiling_takes_the_turn_of_ceilings():
    with pytest.raises(MalformedRule):
        rule(phase="ceiling")


@given(RULE_SETS, st.lists(LINES, max_size=5), st.sampled_from(["0.001", "0.5", "3"]))
def test_all_rules_together_stay_under_every_ceiling_and_below_it_nothing_changes(rules, lines, rate):
    seen = basket(*lines)
    plain = evaluate(seen, list(Rulebook(rules)))
    ceiling = rule("ten", kind="ceiling", rate=rate)
    held = evaluate(seen, list(Rulebook([*rules, ceiling])))
    most = int(sum(one.paid_minor for one in lines) * ceiling.rate)

    assert held.units.get("points", 0) == min(most, plain.units.get("points", 0))
    if plain.units.get("points", 0) <= most:
        assert held.outcomes[: len(plain.outcomes)] == plain.outcomes


def offers(*kinds):
    return [rule(code, **definition, **OFFER) for code, definition in kinds]


def test_of_a_daily_group_one_rule_counts_in_all_phases():
    double, gift = offers(("double", {"kind": "multiplier", "factor": 2}), ("gift", {"kind": "fixed", "points": 500, "phase": "bonus"}))

    assert told(basket(line(1_000)), rule("base"), double, gift) == [
        (10, Why.MATCHED),
        (10, Why.MATCHED),
        (0, Why.ANOTHER_RULE_COUNTED),
    ]


@pytest.mark.parametrize(
    ("used", "given_"),
    [
        ({}, [0, 7]),
        ({"small:uses:day": 1}, [5, 0]),
        ({"large:uses:day": 2}, [0, 7]),
        ({"small:uses:day": 0, "large:uses:day": 0}, [0, 7]),
        ({"small:uses:day": 1, "large:uses:day": 1}, [0, 7]),
    ],
)
def test_the_rule_that_has_the_day_keeps_it(used, given_):
    rules = offers(("small", {"kind": "fixed", "points": 5}), ("large", {"kind": "fixed", "points": 7}))

    assert [outcome.units for outcome in evaluate(basket(line(100), used=used), rules).outcomes] == given_


def test_what_a_daily_group_asks_of_the_day_is_no_limit_of_its_own():
    [offer] = offers(("offer", {"kind": "fixed", "points": 5}))

    assert offer.caps == ()
    assert [(one.code, cap.key) for one, cap in Rulebook([offer]).caps] == [("offer", "offer:uses:day")]
    assert evaluate(basket(line(100), used={"offer:uses:day": 10**6}), [offer]).units == {"points": 5}


@pytest.mark.parametrize(
    "wrong",
    [
        {"group": {"name": "g", "mode": "exclusive", "per": "day"}},
        {"group": {"name": "g", "mode": "all", "per": "day"}},
        {"group": {"name": "g", "mode": "best", "per": "week"}},
        {"group": {"name": "g", "mode": "best", "per": "day"}, "trigger": "enrolment"},
    ],
)
def test_a_daily_group_chooses_one_rule_among_those_of_purchases(wrong):
    with pytest.raises(MalformedRule):
        rule(kind="fixed", points=1, **wrong)
