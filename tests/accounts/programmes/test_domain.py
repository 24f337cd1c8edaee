import dataclasses
import datetime as dt

import pytest

from accounts.programmes import domain
from accounts.programmes.services import Terms

DAY = dt.date


@pytest.mark.parametrize(
    ("terms", "earned_on", "expected"),
    [
        (Terms(expiry_kind="none", expiry_number=0), DAY(2026, 1, 31), None),
        (Terms(expiry_kind="days", expiry_number=1), DAY(2026, 12, 31), DAY(2027, 1, 1)),
        (Terms(expiry_kind="months", expiry_number=12), DAY(2024, 2, 29), DAY(2025, 2, 28)),
        (Terms(expiry_kind="months", expiry_number=3), DAY(2025, 11, 30), DAY(2026, 2, 28)),
        (Terms(expiry_kind="end_of_month", expiry_number=0), DAY(2026, 1, 1), DAY(2026, 2, 1)),
        (Terms(expiry_kind="end_of_month", expiry_number=0), DAY(2026, 1, 31), DAY(2026, 2, 1)),
        (Terms(expiry_kind="end_of_month", expiry_number=12), DAY(2025, 12, 5), DAY(2027, 1, 1)),
        (Terms(expiry_kind="fixed_day", expiry_number=0, expiry_month=3, expiry_day=1), DAY(2026, 2, 28), DAY(2026, 3, 1)),
        (Terms(expiry_kind="fixed_day", expiry_number=0, expiry_month=3, expiry_day=1), DAY(2026, 3, 1), DAY(2027, 3, 1)),
        (Terms(expiry_kind="fixed_day", expiry_number=1, expiry_month=1, expiry_day=1), DAY(2026, 6, 1), DAY(2028, 1, 1)),
    ],
)
def test_points_lapse_on_the_day_that_the_terms_say(terms, earned_on, expected):
    assert domain.expires_on(terms, earned_on) == expected


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"expiry_number": 0}, "expiry_number"),
        ({"expiry_kind": "none"}, "expiry_number"),
        ({"expiry_kind": "none", "expiry_number": 0}, None),
        ({"expiry_day": 1}, "expiry_day"),
        ({"expiry_kind": "fixed_day", "expiry_number": 0}, "expiry_day"),
        ({"expiry_kind": "fixed_day", "expiry_number": 0, "expiry_month": 2, "expiry_day": 29}, "expiry_day"),
        ({"expiry_kind": "fixed_day", "expiry_number": 101, "expiry_month": 2, "expiry_day": 28}, "expiry_number"),
        ({"expiry_kind": "days", "expiry_number": 36_501}, "expiry_number"),
        ({"expiry_kind": "member_year", "expiry_number": 0}, None),
        ({"expiry_kind": "member_year", "expiry_number": 0, "slide_kind": "days", "slide_number": 9, "slide_by": "any"}, "expiry_kind"),
        ({"expiry_kind": "member_year", "expiry_number": 0, "tier_expiry": {"gold": {"kind": "none"}}}, "expiry_kind"),
    ],
)
def test_terms_that_make_no_sense_name_the_field(changes, fault):
    assert domain.expiry_fault(dataclasses.replace(Terms(), **changes)) == fault


def test_contrast_is_that_of_the_standard():
    assert domain.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert domain.contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert domain.contrast("#FFFFFF", "#777777") == domain.contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize(
    ("colour", "readable"), [("#0E6B4F", True), ("#5CC9A0", False), ("#767676", False), ("#6B675E", True), ("green", False)]
)
def test_an_accent_must_be_readable_on_paper(colour, readable):
    assert domain.is_readable_accent(colour) is readable
