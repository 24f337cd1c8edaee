"""How many points end in each of the months ahead, and what do the books carry for them?"""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.programmes.models import PointCurrency, Programme
from ledger.books.domain import PeriodState
from ledger.books.models import Period
from loyalty.kit.clock import add_months, month_start

MONTHS = 12
_AHEAD = (Path(__file__).parent / "sql" / "ahead.sql").read_text()


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """Points that end together. `carried_minor` is None before the first month is closed."""

    points: int = 0
    carried_minor: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Ahead:
    """A currency's points: by the month in which they end (this one and eleven more), later, and without an end."""

    currency: PointCurrency
    months: list[tuple[dt.date, Ending]]
    later: Ending
    endless: Ending

    @property
    def everything(self) -> int:
        return sum(ending.points for _month, ending in self.months) + self.later.points + self.endless.points


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """All currencies of a programme, the main one first; `closed` is the month whose close says what is carried."""

    currencies: list[Ahead]
    closed: Period | None


def outlook(programme: Programme, today: dt.date) -> Outlook:
    """Return what ends in the months ahead; three queries, of which one reads the open lots."""
    book = programme.legal_entity.book_id
    closed = Period.objects.filter(book=book, state=PeriodState.CLOSED.value).order_by("-starts_on").first()
    currencies = list(PointCurrency.objects.select_related("unit").filter(programme=programme).order_by("-is_default", "pk"))
    first = month_start(today)
    asked: dict[str, Any] = {
        "units": [currency.unit_id for currency in currencies],
        "today": today,
        "until": add_months(first, MONTHS),
        "period": closed.pk if closed else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, asked)
        found = {(unit, month, endless): Ending(points, carried) for unit, month, endless, points, carried in cursor.fetchall()}
    months = [add_months(first, number) for number in range(MONTHS)]
    return Outlook([_ahead(currency, months, found) for currency in currencies], closed)


def _ahead(currency: PointCurrency, months: list[dt.date], found: dict[tuple[int, dt.date | None, bool], Ending]) -> Ahead:
    unit = currency.unit_id
    return Ahead(
        currency,
        [(month, found.get((unit, month, False), Ending())) for month in months],
        found.get((unit, None, False), Ending()),
        found.get((unit, None, True), Ending()),
    )
