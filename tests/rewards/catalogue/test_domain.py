"""What stands between a member and a reward."""

import dataclasses
import datetime as dt

import pytest

from rewards.catalogue.domain import Asker, Conditions, Obstacle, obstacles, taken_within

OPEN = Conditions(price_points=500, is_offered=True, left=None, limit=None, min_rank=None)
ABLE = Asker(is_active=True, spendable=500, taken=0, rank=None)
DAY = dt.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("conditions", "asker", "obstacle"),
    [
        ({"is_offered": False}, {}, Obstacle.OUTSIDE_WINDOW),
        ({}, {"is_active": False}, Obstacle.MEMBER_NOT_ACTIVE),
        ({"min_rank": 1}, {}, Obstacle.TIER_TOO_LOW),
        ({"min_rank": 2}, {"rank": 1}, Obstacle.TIER_TOO_LOW),
        ({"limit": 2}, {"taken": 2}, Obstacle.LIMIT_REACHED),
        ({"left": 0}, {}, Obstacle.SOLD_OUT),
        ({}, {"spendable": 499}, Obstacle.NOT_ENOUGH_POINTS),
    ],
)
def test_each_condition_stands_in_the_way_alone(conditions, asker, obstacle):
    assert obstacles(dataclasses.replace(OPEN, **conditions), dataclasses.replace(ABLE, **asker)) == [obstacle]


@pytest.mark.parametrize(
    ("conditions", "asker"),
    [({}, {}), ({"left": 1}, {}), ({"limit": 1}, {}), ({"min_rank": 1}, {"rank": 1}), ({"min_rank": 1}, {"rank": 2})],
)
def test_conditions_that_are_just_met_do_not(conditions, asker):
    assert obstacles(dataclasses.replace(OPEN, **conditions), dataclasses.replace(ABLE, **asker)) == []


def test_a_quantity_counts_against_points_stock_and_limit():
    conditions = dataclasses.replace(OPEN, left=1, limit=1)

    assert obstacles(conditions, ABLE, quantity=2) == [Obstacle.LIMIT_REACHED, Obstacle.SOLD_OUT, Obstacle.NOT_ENOUGH_POINTS]


def test_what_lies_in_the_member_is_one_code():
    assert {obstacle.code for obstacle in (Obstacle.MEMBER_NOT_ACTIVE, Obstacle.TIER_TOO_LOW)} == {"not_eligible"}
    assert Obstacle.SOLD_OUT.code == "sold_out"


def test_a_window_of_days_ends_with_today():
    takings = [(DAY, 1), (DAY - dt.timedelta(days=6), 2), (DAY - dt.timedelta(days=7), 4)]

    assert taken_within(takings, DAY, 7) == 3
    assert taken_within(takings, DAY, None) == 7
