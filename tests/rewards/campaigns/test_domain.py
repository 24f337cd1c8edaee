import datetime as dt
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.campaigns.domain import (
    Budget,
    Goal,
    MalformedCampaign,
    Metric,
    State,
    Used,
    cost_left,
    cost_of,
    is_held_out,
    is_used_up,
    read_campaign,
    room_of,
    standing_on,
)
from rewards.earning.domain import Standing

DAYS = {"first_on": "2026-03-01", "last_on": "2026-03-31"}
KEY = bytes(range(32))


def test_a_campaign_is_read_with_its_defaults():
    terms = read_campaign(DAYS)

    assert (terms.first_on, terms.last_on) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert (terms.segment, terms.needs_clip, terms.holdout_percent, terms.goal, terms.budget) == ("", False, Decimal(10), None, Budget())


def test_everything_that_a_campaign_can_say_is_read():
    terms = read_campaign(
        DAYS
        | {
            "blackout": ["2026-03-08"],
            "segment": "lapsed",
            "needs_clip": True,
            "holdout_percent": "12.5",
            "goal": {"metric": "uses", "figure": 500, "words": "Bring them back"},
            "budget": {"units": 10_000, "cost_minor": 5_000, "uses": 300},
        }
    )

    assert terms.blackout == {dt.date(2026, 3, 8)} and terms.segment == "lapsed" and terms.needs_clip
    assert terms.goal == Goal(Metric.USES, 500, "Bring them back")
    assert terms.budget == Budget(10_000, 5_000, 300)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"first_on": "soon"}, "/first_on"),
        ({"first_on": 20260301}, "/first_on"),
        ({"last_on": "2026-02-28"}, "/last_on"),
        ({"blackout": "2026-03-08"}, "/blackout"),
        ({"blackout": ["x"]}, "/blackout/0"),
        ({"blackout": ["2026-03-08"] * 367}, "/blackout"),
        ({"segment": "Lapsed!"}, "/segment"),
        ({"segment": "a\0"}, "/segment"),
        ({"needs_clip": "yes"}, "/needs_clip"),
        ({"holdout_percent": 51}, "/holdout_percent"),
        ({"holdout_percent": "0.001"}, "/holdout_percent"),
        ({"holdout_percent": True}, "/holdout_percent"),
        ({"holdout_percent": 0.1}, "/holdout_percent"),
        ({"goal": {"metric": "fame", "figure": 1}}, "/goal/metric"),
        ({"goal": {"metric": "uses"}}, "/goal"),
        ({"goal": {"metric": "uses", "figure": 0}}, "/goal/figure"),
        ({"goal": {"metric": ["uses"], "figure": 1}}, "/goal/metric"),
        ({"budget": {"points": 1}}, "/budget"),
        ({"budget": {"units": -1}}, "/budget/units"),
        ({"budget": {"units": 10**16}}, "/budget/units"),
        ({"budget": []}, "/budget"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_named(wrong, pointer):
    with pytest.raises(MalformedCampaign) as refused:
        read_campaign(DAYS | wrong)

    assert [error.pointer for error in refused.value.errors] == [pointer]


@given(st.uuids())
def test_the_holdout_of_a_member_is_for_ever_the_same_and_grows_with_the_share(member):
    held = [is_held_out(KEY, member, Decimal(percent)) for percent in (0, 10, 25, 50)]

    assert held == sorted(held) and held[0] is False
    assert is_held_out(KEY, member, Decimal(10)) is held[1]


def test_the_holdout_takes_its_share_and_two_campaigns_hold_out_others():
    members = [uuid.UUID(int=n) for n in range(4_000)]

    first, second = ({m for m in members if is_held_out(key, m, Decimal(10))} for key in (KEY, KEY[::-1]))

    assert 330 < len(first) < 470 and 330 < len(second) < 470
    assert 15 < len(first & second) < 75  # a tenth of a tenth: neither the same members nor others on purpose


CASES = [
    ({}, Standing.IN),
    ({"state": State.PAUSED}, Standing.PAUSED),
    ({"state": State.ENDED}, Standing.OVER),
    ({"day": dt.date(2026, 2, 28)}, Standing.NOT_BEGUN),
    ({"day": dt.date(2026, 3, 1)}, Standing.IN),
    ({"day": dt.date(2026, 3, 31)}, Standing.IN),
    ({"day": dt.date(2026, 4, 1)}, Standing.OVER),
    ({"day": dt.date(2026, 3, 8)}, Standing.BLACKOUT),
    ({"is_asked": False}, Standing.NOT_ASKED),
    ({"is_held_out": True}, Standing.HOLDOUT),
    ({"is_held_out": True, "is_asked": False}, Standing.NOT_ASKED),
    ({"has_clipped": False}, Standing.NOT_CLIPPED),
    ({"has_clipped": False, "is_held_out": True}, Standing.HOLDOUT),
]


@pytest.mark.parametrize(("changed", "expected"), CASES)
def test_how_a_purchase_stands(changed, expected):
    terms = read_campaign(DAYS | {"blackout": ["2026-03-08"], "needs_clip": True})
    facts = {"state": State.RUNNING, "day": dt.date(2026, 3, 10), "is_asked": True, "is_held_out": False, "has_clipped": True} | changed

    assert standing_on(terms, facts.pop("state"), facts.pop("day"), **facts) is expected


BUDGETS = st.builds(Budget, *[st.none() | st.integers(1, 10_000)] * 3)
USED = st.builds(Used, st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))


@given(BUDGETS, USED, st.decimals("0.001", 3, places=3), st.integers(0, 20_000))
def test_what_finds_room_never_goes_beyond_the_budget(budget, used, ssp, wanted):
    units = min(wanted, room_of(budget, used, ssp))
    after = used + Used(units, cost_of(units, ssp), 1 if units else 0)

    for kind in budget.kinds:
        assert getattr(after, kind) <= max(getattr(budget, kind), getattr(used, kind))
    assert not (units and is_used_up(budget, used))


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_cost_of_what_is_left_is_all_or_nothing_at_the_ends(units, cost, left):
    was = Used(units, cost, 1)

    assert cost_left(was, 0) == 0 and cost_left(was, units) == cost
    assert 0 <= cost_left(was, min(left, units)) <= cost
