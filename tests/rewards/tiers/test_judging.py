"""Standings as they follow from what is known: windows, keeping, downgrades, tiers by hand, returns and late arrivals."""

import datetime as dt
import uuid

import pytest

from rewards.tiers.domain import FOREVER, StandingReason, compile_ladder
from rewards.tiers.domain.counting import PURCHASES, Tally
from rewards.tiers.domain.judging import Case, Force, Hand, judge, sight
from tests.rewards.tiers.definitions import ladder, spend

JOINED = dt.date(2026, 2, 10)
VERSION = uuid.UUID(int=7)
START = dt.date(2000, 1, 1)
MONTHS = {"kind": "months", "months": 12}
ROLLING = {"kind": "rolling", "months": 12}


def day(text):
    return dt.date.fromisoformat(text)


def bought(on, minor, *, key="gross", known=None, purchases=1):
    """Return what a purchase, or a return of it that is known from another day on, counts."""
    evidence = uuid.UUID(int=day(known or on).toordinal())
    return [Tally(PURCHASES, day(on), day(known or on), purchases, evidence), Tally(key, day(on), day(known or on), minor, evidence)]


def back(on, minor, known, *, whole=False):
    return bought(on, -minor, known=known, purchases=-int(whole))


def case(definition, *tallies, hands=(), later=()):
    forces = [Force(START, VERSION, compile_ladder(definition, scales={"xp": 0}))]
    forces += [Force(day(on), uuid.UUID(int=9), compile_ladder(one, scales={})) for on, one in later]
    codes = [level["code"] for level in definition["tiers"]]
    return Case(JOINED, forces, [tally for of in tallies for tally in of], hands, {code: rank for rank, code in enumerate(codes)})


def told(definition, *tallies, **kwargs):
    """Return the marks in short."""
    marks = judge(case(definition, *tallies, **kwargs))
    return [(mark.on.isoformat(), mark.tier, str(mark.reason)) for mark in marks]


def test_a_calendar_year_is_kept_to_the_end_of_the_next_and_then_falls_to_what_was_kept():
    said = ladder(spend(silver=100, gold=500))

    found = told(said, bought("2026-03-01", 100), bought("2026-06-01", 400), bought("2027-05-01", 100))

    assert found == [
        ("2026-03-01", "silver", "reached"),
        ("2026-06-01", "gold", "reached"),
        ("2028-01-01", "silver", "lowered"),
        ("2029-01-01", None, "lowered"),
    ]


def test_keeping_may_ask_for_less_than_reaching():
    tiers = [{"code": "gold", "name": "Gold", "reach": {"all": {"spend": 500}}, "keep": {"all": {"spend": 300}}}]

    kept = told(ladder(tiers), bought("2026-03-01", 500), bought("2027-05-01", 300))
    lost = told(ladder(tiers), bought("2026-03-01", 500), bought("2027-05-01", 299), bought("2028-03-01", 300))

    assert kept == [("2026-03-01", "gold", "reached"), ("2028-01-01", "gold", "kept"), ("2029-01-01", None, "lowered")]
    assert lost == [("2026-03-01", "gold", "reached"), ("2028-01-01", None, "lowered")]


def test_a_rolling_window_forgets_day_by_day():
    said = ladder(spend(gold=500), window={"kind": "rolling", "days": 30}, keeps={"kind": "months", "months": 1})

    within = told(said, bought("2026-03-01", 250), bought("2026-03-30", 250))
    without = told(said, bought("2026-03-01", 250), bought("2026-03-31", 250))

    assert within == [("2026-03-30", "gold", "reached"), ("2026-04-30", None, "lowered")]
    assert without == []


def test_a_tier_is_judged_again_at_its_end_by_what_still_counts():
    said = ladder(spend(gold=500), window={"kind": "rolling", "months": 24}, keeps=MONTHS)

    found = told(said, bought("2026-03-01", 500))

    assert found == [("2026-03-01", "gold", "reached"), ("2027-03-01", "gold", "kept"), ("2028-03-01", None, "lowered")]


