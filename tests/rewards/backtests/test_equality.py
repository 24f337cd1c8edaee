"""The law of back-tests: the live rules, lived again, give what they gave; a draft gives what it would have given had it been live."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewards.earning.models import EarningRule
from rewards.purchases.models import Purchase, PurchaseRevision, Return
from rewards.purchases.services import ReturnFacts, record_return
from tests.accounts.factories import AT, MemberFactory
from tests.rewards.backtests.stage import draft_of, earned, run
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import open_with_rules
from tests.rewards.tiers.definitions import ladder, spend

pytestmark = pytest.mark.django_db

PLAIN = ladder(spend(blue=0, gold=5_000), keeps={"kind": "end_of_next_year"})
JUDGED = {
    "metrics": {"points": {"kind": "units", "currency": "points"}},
    "window": {"kind": "rolling", "months": 1},
    "keeps": {"kind": "months", "months": 1},
    "tiers": [{"code": "gold", "name": "Gold", "reach": {"all": {"points": 40}}}],
}
BASE = {"kind": "per_step", "points": 1, "step_minor": 100}
OFFERS = {"name": "offers", "mode": "best", "per": "day"}
RULES = {
    "base": BASE,
    "gold": {"kind": "multiplier", "factor": "1.5", "when": {"field": "member.tier", "op": "eq", "value": "gold"}},
    "third": {"kind": "fixed", "points": 7, "when": {"field": "order.nth", "op": "ge", "value": 3}},
    "busy": {"kind": "fixed", "points": 5, "when": {"field": "history.spend.7d", "op": "ge", "value": 3_000}},
    "capped": {"kind": "per_step", "points": 1, "step_minor": 500, "caps": [{"units": 6, "per": "month"}]},
    "monday": {"kind": "fixed", "points": 2, "when": {"field": "time.weekday", "op": "eq", "value": "mon"}},
    "party": {"kind": "multiplier", "factor": 2, "when": {"field": "order.items", "op": "ge", "value": 2}, "group": OFFERS},
    "welcome": {"kind": "fixed", "points": 9, "phase": "bonus", "group": OFFERS},
    "ceiling": {"kind": "ceiling", "rate": "1.8"},
}
VOLUME = {
    "base": BASE,
    "volume": {
        "kind": "bands",
        "bands": [{"from_minor": 0, "rate": "0.5"}, {"from_minor": 5_000, "rate": "1"}],
        "progressive": True,
        "period": "month",
    },
    "flat": {"kind": "bands", "bands": [{"from_minor": 1_000, "rate": "1"}, {"from_minor": 9_000, "rate": "2"}], "period": "quarter"},
}
ALONE = {code: RULES[code] for code in ("base", "third", "busy", "capped", "monday")}
STEEPER = {"kind": "per_step", "points": 3, "step_minor": 250}
basket = st.tuples(
    st.integers(0, 1), st.integers(0, 40), st.lists(st.integers(1, 4_000), min_size=1, max_size=3), st.sets(st.integers(0, 2), max_size=2)
)


def live_through(programme, baskets):
    """Let two members buy on days that go on, and bring some lines back the day after."""
    members = [MemberFactory.create(programme=programme, external_id=str(n)) for n in range(2)]
    for number, (who, day, prices, back) in enumerate(sorted(baskets, key=lambda of: of[1])):
        at = AT + dt.timedelta(days=day, minutes=number)
        purchase = buy(members[who], *prices, receipt=f"R{number}", at=at)
        lines = tuple((str(place + 1), Decimal(1)) for place in sorted(back) if place < len(prices))
        if lines:
            record_return(
                purchase=purchase, facts=ReturnFacts("till", f"B{number}", at + dt.timedelta(hours=1), lines), at=at + dt.timedelta(hours=1)
            )
    return members


def kept(programme):
    gave = Purchase.objects.filter(programme=programme).aggregate(sum=Sum("units"))["sum"] or 0
    took = Return.objects.filter(purchase__programme=programme).aggregate(sum=Sum("reversed_units"))["sum"] or 0
    revised = PurchaseRevision.objects.filter(purchase__programme=programme).aggregate(sum=Sum("units"))["sum"] or 0
    return gave - took + revised


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, max_size=8))
def test_bands_over_a_period_give_what_they_gave_whatever_comes_back_afterwards(db, baskets):
    programme = open_with_rules(**VOLUME)
    members = [MemberFactory.create(programme=programme, external_id=str(n)) for n in range(2)]
    bought = []
    for number, (who, day, prices, back) in enumerate(sorted(baskets, key=lambda of: of[1])):
        purchase = buy(members[who], *prices, receipt=f"R{number}", at=AT + dt.timedelta(days=day, minutes=number))
        bought.append((number, purchase, [(str(place + 1), Decimal(1)) for place in back if place < len(prices)]))
    for number, purchase, lines in bought:
        at = AT + dt.timedelta(days=50, minutes=number)
        if lines:
            record_return(purchase=purchase, facts=ReturnFacts("till", f"B{number}", at, tuple(lines)), at=at)

    row = run(programme)

    assert row.figures.get("replayed", {}).get("differing", 0) == 0
    assert earned(row, "live") == kept(programme)


@pytest.mark.parametrize("tiers", [PLAIN, JUDGED], ids=["plain", "judged"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, max_size=10))
def test_the_live_rules_give_what_they_gave(db, tiers, baskets):
    programme = open_with_rules(ladder=tiers, **RULES)
    live_through(programme, baskets)

    row = run(programme)

    assert row.figures.get("replayed", {}).get("purchases", 0) == len(baskets)
    assert "differing" not in row.figures.get("replayed", {})
    assert earned(row, "live") == earned(row, "draft") == kept(programme)
    assert row.cost_minor == 0


@pytest.mark.parametrize("tiers", [PLAIN, JUDGED], ids=["plain", "judged"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, max_size=10))
def test_a_draft_gives_what_it_would_have_given(db, tiers, baskets):
    tried = open_with_rules(ladder=tiers, base=BASE)
    lived = open_with_rules(ladder=tiers, **RULES)
    live_through(tried, baskets)
    live_through(lived, baskets)
    drafts = [draft_of(tried, code, definition) for code, definition in RULES.items() if code != "base"]

    row = run(tried, drafts=drafts)

    assert earned(row, "live") == kept(tried)
    assert earned(row, "draft") == kept(lived)


@pytest.mark.parametrize(
    ("live", "drafted", "dropped"),
    [
        (ALONE, {"base": STEEPER, "welcome": {"kind": "fixed", "points": 9}}, "third"),
        (ALONE | {"gold": RULES["gold"]}, {"base": STEEPER}, "gold"),
        (ALONE, {"gold": RULES["gold"], "capped": RULES["capped"] | {"caps": [{"units": 3, "per": "week"}]}}, "third"),
    ],
    ids=["alone on both sides", "alone in the draft", "alone in the live rules"],
)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, max_size=10))
def test_a_draft_beside_rules_that_both_sides_have_gives_what_it_would_have_given(db, live, drafted, dropped, baskets):
    tried = open_with_rules(ladder=PLAIN, **live)
    lived = open_with_rules(ladder=PLAIN, **{code: of for code, of in (live | drafted).items() if code != dropped})
    live_through(tried, baskets)
    live_through(lived, baskets)
    drafts = [draft_of(tried, code, definition) for code, definition in drafted.items()]

    row = run(tried, drafts=drafts, dropped=[EarningRule.objects.get(programme=tried, code=dropped)])

    assert earned(row, "live") == kept(tried)
    assert earned(row, "draft") == kept(lived)
