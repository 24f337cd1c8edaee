"""What a member may give away in a month, and what stands in the way."""

import datetime as dt

import pytest

from rewards.recognition.domain import MalformedRecognition, Obstacle, lapses_on, parse_recognition
from tests.rewards.recognition.stage import TERMS

BOTH = {"allowance": "allowance", "earned": "points"}
MARCH = dt.date(2025, 3, 1)


def terms(**more):
    return parse_recognition(BOTH | TERMS | more)


@pytest.mark.parametrize(
    ("said", "units"),
    [(None, 100), ("3", 130), (3, 130), (0, 100), ("30", 200), ("three", 100), ("-3", 100), (True, 100), ("9" * 40, 100), ([3], 100)],
)
def test_a_fact_of_the_member_gives_more_up_to_its_most(said, units):
    attributes = {} if said is None else {"direct_reports": said}

    assert terms().allowance_of(attributes, dt.date(2024, 1, 1), MARCH) == units


@pytest.mark.parametrize(
    ("joined", "units"), [(dt.date(2025, 3, 1), 100), (dt.date(2025, 3, 17), 48), (dt.date(2025, 3, 31), 3), (dt.date(2025, 2, 17), 100)]
)
def test_who_joins_within_a_month_gets_the_part_that_is_left(joined, units):
    assert terms(prorate=True).allowance_of({}, joined, MARCH) == units
    assert terms().allowance_of({}, joined, MARCH) == 100


def test_an_allowance_lapses_on_the_first_of_the_next_month():
    assert [lapses_on(dt.date(2025, month, 1)) for month in (3, 12)] == [dt.date(2025, 4, 1), dt.date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("more", "given", "obstacle"),
    [
        ({}, {}, None),
        ({}, {"value": "luck"}, Obstacle.UNKNOWN_VALUE),
        ({}, {"value": ""}, Obstacle.UNKNOWN_VALUE),
        ({"values": {}}, {"value": ""}, None),
        ({"values": {}}, {"value": "luck"}, Obstacle.UNKNOWN_VALUE),
        ({"least_units": 5}, {"units": 4}, Obstacle.TOO_FEW),
        ({"most_units": 50}, {"units": 51}, Obstacle.TOO_MANY),
        ({"most_units": 50}, {"units": 50}, None),
        ({}, {"given_today": 4}, None),
        ({}, {"given_today": 5}, Obstacle.TOO_OFTEN),
    ],
)
def test_the_first_obstacle_is_named(more, given, obstacle):
    assert terms(**more).obstacle(**({"units": 10, "value": "teamwork", "given_today": 0} | given)) == obstacle


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"monthly_units": 0}, "/monthly_units"),
        ({"allowance": "All!"}, "/allowance"),
        ({"extra": {"attribute": "x", "each_units": 1}}, "/extra/most_units"),
        ({"extra": {"attribute": "Direct Reports", "each_units": 1, "most_units": 1}}, "/extra/attribute"),
        ({"prorate": "yes"}, "/prorate"),
        ({"values": {"Team!": {"name": "Team"}}}, "/values/Team!"),
        ({"values": {"team": {"name": ""}}}, "/values/team/name"),
        ({"values": {"team": {"name": "Team", "other_names": {"turkish": "Ekip"}}}}, "/values/team/other_names/turkish"),
        ({"most_units": 5, "least_units": 6}, "/most_units"),
        ({"times_a_day": 0}, "/times_a_day"),
        ({"monthly": 100}, "/monthly"),
    ],
)
def test_a_wrong_key_is_named(more, pointer):
    with pytest.raises(MalformedRecognition) as refused:
        terms(**more)

    assert [error.pointer for error in refused.value.errors] == [pointer]
