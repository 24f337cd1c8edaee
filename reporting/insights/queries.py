"""How does the programme do? Counted live from purchases and redemptions; the liability comes from the last closed month."""

import dataclasses
import datetime as dt
import functools
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Sum

from accounts.entities.models import Store
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from ledger.books.domain import PeriodState
from ledger.books.models import Period
from ledger.valuation.models import PoolStatement
from loyalty.kit.clock import add_months, month_end, month_start

MONTHS = 12
_STORES = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Trade:
    """What members did in a stretch of time. Money in minor units.

    `buyers` bought at least once, `returning` of them on two days or more; `price_minor` is what they bought less what
    came back of it, `returning_minor` the part of it that the returning ones bought, `tender_minor` the part that points paid.
    """

    buyers: int = 0
    returning: int = 0
    purchases: int = 0
    price_minor: int = 0
    returning_minor: int = 0
    tender_minor: int = 0
    earned: int = 0
    redeemed: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Month:
    starts_on: dt.date
    trade: Trade


@dataclasses.dataclass(frozen=True, slots=True)
class StoreSales:
    store: int
    name: str
    price_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Outstanding:
    """Points that members hold today, and those of them that end within 31 days."""

    points: int
    ending: int


@dataclasses.dataclass(frozen=True, slots=True)
class Liability:
    """What the programme's points were carried at when a month was closed."""

    minor: int
    closed_through: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Overview:
    """The whole page. `before` is the month before the chosen one; None when a whole year is shown."""

    currency: PointCurrency
    first_on: dt.date
    last_on: dt.date
    total: Trade
    before: Trade | None
    months: list[Month]
    stores: list[StoreSales]
    outstanding: Outstanding
    liability: Liability | None


def overview(programme: Programme, today: dt.date, *, store: int | None = None, month: dt.date | None = None) -> Overview:
    """Return the figures of a month, or of the twelve months that end today; seven queries, however many purchases there are.

    The charts always show the twelve months that end with the chosen one.
    """
    last_month = month or month_start(today)
    first = add_months(last_month, 1 - MONTHS)
    months, whole = _trade(programme, first, month_end(last_month), store)
    by_month = [Month(start, months.get(start, Trade())) for number in range(MONTHS) if (start := add_months(first, number))]
    shown_from = month or first
    currency = currency_of(programme)
    return Overview(
        currency=currency,
        first_on=shown_from,
        last_on=min(month_end(last_month), today),
        total=by_month[-1].trade if month else whole,
        before=by_month[-2].trade if month else None,
        months=by_month,
        stores=_stores(programme, shown_from, month_end(last_month)),
        outstanding=_outstanding(currency.unit_id, today),
        liability=_liability(programme),
    )


def store_choices(programme: Programme) -> list[tuple[int, str]]:
    """Return the company's stores by name."""
    return list(Store.objects.filter(entity=programme.legal_entity_id).order_by("name", "pk").values_list("pk", "name"))


def _trade(programme: Programme, first: dt.date, last: dt.date, store: int | None) -> tuple[dict[dt.date, Trade], Trade]:
    """Return what happened by month, and in all of them together."""
    asked = {"programme": programme.pk, "first": first, "last": last, "store": store}
    redeemed = dict(_rows("redeemed", asked))
    months: dict[dt.date, Trade] = {}
    whole = Trade()
    for start, *figures in _rows("months", asked):
        points = sum(redeemed.values()) if start is None else redeemed.get(start, 0)
        trade = dataclasses.replace(Trade(*figures), redeemed=points)
        if start is None:
            whole = trade
        else:
            months[start] = trade
    return months, whole


def _stores(programme: Programme, first: dt.date, last: dt.date) -> list[StoreSales]:
    """Return the stores where members bought most."""
    rows = _rows("stores", {"programme": programme.pk, "first": first, "last": last, "limit": _STORES})
    names = Store.objects.in_bulk([store for store, _price in rows])
    return [StoreSales(store, names[store].name, price) for store, price in rows if store in names]


def _outstanding(unit: int, today: dt.date) -> Outstanding:
    ((points, ending),) = _rows("outstanding", {"unit": unit, "today": today})
    return Outstanding(int(points), int(ending))


def _liability(programme: Programme) -> Liability | None:
    """Return what the last closed month said, or None before the first close."""
    closed = Period.objects.filter(book=programme.legal_entity.book_id, state=PeriodState.CLOSED.value).order_by("-starts_on").first()
    if closed is None:
        return None
    statements = PoolStatement.objects.filter(period=closed, pool__unit__programme=programme.pk)
    return Liability(statements.aggregate(minor=Sum("liability_minor", default=0))["minor"], closed.ends_on)


def _rows(name: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@functools.cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