def test_an_anniversary_year_begins_on_the_day_of_joining():
    said = ladder(spend(gold=500), window={"kind": "anniversary"}, keeps={"kind": "end_of_year"})

    before_and_after = told(said, bought("2027-02-09", 250), bought("2027-02-10", 250))
    within = told(said, bought("2026-02-10", 250), bought("2027-02-09", 250))

    assert before_and_after == []
    assert within == [("2027-02-09", "gold", "reached"), ("2027-02-10", None, "lowered")]


def test_a_membership_year_begins_anew_with_nothing_counted_when_a_tier_is_reached():
    said = ladder(spend(silver=100, gold=500), window={"kind": "membership_year"}, keeps={"kind": "end_of_year"})

    found = told(said, bought("2026-03-01", 450), bought("2026-04-01", 60), bought("2026-05-01", 440))

    assert found == [("2026-03-01", "silver", "reached"), ("2026-05-01", "gold", "reached"), ("2027-05-02", None, "lowered")]


def test_a_tier_for_life_has_no_end():
    said = ladder(spend(gold=500), window={"kind": "lifetime"})

    assert told(said, bought("2026-03-01", 400), bought("2031-03-01", 100)) == [("2031-03-01", "gold", "reached")]


@pytest.mark.parametrize(
    ("downgrade", "found"),
    [
        ({"kind": "full"}, [("2028-01-01", None, "lowered")]),
        ({"kind": "none"}, []),
        ({"kind": "one_step"}, [("2028-01-01", "silver", "lowered"), ("2029-01-01", None, "lowered")]),
        (
            {"kind": "soft_landing"},
            [("2028-01-01", "silver", "lowered"), ("2029-01-01", "bronze", "lowered"), ("2030-01-01", None, "lowered")],
        ),
        ({"kind": "full", "grace_days": 31}, [("2028-01-01", "gold", "grace"), ("2028-02-01", None, "lowered")]),
    ],
)
def test_a_downgrade_goes_as_far_as_its_policy_says(downgrade, found):
    said = ladder(spend(bronze=50, silver=100, gold=500), downgrade=downgrade)

    assert told(said, bought("2026-03-01", 500)) == [("2026-03-01", "gold", "reached"), *found]


def test_what_is_bought_in_the_days_of_grace_keeps_the_tier():
    said = ladder(spend(gold=500), downgrade={"kind": "full", "grace_days": 31})

    found = told(said, bought("2026-03-01", 500), bought("2028-01-31", 500))

    assert found == [
        ("2026-03-01", "gold", "reached"),
        ("2028-01-01", "gold", "grace"),
        ("2028-01-31", "gold", "kept"),
        ("2030-01-01", "gold", "grace"),
        ("2030-02-01", None, "lowered"),
    ]


def test_a_composite_asks_for_all_or_any():
    metrics = {"spend": {"kind": "spend"}, "trips": {"kind": "visits", "of": "days"}}
    both = [{"code": "gold", "name": "G", "reach": {"all": {"spend": 500, "trips": 2}}}]
    either = [{"code": "gold", "name": "G", "reach": {"any": {"spend": 500, "trips": 2}}}]
    trips = [bought("2026-03-01", 600), bought("2026-03-01", 10), bought("2026-04-01", 10)]

    assert told(ladder(both, metrics=metrics), *trips)[0] == ("2026-04-01", "gold", "reached")
    assert told(ladder(either, metrics=metrics), *trips)[0] == ("2026-03-01", "gold", "reached")


def test_a_return_is_known_from_its_day_on_and_what_was_held_before_stays_said():
    found = told(ladder(spend(silver=100, gold=500)), bought("2026-03-01", 500), back("2026-03-01", 100, "2026-05-01"))

    assert found == [("2026-03-01", "gold", "reached"), ("2026-05-01", "silver", "lowered"), ("2028-01-01", None, "lowered")]


