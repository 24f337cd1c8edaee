"""What arrives one by one, in any order, comes to the same standings as everything at once."""

import datetime as dt
import uuid
from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.tiers import domain
from rewards.tiers.domain import Amount, Fact, KeepsThrough, Ladder, Step, YearCount, compile_ladder, periods, timeline
from rewards.tiers.domain.counting import PURCHASES, Tally
from rewards.tiers.domain.differences import rows_to_add, stands
from rewards.tiers.domain.judging import Case, Force, Hand, judge
from tests.rewards.tiers.definitions import ladder, spend

FIRST = dt.date(2026, 1, 1)
JOINED = dt.date(2026, 2, 28)
IDS = {"blue": 1, "silver": 2, "gold": 3}
RANKS = {"blue": 1, "silver": 2, "gold": 3}
METRICS = {"spend": {"kind": "spend"}, "trips": {"kind": "visits", "of": "days"}}

windows = st.one_of(
    st.sampled_from([{"kind": kind} for kind in ("calendar_year", "anniversary", "membership_year", "lifetime")]),
    st.builds(lambda days: {"kind": "rolling", "days": days}, st.integers(1, 500)),
    st.builds(lambda months: {"kind": "rolling", "months": months}, st.integers(1, 24)),
)
keeps = st.one_of(
    st.sampled_from([{"kind": "end_of_year"}, {"kind": "end_of_next_year"}]),
    st.builds(lambda months: {"kind": "months", "months": months}, st.integers(1, 24)),
)
downgrades = st.builds(
    lambda kind, grace: {"kind": kind} | ({"grace_days": grace} if grace else {}),
    st.sampled_from(["full", "one_step", "soft_landing", "none"]),
    st.integers(0, 60),
)


@st.composite
def ladders(draw):
    blue, silver, gold = 0 if draw(st.booleans()) else 10, draw(st.integers(20, 200)), draw(st.integers(201, 600))
    how = draw(st.sampled_from(["all", "any"]))
    tiers = [
        {"code": "blue", "name": "Blue", "reach": {"all": {"spend": blue}}},
        {
            "code": "silver",
            "name": "Silver",
            "reach": {how: {"spend": silver, "trips": 2}},
            "keep": {how: {"spend": draw(st.integers(0, silver))}},
        },
        {
            "code": "gold",
            "name": "Gold",
            "reach": {how: {"spend": gold, "trips": 4}},
            "keep": {how: {"spend": draw(st.integers(0, gold)), "trips": 3}},
        },
    ]
    base = draw(st.sampled_from(["joining", "first_purchase"]))
    said = ladder(tiers, metrics=METRICS, window=draw(windows), keeps=draw(keeps), downgrade=draw(downgrades), base=base)
    return compile_ladder(said, scales={})


@st.composite
def histories(draw):
    """Purchases and what came back of them, each a list of tallies, in the order in which they arrive."""
    arrivals = []
    for number in range(draw(st.integers(0, 8))):
        on = FIRST + dt.timedelta(days=draw(st.integers(0, 1_200)))
        minor, evidence = draw(st.integers(0, 500)), uuid.UUID(int=2 * number + 1)
        bought = [Tally(PURCHASES, on, on, 1, evidence), Tally("gross", on, on, minor, evidence)]
        arrivals.append([bought])
        if draw(st.integers(0, 3)) == 0:
            known, part = on + dt.timedelta(days=draw(st.integers(0, 500))), draw(st.integers(0, minor))
            gone = uuid.UUID(int=2 * number + 2)
            back = [Tally("gross", on, known, -part, gone)] + ([Tally(PURCHASES, on, known, -1, gone)] if part == minor else [])
            arrivals[-1].append(back)
    order = draw(st.permutations([place for place, of in enumerate(arrivals) for _event in of]))
    waiting = {place: list(of) for place, of in enumerate(arrivals)}
    return [waiting[place].pop(0) for place in order]


hands = st.lists(
    st.builds(
        lambda tier, start, days, number: Hand(
            tier, FIRST + dt.timedelta(days=start), FIRST + dt.timedelta(days=start + days), uuid.UUID(int=number)
        ),
        st.sampled_from(["silver", "gold"]),
        st.integers(0, 1_000),
        st.integers(0, 400),
        st.integers(1_000, 2_000),
    ),
    max_size=2,
)


@settings(max_examples=300, deadline=None)
@given(ladders(), st.none() | ladders(), st.integers(1, 900), histories(), hands)
def test_one_by_one_comes_to_the_same_as_all_at_once(scheme, later, begins, arrivals, given_by_hand):
    forces = [Force(dt.date(2000, 1, 1), uuid.UUID(int=5_000), scheme)]
    forces += [Force(FIRST + dt.timedelta(days=begins), uuid.UUID(int=5_001), later)] if later else []
    facts: list[Fact] = []
    known: list[Tally] = []

    for arrival in [[], *arrivals]:
        known += arrival
        marks = judge(Case(JOINED, forces, known, given_by_hand, RANKS))
        facts += [fact for fact, _evidence in rows_to_add(facts, marks, IDS, otherwise=uuid.UUID(int=0))]
        assert rows_to_add(facts, marks, IDS, otherwise=uuid.UUID(int=0)) == [], "doing it again changes nothing"

    counts = Counter()
    for tally in known:
        counts[tally[:3]] += tally.amount
    evidence = {tally[:3]: tally.evidence for tally in known}
    summed = [Tally(*key, amount, evidence[key]) for key, amount in counts.items()]
    at_once = judge(Case(JOINED, forces, summed[::-1], given_by_hand, RANKS))
    fresh = [fact for fact, _evidence in rows_to_add([], at_once, IDS, otherwise=uuid.UUID(int=0))]
    assert stands(periods(facts)) == stands(periods(fresh))


plain_spends = st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 500)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(plain_spends, st.sampled_from(KeepsThrough), st.integers(1, 300), st.integers(301, 900))
def test_a_plain_ladder_is_judged_as_it_is_counted(spends, keeps_through, silver, gold):
    steps = (Step(1, "blue", 1, 0), Step(2, "silver", 2, silver), Step(3, "gold", 3, gold))
    plain = Ladder(steps, keeps_through)
    years: dict[int, YearCount] = defaultdict(lambda: YearCount(0, 0, None, {}))
    facts, tallies = [], []
    for number, (after, minor) in enumerate(sorted(spends)):
        on, evidence = FIRST + dt.timedelta(days=after), uuid.UUID(int=number + 1)
        for turn in years[on.year].count(Amount(business_on=on, amount_minor=minor, purchases=1, evidence=evidence), plain):
            to_on = domain.kept_through(on.year, keeps_through)
            facts.append(Fact(turn.step.tier, turn.step.rank, on.year, turn.on, to_on, turn.reason))
        tallies += [Tally(PURCHASES, on, on, 1, evidence), Tally("gross", on, on, minor, evidence)]

    said = ladder(spend(blue=0, silver=silver, gold=gold), keeps={"kind": keeps_through.value})
    scheme = compile_ladder(said, scales={})
    marks = judge(Case(FIRST, [Force(dt.date(2000, 1, 1), uuid.UUID(int=5_000), scheme)], tallies, (), RANKS))

    counted = [(stay.from_on, stay.tier) for stay in timeline(facts)]
    assert [(mark.on, IDS[mark.tier] if mark.tier else None) for mark in marks if mark.reason != "kept"] == counted
