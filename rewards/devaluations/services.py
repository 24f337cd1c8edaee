"""Tell the members who hold points what they will buy less of."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from rewards.devaluations.queries import Change, changes_ahead

CHUNK = 5_000
_ANNOUNCE = (Path(__file__).parent / "sql" / "announce.sql").read_text()


def announce_changes(*, programme: Programme, at: dt.datetime, chunk: int = CHUNK) -> int:
    """Publish `points.buying_less` for members who hold points and have not heard of a change ahead; return how many.

    A change is told at most once to a member, however often and by how many processes this runs, also after a kill; who comes to hold
    points later hears of it then. Nobody can say no to it: it is about what the terms give. Payload: `changes`, their keys.
    """
    changes = changes_ahead(programme, business_date(at, programme.time_zone))
    if not changes:
        return 0
    told, last = 0, None
    while (page := _next_members(programme, last, chunk)) is not None:
        told += _announce(programme, changes, last, page, at)
        last = page
    return told


def _next_members(programme: Programme, after: uuid.UUID | None, chunk: int) -> uuid.UUID | None:
    """Return the last of the next members."""
    rows = Member.objects.filter(programme=programme).order_by("pk")
    page = list((rows if after is None else rows.filter(pk__gt=after)).values_list("pk", flat=True)[:chunk])
    return page[-1] if page else None


@transaction.atomic
def _announce(programme: Programme, changes: list[Change], after: uuid.UUID | None, through: uuid.UUID, at: dt.datetime) -> int:
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {
            "programme": programme.pk,
            "keys": [change.key for change in changes],
            "units": [change.currency.unit_id for change in changes],
            "after": after,
            "through": through,
            "at": at,
        }
        cursor.execute(_ANNOUNCE, facts)
        return int(cursor.rowcount)
