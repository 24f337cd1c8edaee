import datetime as dt

from reporting.cohorts.domain import Cohort, Triangle, months_between, triangle_of

JAN, FEB, MAR = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)


def test_a_cohort_has_a_figure_for_each_month_since():
    shown = triangle_of({JAN: 4, MAR: 2}, {(JAN, JAN): 3, (JAN, MAR): 1, (MAR, MAR): 2}, first=JAN, last=MAR)

    assert shown.cohorts == [Cohort(JAN, 4, (3, 0, 1)), Cohort(MAR, 2, (2,))]


def test_an_average_is_weighted_and_leaves_out_the_month_under_way():
    shown = Triangle([Cohort(JAN, 4, (3, 0, 1)), Cohort(FEB, 6, (6, 3)), Cohort(MAR, 2, (2,))])

    assert [shown.average(since) for since in range(3)] == [(9, 10), (0, 4), (0, 0)]


def test_months_are_counted_over_new_year():
    assert months_between(dt.date(2025, 11, 1), FEB) == 3
