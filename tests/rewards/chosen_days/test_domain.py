"""Periods, and which day can be chosen when."""

import datetime as dt

import pytest

from rewards.chosen_days.domain import ChosenDayTerms, Every, MalformedChosenDay, Refusal, Span, fact_of, parse_chosen_day

TODAY = dt.date(2026, 1, 15)
MONTHLY = ChosenDayTerms(Every.MONTH)


def day(month, number, year=2026):
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    ("every", "now", "after"),
    [
        (Every.WEEK, (day(1, 12), day(1, 18)), (day(1, 19), day(1, 25))),
        (Every.MONTH, (day(1, 1), day(1, 31)), (day(2, 1), day(2, 28))),
        (Every.QUARTER, (day(1, 1), day(3, 31)), (day(4, 1), day(6, 30))),
        (Every.YEAR, (day(1, 1), day(12, 31)), (day(1, 1, 2027), day(12, 31, 2027))),
    ],
)
def test_periods_are_those_of_the_calendar(every, now, after):
    assert ChosenDayTerms(every).spans_on(TODAY) == (Span(*now), Span(*after))


@pytest.mark.parametrize(
    ("chosen", "has_chosen", "refusal"),
    [
        (day(1, 14), False, Refusal.PAST),
        (day(1, 15), False, Refusal.TODAY),
        (day(1, 16), False, None),
        (day(1, 31), True, Refusal.STANDS),
        (day(2, 1), True, None),
        (day(2, 28), False, None),
        (day(3, 1), False, Refusal.TOO_FAR),
    ],
)
def test_a_day_is_chosen_ahead_of_time_for_this_period_or_the_next(chosen, has_chosen, refusal):
    assert MONTHLY.refusal(chosen, TODAY, taken={MONTHLY.period_of(TODAY)} if has_chosen else ()) is refusal


WEEK, MONTH = Span(day(1, 12), day(1, 18)), Span(day(1, 1), day(1, 31))


@pytest.mark.parametrize(
    ("every", "taken", "now", "after"),
    [
        (Every.MONTH, [WEEK], WEEK, Span(day(1, 19), day(1, 31))),
        (Every.MONTH, [Span(day(1, 5), day(1, 11))], Span(day(1, 12), day(1, 31)), Span(day(2, 1), day(2, 28))),
        (Every.MONTH, [Span(day(1, 19), day(1, 25))], Span(day(1, 1), day(1, 18)), Span(day(1, 19), day(1, 25))),
        (Every.WEEK, [MONTH], MONTH, Span(day(2, 1), day(2, 1))),
        (Every.YEAR, [WEEK, Span(day(1, 19), day(1, 25))], WEEK, Span(day(1, 19), day(1, 25))),
    ],
)
def test_choices_made_under_another_length_keep_their_days(every, taken, now, after):
    assert ChosenDayTerms(every).spans_on(TODAY, taken) == (now, after)


def test_a_rule_sees_today_or_the_day_that_was_chosen():
    assert (fact_of(TODAY, TODAY), fact_of(TODAY, day(1, 31))) == ("today", "2026-01-31")


@pytest.mark.parametrize("given", [{"every": "day"}, {"every": 1}, {"each": "month"}, [], None])
def test_what_cannot_be_read_is_refused(given):
    with pytest.raises(MalformedChosenDay):
        parse_chosen_day(given)
