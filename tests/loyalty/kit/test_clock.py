"""A day belongs to a place."""

import datetime as dt

import pytest

from loyalty.kit.clock import business_date


@pytest.mark.parametrize(
    ("moment", "time_zone", "day"),
    [
        ("2026-01-15T21:30+00:00", "Europe/Istanbul", "2026-01-16"),
        ("2026-01-15T20:30+00:00", "Europe/Istanbul", "2026-01-15"),
        ("2026-01-01T02:00+00:00", "America/New_York", "2025-12-31"),
        ("2026-06-30T23:30+00:00", "Europe/London", "2026-07-01"),
        ("2026-12-30T23:30+00:00", "Europe/London", "2026-12-30"),
        ("2026-01-15T23:30-05:00", "UTC", "2026-01-16"),
    ],
)
def test_a_moment_falls_on_the_day_that_the_place_has_then(moment, time_zone, day):
    assert business_date(dt.datetime.fromisoformat(moment), time_zone) == dt.date.fromisoformat(day)
