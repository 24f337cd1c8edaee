"""What did stores sell, what of it did members buy, and where do the two not fit?"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.programmes.models import Programme
from accounts.store_days.models import StoreDay
from loyalty.kit.clock import month_end
from loyalty.kit.rest.paging import BY_DAY, Key

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))
MOST_FINDINGS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class MemberDay:
    """What members bought in a store on a day: receipts, and their worth less what of theirs came back that day."""

    tickets: int = 0
    net_minor: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A day on which a store's report and its members' receipts do not fit. Without a report the store's figures are None."""

    store: int
    name: str
    day: dt.date
    is_missing: bool
    member_sales_minor: int
    member_tickets: int
    sales_minor: int | None
    tickets: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """The newest of them, and how many there are."""

    shown: list[Finding]
    count: int


def store_days_like(programme: Programme, *, store: int | None, month: dt.date | None) -> QuerySet[StoreDay]:
    """Return the days that count, with their stores, to be read by NEWEST_FIRST."""
    rows = StoreDay.objects.filter(programme=programme).current().select_related("store")
    if store is not None:
        rows = rows.filter(store=store)
    if month is not None:
        rows = rows.filter(business_on__range=(month, month_end(month)))
    return rows


def members_of(programme: Programme, rows: Sequence[StoreDay]) -> dict[tuple[int, dt.date], MemberDay]:
    """Return what members bought on the days of the rows, by store and day; one query."""
    if not rows:
        return {}
    days = [row.business_on for row in rows]
    asked = {"programme": programme.pk, "first": min(days), "last": max(days), "stores": sorted({row.store_id for row in rows})}
    return {(store, day): MemberDay(tickets, net) for store, day, tickets, net in _rows("members", asked)}


def findings(programme: Programme, first: dt.date, last: dt.date) -> Findings:
    """Return the days that do not fit, the newest MOST_FINDINGS of them; one query over the days asked for."""
    asked = {"programme": programme.pk, "first": first, "last": last, "limit": MOST_FINDINGS}
    rows = _rows("findings", asked)
    return Findings([Finding(*row) for *row, _count in rows], rows[0][-1] if rows else 0)


def _rows(name: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@functools.cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
