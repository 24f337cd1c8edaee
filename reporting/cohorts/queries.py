"""How many of a month's new members bought in each month since?"""

import datetime as dt
import functools
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.programmes.models import Programme
from loyalty.kit.clock import add_months, month_start
from reporting.cohorts.domain import Began, Triangle, triangle_of

MONTHS = 13
"""A year and the month that is under way."""


def retention(programme: Programme, today: dt.date, *, began: Began, store: int | None = None, months: int = MONTHS) -> Triangle:
    """Return the triangle of the months that end with this one; one query, which reads the purchases of these months.

    With a store, only purchases there count, and a first purchase is the first one there.
    """
    last = month_start(today)
    first = add_months(last, 1 - months)
    asked: dict[str, Any] = {"programme": programme.pk, "zone": programme.time_zone, "first": first, "today": today, "store": store}
    with connection.cursor() as cursor:
        cursor.execute(_sql(began.value), asked)
        rows = cursor.fetchall()
    sizes = {cohort: count for cohort, month, count in rows if month is None}
    bought = {(cohort, month): count for cohort, month, count in rows if month is not None}
    return triangle_of(sizes, bought, first=first, last=last)


@functools.cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
