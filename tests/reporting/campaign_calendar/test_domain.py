import datetime as dt

from reporting.campaign_calendar.domain import WIDTH, Bar, Window, bar_of

JUNE = Window(dt.date(2026, 6, 1), 1)
"""Thirty days of 40 units."""


def test_a_bar_goes_from_its_first_day_through_its_last():
    assert WIDTH == 30 * 40
    assert bar_of(JUNE, dt.date(2026, 6, 2), dt.date(2026, 6, 4)) == Bar("40.0", "120.0")


def test_a_bar_is_cut_at_the_edges():
    assert bar_of(JUNE, dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == Bar("0.0", "1200.0")
    assert bar_of(JUNE, dt.date(2026, 6, 30), dt.date(2026, 7, 5)) == Bar("1160.0", "40.0")


def test_a_bar_can_be_seen_however_short_it_is():
    years = Window(dt.date(2020, 1, 1), 120)

    assert bar_of(years, dt.date(2021, 1, 1), dt.date(2021, 1, 1)).width == "4.0"


def test_a_window_shows_what_touches_it():
    assert JUNE.last_on == dt.date(2026, 6, 30)
    assert JUNE.shows(dt.date(2026, 5, 1), dt.date(2026, 6, 1))
    assert JUNE.shows(dt.date(2026, 6, 30), dt.date(2026, 8, 1))
    assert not JUNE.shows(dt.date(2026, 7, 1), dt.date(2026, 8, 1))
