"""Stretches of days that have passed."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.kit.clock import add_months
from loyalty.kit.problems import FieldError, Malformed


class DaysOutOfOrder(Malformed):
    code = "days_out_of_order"


class DaysAhead(Malformed):
    code = "days_ahead"


class TooManyDays(Malformed):
    code = "too_many_days"


def check_past_days(first_on: dt.date, last_on: dt.date, today: dt.date, *, most_years: int | None = None) -> None:
    """Refuse days of which the last is before the first or lies ahead, or that are more than so many years.

    Raises: DaysOutOfOrder, DaysAhead, TooManyDays.
    """
    if last_on < first_on:
        detail = _("The last day is the first day or a later one.")
        raise DaysOutOfOrder(detail, errors=[FieldError("/last_on", "out_of_order", detail)])
    if last_on > today:
        detail = _("The last day lies ahead. Choose today or an earlier day.")
        raise DaysAhead(detail, errors=[FieldError("/last_on", "out_of_range", detail)])
    if most_years is not None and first_on < add_months(last_on, -12 * most_years):
        detail = ngettext("Choose %(years)s year at most.", "Choose %(years)s years at most.", most_years) % {"years": most_years}
        raise TooManyDays(detail, errors=[FieldError("/first_on", "out_of_range", detail)])
