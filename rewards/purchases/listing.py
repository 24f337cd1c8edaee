"""Which purchases does a colleague look for?"""

import dataclasses
import datetime as dt
import uuid

from django.db import connection, models
from django.db.models import QuerySet

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.clock import month_end
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.purchases.models import Purchase, PurchaseClaim

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """What the list is narrowed to; None and empty mean: everything."""

    receipt: str = ""
    store: int | None = None
    channel: int | None = None
    month: dt.date | None = None
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    member: Member | None = None
    with_points: bool = False


def purchases_like(programme: Programme, wanted: PurchaseFilter) -> QuerySet[Purchase]:
    """Return a programme's purchases with member, store and channel, to be read by NEWEST_FIRST."""
    rows = Purchase.objects.filter(programme=programme).select_related("member", "store", "channel")
    if wanted.receipt:
        rows = rows.filter(pk__in=purchases_with_receipt(programme, wanted.receipt))
    if wanted.store is not None:
        rows = rows.filter(store=wanted.store)
    if wanted.channel is not None:
        rows = rows.filter(channel=wanted.channel)
    if wanted.first_on is not None:
        rows = rows.filter(business_on__gte=wanted.first_on)
    if wanted.last_on is not None:
        rows = rows.filter(business_on__lte=wanted.last_on)
    if wanted.month is not None:
        rows = rows.filter(business_on__range=(wanted.month, month_end(wanted.month)))
    if wanted.member is not None:
        rows = rows.filter(member=wanted.member)
    if wanted.with_points:
        rows = rows.filter(tender_minor__gt=0)
    return rows.defer("earned", "evaluation")


def purchases_with_receipt(programme: Programme, receipt: str) -> list[uuid.UUID]:
    """Return the ids of the purchases with exactly this receipt number, whichever shop system sent it."""
    return with_number(PurchaseClaim, programme, receipt)


def with_number(model: type[models.Model], programme: Programme, number: str) -> list[uuid.UUID]:
    """Return the ids of a programme's rows with exactly this external id, whoever sent it.

    Walks the few sources through the unique index (programme, source, external_id), so that no other index is needed.
    """
    table = model._meta.db_table  # noqa: SLF001  # Django documents _meta
    with connection.cursor() as cursor:
        cursor.execute(_BY_NUMBER.format(table=table), {"programme": programme.pk, "number": number})
        return [found for (found,) in cursor.fetchall()]


_BY_NUMBER = """
    WITH RECURSIVE sender AS (
        (SELECT source FROM {table} WHERE programme_id = %(programme)s ORDER BY source LIMIT 1)
        UNION ALL
        SELECT (SELECT c.source FROM {table} c
                 WHERE c.programme_id = %(programme)s AND c.source > s.source ORDER BY c.source LIMIT 1)
          FROM sender s WHERE s.source IS NOT NULL
    )
    SELECT c.id FROM sender s JOIN {table} c
        ON c.programme_id = %(programme)s AND c.source = s.source AND c.external_id = %(number)s
"""