def test_a_return_of_last_years_purchase_takes_what_it_gave():
    said = ladder(spend(gold=500))

    found = told(said, bought("2026-12-30", 500), back("2026-12-30", 500, "2027-01-10", whole=True))

    assert found == [("2026-12-30", "gold", "reached"), ("2027-01-10", None, "lowered")]


def test_the_order_of_arrival_makes_no_difference():
    said = ladder(spend(silver=100, gold=500))
    events = [bought("2026-03-01", 300), bought("2026-06-01", 300), back("2026-03-01", 200, "2026-07-01"), bought("2026-05-01", 100)]

    assert told(said, *events) == told(said, *reversed(events))


def test_a_base_from_joining_needs_no_purchase_and_never_ends():
    assert told(ladder(spend(blue=0, gold=500), base="joining")) == [("2026-02-10", "blue", "reached")]
    assert told(ladder(spend(blue=0, gold=500))) == []


def test_a_free_keep_of_a_base_from_joining_comes_to_an_end():
    tiers = [*spend(blue=0), {"code": "gold", "name": "G", "reach": {"all": {"spend": 500}}, "keep": {"all": {"spend": 0}}}]

    found = told(ladder(tiers, base="joining"), bought("2026-03-01", 500))

    assert found[-1][1] == "gold"


def test_a_member_given_a_tier_by_hand_can_still_rise_and_falls_back_at_its_end():
    hand = Hand("silver", day("2026-03-01"), day("2026-08-31"), uuid.UUID(int=3))

    rising = told(ladder(spend(silver=100, gold=500)), bought("2026-05-01", 500), hands=[hand])
    staying = told(ladder(spend(silver=100, gold=500)), hands=[hand])

    assert rising[:2] == [("2026-03-01", "silver", "given"), ("2026-05-01", "gold", "reached")]
    assert staying == [("2026-03-01", "silver", "given"), ("2026-09-01", None, "lowered")]


def test_who_holds_a_tier_by_hand_keeps_it_by_the_threshold_of_keeping():
    tiers = [{"code": "gold", "name": "Gold", "reach": {"all": {"spend": 500}}, "keep": {"all": {"spend": 300}}}]
    hand = Hand("gold", day("2026-03-01"), day("2026-08-31"), uuid.UUID(int=3))

    found = told(ladder(tiers), bought("2026-05-01", 300), hands=[hand])

    assert [mark for mark in found if mark[1] is None] == [("2028-01-01", None, "lowered")]


def test_a_tier_without_threshold_is_only_given():
    tiers = [*spend(gold=500), {"code": "black", "name": "Black"}]

    assert [mark[1] for mark in told(ladder(tiers), bought("2026-05-01", 10**9))] == ["gold", None]


def test_a_new_version_judges_from_its_first_day_on():
    stricter, milder = ladder(spend(gold=900)), ladder(spend(gold=200))

    assert told(ladder(spend(gold=500)), bought("2026-05-01", 500), later=[("2026-07-01", stricter)])[1] == ("2028-01-01", None, "lowered")
    assert told(ladder(spend(gold=500)), bought("2026-05-01", 300), later=[("2026-07-01", milder)])[0] == ("2026-07-01", "gold", "reached")


def test_sight_says_what_counts_on_a_day():
    said = case(ladder(spend(gold=500), window=ROLLING), bought("2026-03-01", 300), bought("2026-06-01", 50))

    now, later = sight(said, day("2026-07-01")), sight(said, day("2027-03-01"))

    assert (now.first_on, now.last_on, dict(now.found)) == (day("2025-07-02"), day("2026-07-01"), {"spend": 350})
    assert dict(later.found) == {"spend": 50}
    assert FOREVER.year == 9999 and StandingReason.GIVEN == "given"
