"""Days, hours and the freshness of a code."""

import datetime as dt

import pytest

from rewards.check_ins.domain import HELD, SLOT, Hours, Limit, Opening, counted_on, is_fresh, judged_at, seconds_left, slot_of

HOURS = Hours(dt.date(2026, 1, 15), dt.date(2026, 1, 17), dt.time(9), dt.time(18))
AT = dt.datetime(2026, 1, 15, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        ((2026, 1, 14, 12, 0), Opening.NOT_YET),
        ((2026, 1, 15, 8, 59), Opening.BEFORE_HOURS),
        ((2026, 1, 15, 9, 0), Opening.OPEN),
        ((2026, 1, 16, 17, 59), Opening.OPEN),
        ((2026, 1, 16, 18, 0), Opening.AFTER_HOURS),
        ((2026, 1, 17, 8, 0), Opening.BEFORE_HOURS),
        ((2026, 1, 17, 18, 0), Opening.OVER),
        ((2026, 1, 18, 12, 0), Opening.OVER),
    ],
)
def test_a_point_is_open_in_its_hours_on_its_days(moment, standing):
    assert HOURS.standing(dt.datetime(*moment, tzinfo=dt.UTC)) is standing


def test_a_code_counts_in_its_own_slot_and_the_next():
    slot = slot_of(AT)

    assert [is_fresh(slot, AT + SLOT * n) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert slot_of(AT + dt.timedelta(seconds=seconds_left(AT))) == slot + 1


def test_once_a_day_counts_by_the_day_and_once_in_all_by_the_first():
    day = dt.date(2026, 1, 16)

    assert (counted_on(Limit.DAY, HOURS, day), counted_on(Limit.ONCE, HOURS, day)) == (day, HOURS.first_on)


def test_a_code_is_judged_by_the_scan_for_a_quarter_of_an_hour():
    late = dt.timedelta(seconds=1)

    assert judged_at(AT - HELD, AT) == AT - HELD
    assert judged_at(AT - HELD - late, AT) == AT
    assert judged_at(AT + late, AT) == AT
    assert judged_at(None, AT) == AT
