import datetime as dt

import pytest

from rewards.transfers.domain import Obstacle, Rules, Sender, masked_name, obstacle

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
OPEN = Rules(True, 10, 500, 800, 7, 24)
OLD_HAND = Sender(True, NOW - dt.timedelta(days=7), NOW - dt.timedelta(hours=24), 300)


def changed(row, **facts):
    return type(row)(**{name: facts.get(name, getattr(row, name)) for name in row.__slots__})


def test_nothing_stands_in_the_way_at_the_very_limits():
    assert obstacle(OPEN, OLD_HAND, 500, NOW) is None
    assert obstacle(OPEN, OLD_HAND, 10, NOW) is None


@pytest.mark.parametrize(
    ("rules", "sender", "units", "expected"),
    [
        ({"is_offered": False}, {}, 100, Obstacle.NOT_OFFERED),
        ({}, {"is_active": False}, 100, Obstacle.MEMBER_NOT_ACTIVE),
        ({}, {"joined_at": NOW - dt.timedelta(days=7) + dt.timedelta(seconds=1)}, 100, Obstacle.TOO_NEW),
        ({}, {}, 9, Obstacle.TOO_FEW),
        ({}, {}, 501, Obstacle.TOO_MANY),
        ({}, {"last_at": NOW - dt.timedelta(hours=23, minutes=59)}, 100, Obstacle.TOO_SOON),
        ({}, {"sent_units": 301}, 500, Obstacle.LIMIT_REACHED),
        ({"most_units": None, "most_units_30_days": None}, {"sent_units": 10**9}, 10**9, None),
        ({}, {"last_at": None, "sent_units": 0}, 100, None),
    ],
)
def test_each_rule_stands_in_the_way(rules, sender, units, expected):
    assert obstacle(changed(OPEN, **rules), changed(OLD_HAND, **sender), units, NOW) == expected


@pytest.mark.parametrize(
    ("names", "masked"), [(("Ada", "Lovelace"), "A••• L•••"), (("Ada", ""), "A•••"), (("", "Şen"), "Ş•••"), (("", ""), "•••")]
)
def test_a_masked_name_tells_who_knows_and_nobody_else(names, masked):
    assert masked_name(*names) == masked
