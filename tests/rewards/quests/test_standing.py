import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.earning.domain import Basket
from rewards.quests.domain import Mark, Stretch, measure, parse_quest, stand
from tests.rewards.earning.stage import basket, line

MONDAY = dt.date(2026, 1, 5)
CARD = {"kind": "card", "steps": [{"target": 10, "counts": "pieces"}], "reward": {"points": 50}}


def quest(**changed):
    return parse_quest(CARD | changed)


def marks(*amounts, step=0, first=MONDAY, apart=1):
    return [Mark(step, first + dt.timedelta(days=n * apart), amount) for n, amount in enumerate(amounts)]


def now(one, *amounts, today=MONDAY, **how):
    return stand([Stretch(one, marks(*amounts, **how))], today)


@pytest.mark.parametrize(
    ("changed", "amounts", "completed", "left"),
    [
        ({}, (), 0, 0),
        ({}, (9,), 0, 9),
        ({}, (9, 1), 1, 0),
        ({}, (23,), 2, 3),
        ({"head_start": 2}, (), 0, 2),
        ({"head_start": 2}, (8,), 1, 0),
        ({"head_start": 2}, (8, 8), 1, 8),
        ({"times": 1}, (23,), 1, 10),
        ({"head_start": 2}, (8, 5, -6), 0, 9),
    ],
)
def test_a_card_fills_again_and_again(changed, amounts, completed, left):
    found = now(quest(**changed), *amounts)

    assert (found.completed, found.counts) == (completed, (left,))


def test_what_is_left_on_a_card_goes_on_under_the_next_version():
    before, after = quest(head_start=2), quest(steps=[{"target": 5, "counts": "pieces"}])

    found = stand([Stretch(before, marks(15)), Stretch(after, marks(3))], MONDAY)

    assert (found.completed, found.counts) == (3, (0,))


CHALLENGE = {"kind": "challenge", "steps": [{"target": 2}, {"target": 1000, "counts": "amount"}]}


@pytest.mark.parametrize(
    ("changed", "first", "second", "completed", "counts", "is_over"),
    [
        ({}, (1, 1), (999,), 0, (2, 999), False),
        ({}, (1, 1), (1000,), 1, (2, 1000), True),
        ({}, (4,), (2500,), 1, (2, 1000), True),
        ({"times": 0}, (4,), (2500,), 2, (0, 500), False),
        ({"times": 3}, (9,), (2500,), 2, (2, 500), False),
    ],
)
def test_a_challenge_needs_all_its_steps(changed, first, second, completed, counts, is_over):
    one = quest(**(CHALLENGE | changed))

    found = stand([Stretch(one, marks(*first) + marks(*second, step=1))], MONDAY)

    assert (found.completed, found.counts, found.is_over) == (completed, counts, is_over)


def test_a_challenge_of_a_period_begins_anew_with_it():
    one = quest(kind="challenge", period="week", steps=[{"target": 2}])

    found = now(one, 2, 5, 1, apart=7, today=MONDAY + dt.timedelta(days=14))

    assert (found.completed, found.counts, found.is_over) == (2, (1,), False)


@pytest.mark.parametrize(
    ("weeks", "today_in", "completed", "row"),
    [
        ((0, 1), 1, 0, 2),
        ((0, 1, 2), 2, 1, 3),
        ((0, 1, 2), 3, 1, 0),
        ((0, 1, 3, 4), 4, 0, 2),
        ((0, 1), 2, 0, 2),
        ((0, 1), 3, 0, 0),
        ((0, 1, 2, 3, 4, 5, 6), 6, 2, 1),
    ],
)
def test_a_streak_counts_periods_in_a_row(weeks, today_in, completed, row):
    one = quest(kind="streak", in_a_row=3, steps=[{"target": 1}])
    of = [Mark(0, MONDAY + dt.timedelta(weeks=week, days=week % 5), 1) for week in weeks]

    found = stand([Stretch(one, of)], MONDAY + dt.timedelta(weeks=today_in, days=3))

    assert (found.completed, found.in_a_row) == (completed, row)


def test_steps_measure_lines_money_and_times():
    of = basket(line(500, category="coffee", quantity=2), line(300, category="cake", paid=100))
    coffee = {"field": "category", "op": "eq", "value": "coffee"}
    steps = [
        {"target": 1, "where": coffee},
        {"target": 1, "counts": "pieces", "where": coffee},
        {"target": 1, "counts": "pieces"},
        {"target": 1, "counts": "amount"},
        {"target": 1, "when": {"field": "order.price", "op": "ge", "value": 1000}},
    ]
    one = quest(kind="challenge", steps=steps)

    assert [measure(step, of) for step in one.steps] == [1, 2, 3, 600, 0]
    assert [measure(step, Basket(())) for step in one.steps] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(("counts", "amount"), [({}, 1), ({"counts": "amount", "of": {"field": "event.km", "kind": "number"}}, 7)])
def test_steps_measure_events(counts, amount):
    [step] = quest(steps=[{"target": 10, "trigger": "event:run"} | counts]).steps

    assert measure(step, Basket((), {"event.km": Decimal("7.9")})) == amount


QUESTS = st.sampled_from(
    [
        quest(),
        quest(head_start=3, times=2),
        quest(**CHALLENGE),
        quest(kind="challenge", period="week", times=0, steps=[{"target": 3, "counts": "pieces"}]),
        quest(kind="streak", period="week", in_a_row=2, steps=[{"target": 2, "counts": "pieces"}]),
        quest(kind="streak", period="day", in_a_row=3, steps=[{"target": 1}, {"target": 500, "counts": "amount"}]),
    ]
)
PURCHASES = st.lists(
    st.tuples(st.integers(0, 30), st.lists(st.tuples(st.integers(1, 900), st.integers(1, 6)), min_size=1, max_size=3)), max_size=12
)


def bought(lines):
    return basket(*(line(price * pieces, paid=price * pieces, quantity=pieces) for price, pieces in lines if pieces))


def counted(one, day, lines):
    of = bought(lines)
    return [Mark(place, MONDAY + dt.timedelta(days=day), amount) for place, step in enumerate(one.steps) if (amount := measure(step, of))]


@given(one=QUESTS, purchases=PURCHASES, data=st.data())
def test_after_any_returns_a_quest_stands_as_if_only_the_kept_had_been_bought(one, purchases, data):
    """Marks of the purchases and of returns in any order come to what the kept goods alone would have counted."""
    of, kept = [], [list(lines) for _day, lines in purchases]
    for (day, _lines), lines in zip(purchases, kept, strict=True):
        of += counted(one, day, lines)
    for _return in range(data.draw(st.integers(0, 6)) if purchases else 0):
        which = data.draw(st.integers(0, len(purchases) - 1))
        day, before = purchases[which][0], counted(one, purchases[which][0], kept[which])
        place = data.draw(st.integers(0, len(kept[which]) - 1))
        price, pieces = kept[which][place]
        kept[which][place] = (price, data.draw(st.integers(0, pieces)))
        after = {mark.step: mark.amount for mark in counted(one, day, kept[which])}
        of += [Mark(mark.step, mark.on, after.get(mark.step, 0) - mark.amount) for mark in before]
    today = MONDAY + dt.timedelta(days=data.draw(st.integers(0, 35)))

    found = stand([Stretch(one, of)], today)

    alone = [mark for (day, _lines), lines in zip(purchases, kept, strict=True) for mark in counted(one, day, lines)]
    assert found == stand([Stretch(one, alone)], today)
