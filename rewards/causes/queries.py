"""Questions about causes: how far they are, month by month, what each member counted, what was handed over."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.causes.domain import CauseMonth, CauseTerms, Standing, months_of
from rewards.causes.models import CauseHandover, CauseMark
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.queries import parsed, setups_of


class CauseNotFound(NotFound):
    code = "cause_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """A cause with its approved versions, oldest first."""

    setup: Setup
    versions: Sequence[SetupVersion]

    @property
    def code(self) -> str:
        return self.setup.code

    def terms_on(self, day: dt.date) -> CauseTerms:
        """Return the terms in force on a day; before the first and after the last day those of the nearest version."""
        before = [version for version in self.versions if version.valid_from <= day]
        terms: CauseTerms = parsed(before[-1] if before else self.versions[0])
        return terms


@dataclasses.dataclass(frozen=True, slots=True)
class Owed:
    """What is given and owed in all, and what of it was handed over."""

    given: int
    owed_minor: int
    handed: int
    handed_minor: int

    @property
    def open_units(self) -> int:
        return self.given - self.handed

    @property
    def open_minor(self) -> int:
        return self.owed_minor - self.handed_minor


def causes_of(programme: Programme) -> list[Cause]:
    """Return the causes of a programme with an approved version, by code, those that are over too."""
    by_setup: dict[int, list[SetupVersion]] = {}
    for version in setups_of(programme).versions:
        if version.setup.kind == SetupKind.CAUSE:
            by_setup.setdefault(version.setup_id, []).append(version)
    return [Cause(versions[0].setup, versions) for versions in by_setup.values()]


def begun_causes(programme: Programme, day: dt.date) -> list[Cause]:
    """Return those whose first day has come."""
    return [cause for cause in causes_of(programme) if cause.versions[0].valid_from <= day]


def cause_by_code(programme: Programme, code: str) -> Cause:
    """Raises: CauseNotFound."""
    found = next((cause for cause in causes_of(programme) if cause.code == code), None)
    if found is None:
        raise CauseNotFound(_("There is no such cause. Look at the list of causes."))
    return found


def counted_by_month(cause: Cause, through_on: dt.date) -> dict[dt.date, int]:
    with connection.cursor() as cursor:
        cursor.execute(_sql("months"), {"cause": cause.setup.pk, "through": through_on})
        return {month: int(counted) for month, counted in cursor.fetchall()}


def standing_on(cause: Cause, day: dt.date) -> Standing:
    """Return how far a cause is at the end of a day. One statement."""
    return cause.terms_on(day).standing(sum(counted_by_month(cause, day).values()))


def months(cause: Cause, through_on: dt.date) -> list[CauseMonth]:
    """Return its months through a day, oldest first."""
    return months_of(counted_by_month(cause, through_on), through_on, cause.terms_on)


def owed_on(cause: Cause, day: dt.date) -> Owed:
    given, cost = standing_on(cause, day).given, cause.terms_on(day).cost_minor
    handed = handovers(cause).aggregate(units=Sum("given", default=0), minor=Sum("amount_minor", default=0))
    return Owed(given, given * cost, int(handed["units"]), int(handed["minor"]))


def handovers(cause: Cause) -> "QuerySet[CauseHandover]":
    return CauseHandover.objects.filter(cause=cause.setup)


def counted_of_member(member: Member, cause: Cause) -> int:
    """Return how many of a member's own have counted, less what was undone."""
    return int(CauseMark.objects.filter(member=member, cause=cause.setup).aggregate(n=Sum("counted", default=0))["n"])


def counted_by_marks(cause: Cause, through_on: dt.date) -> int:
    """Return what counted, mark by mark: slower than the sums of days, and the proof of them."""
    rows = CauseMark.objects.filter(cause=cause.setup, business_on__lte=through_on)
    return int(rows.aggregate(n=Sum("counted", default=0))["n"])


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
