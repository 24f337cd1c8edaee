"""What partners ask about members and their points."""

import datetime as dt
import uuid

from django.db.models import DateField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.members.models import Member
from ledger.points import queries as points
from ledger.points.models import Lot
from loyalty.kit.rest.paging import BY_DAY, Key

LOT_ORDER = (Key("ends_on", BY_DAY), Key("granted_on", BY_DAY), Key("id", uuid.UUID))
"""`ends_on` is the day of expiry, or the end of time: a position in a list cannot be empty."""
PENDING_ORDER = (Key("matures_on", BY_DAY), Key("id", uuid.UUID))
NEWEST_FIRST = (Key("joined_at", dt.datetime.fromisoformat, descending=True), Key("id", uuid.UUID, descending=True))


def lots_of(member: Member, *, today: dt.date) -> QuerySet[Lot]:
    """Return a member's open lots with `ends_on`."""
    rows = points.open_lots(points_account=member.points_account_id, today=today)
    return rows.annotate(ends_on=Coalesce("expires_on", Value(dt.date.max), output_field=DateField()))


def pending_of(member: Member, *, today: dt.date) -> QuerySet[Lot]:
    """Return a member's pending lots with `day_units`: all points of the currency that become available on the lot's day."""
    rows = points.pending_lots(points_account=member.points_account_id, today=today)
    same_day = rows.filter(unit=OuterRef("unit"), matures_on=OuterRef("matures_on")).order_by().values("matures_on")
    return rows.annotate(day_units=Subquery(same_day.annotate(units=Sum("remaining")).values("units")))
