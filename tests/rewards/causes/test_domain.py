"""How many make one, what is carried, what a month owes."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loyalty.kit.clock import add_months
from rewards.causes.domain import MalformedCause, Standing, months_of, parse_cause
from tests.rewards.causes.stage import FOREST

TERMS = parse_cause(FOREST)
FEB, MARCH, APRIL = (dt.date(2025, month, 1) for month in (2, 3, 4))
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("counted", "standing"),
    [
        (0, Standing(0, 0, 0, 0, MILLION)),
        (2, Standing(2, 0, 2, 0, MILLION)),
        (3, Standing(3, 1, 0, 0, MILLION)),
        (910, Standing(910, 303, 1, 0, MILLION)),
        (1_000_001, Standing(1_000_001, 333_333, 2, 0, MILLION)),
        (2_999_999, Standing(2_999_999, 999_999, 2, 0, MILLION)),
        (3_000_000, Standing(3_000_000, MILLION, 0, 0, MILLION)),
        (3_000_031, Standing(3_000_031, MILLION, 0, 31, MILLION)),
        (-4, Standing(0, 0, 0, 0, MILLION)),
    ],
)
def test_so_many_make_so_many(counted, standing):
    assert TERMS.standing(counted) == standing


def test_a_month_carries_its_remainder_into_the_next():
    rows = months_of({FEB: 910, APRIL: 2}, dt.date(2025, 4, 30), lambda _day: TERMS)

    assert [(row.month, row.counted, row.given, row.rest, row.owed_minor) for row in rows] == [
        (FEB, 910, 303, 1, 75_750),
        (MARCH, 0, 0, 1, 0),
        (APRIL, 2, 1, 0, 250),
    ]


def test_what_is_undone_in_a_later_month_is_taken_back_there():
    rows = months_of({FEB: 3, MARCH: -1}, dt.date(2025, 3, 31), lambda _day: TERMS)

    assert [(row.given, row.rest, row.owed_minor) for row in rows] == [(1, 0, 250), (-1, 2, -250)]


@given(some.lists(some.integers(-5, 40), min_size=1, max_size=12), some.integers(1, 7), some.integers(1, 30))
def test_the_months_add_up_to_the_whole(counts, every, pledge):
    terms = parse_cause(FOREST | {"every": every, "pledge": pledge})
    counted = {add_months(FEB, place): count for place, count in enumerate(counts)}

    rows = months_of(counted, dt.date(2026, 12, 31), lambda _day: terms)

    assert sum(row.given for row in rows) == rows[-1].given_so_far == terms.standing(sum(counts)).given <= pledge
    assert all(0 <= row.rest < every for row in rows)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"every": 0}, "/every"),
        ({"every": 1.5}, "/every"),
        ({"pledge": 0}, "/pledge"),
        ({"cost_minor": -1}, "/cost_minor"),
        ({"event": "Meeting!"}, "/event"),
        ({"of": "no field"}, "/of"),
        ({"singular": ""}, "/singular"),
        ({"other_words": {"tr": ["ağaç"]}}, "/other_words/tr"),
        ({"other_words": {"turkish": ["ağaç", "ağaç"]}}, "/other_words/turkish"),
        ({"trees": 5}, "/trees"),
    ],
)
def test_a_wrong_key_is_named(more, pointer):
    with pytest.raises(MalformedCause) as refused:
        parse_cause(FOREST | more)

    assert [error.pointer for error in refused.value.errors] == [pointer]
