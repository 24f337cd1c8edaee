"""The retention triangle. Pure."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence

from loyalty.kit.clock import add_months


class Began(enum.StrEnum):
    """What makes somebody one of a month's cohort."""

    JOINED = "joined"
    BOUGHT = "bought"


@dataclasses.dataclass(frozen=True, slots=True)
class Cohort:
    """Members who began in a month: how many, and how many of them bought in that month (0) and in each one since."""

    month: dt.date
    size: int
    bought: Sequence[int]


@dataclasses.dataclass(frozen=True, slots=True)
class Triangle:
    """Cohorts, the oldest first. The last figure of each is of the month that is under way."""

    cohorts: Sequence[Cohort]

    def average(self, months_since: int) -> tuple[int, int]:
        """Return (bought, members) of all cohorts that many months on, without the month that is under way."""
        whole = [cohort for cohort in self.cohorts if len(cohort.bought) - 1 > months_since]
        return sum(cohort.bought[months_since] for cohort in whole), sum(cohort.size for cohort in whole)


def months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def triangle_of(sizes: Mapping[dt.date, int], bought: Mapping[tuple[dt.date, dt.date], int], *, first: dt.date, last: dt.date) -> Triangle:
    """Put together how many began in each month and how many of them bought in which, from month `first` to `last`.

    A month in which nobody began is left out.
    """
    starts = [add_months(first, number) for number in range(months_between(first, last) + 1)]
    cohorts = [
        Cohort(
            start, sizes[start], tuple(bought.get((start, add_months(start, since)), 0) for since in range(months_between(start, last) + 1))
        )
        for start in starts
        if sizes.get(start)
    ]
    return Triangle(cohorts)
