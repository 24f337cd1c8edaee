import datetime as dt

import pytest

from reporting.insights.domain import Stretch, stretch_of

TODAY = dt.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("code", "first", "last", "before", "year_before"),
    [
        ("2026-02", "2026-02-01", "2026-02-28", ("2026-01-01", "2026-01-31"), ("2025-02-01", "2025-02-28")),
        ("2026-03", "2026-03-01", "2026-03-10", ("2026-02-01", "2026-02-10"), ("2025-03-01", "2025-03-10")),
        ("2025-Q4", "2025-10-01", "2025-12-31", ("2025-07-01", "2025-09-30"), ("2024-10-01", "2024-12-31")),
        ("2026-Q1", "2026-01-01", "2026-03-10", ("2025-10-01", "2025-12-10"), ("2025-01-01", "2025-03-10")),
        ("2025", "2025-01-01", "2025-12-31", ("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31")),
        ("2026", "2026-01-01", "2026-03-10", ("2025-01-01", "2025-03-10"), ("2025-01-01", "2025-03-10")),
        ("", "2025-04-01", "2026-03-10", ("2024-04-01", "2025-03-10"), ("2024-04-01", "2025-03-10")),
    ],
)
def test_like_is_held_against_like(code, first, last, before, year_before):
    shown = stretch_of(code, TODAY)

    def days(stretch):
        return (stretch.first_on.isoformat(), stretch.last_on.isoformat())

    assert days(shown) == (first, last)
    assert days(shown.before()) == before
    assert days(shown.year_before()) == year_before


@pytest.mark.parametrize("code", ["x", "2026-13", "2026-00", "2026-Q5", "0000", "9999", "2026-Q", "٢٠٢٦"])
def test_what_cannot_be_read_is_the_last_twelve_months(code):
    assert stretch_of(code, TODAY) == stretch_of("", TODAY)


def test_a_leap_day_is_held_against_the_last_of_february():
    assert stretch_of("2028-02", dt.date(2028, 2, 29)).year_before() == Stretch(dt.date(2027, 2, 1), dt.date(2027, 2, 28), 1)


def test_the_future_has_its_days_and_no_more():
    assert stretch_of("2026-12", TODAY).last_on == dt.date(2026, 12, 31)


def test_the_last_day_of_a_month_is_the_whole_month():
    assert stretch_of("2026-02", dt.date(2026, 2, 28)).before() == Stretch(dt.date(2026, 1, 1), dt.date(2026, 1, 31), 1)
