"""Tell members in time that points end."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.members.models import ExpiryNotice
from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.arrays import number_array
from loyalty.kit.clock import business_date

_ANNOUNCE = (Path(__file__).parent.parent / "sql" / "announce_expiry.sql").read_text()


@transaction.atomic
def announce_expiring_points(*, programme: Programme, at: dt.datetime) -> int:
    """Publish `points.expiring` for members who are due a notice; return how many.

    A notice is (member, first day without the points, days ahead), told at most once however often and by how many processes this
    runs. A late run tells what was missed while the points still live; a member hears of everything that is due in one event. Who
    took back the consent to reminders hears nothing. Payload: `ending`, a list of unit, units and expires_on.
    """
    leads = programme.expiry_notice_days
    if not leads:
        return 0
    units = PointCurrency.objects.filter(programme=programme).order_by("unit_id").values_list("unit_id", flat=True)
    facts: dict[str, Any] = {
        "programme": programme.pk,
        "units": number_array(units),
        "leads": number_array(leads),
        "longest": max(leads),
        "today": business_date(at, programme.time_zone),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE, facts)
        return int(cursor.rowcount)


def forget_past_notices(*, before: dt.date, limit: int = 50_000) -> int:
    """Delete notes of notices about points that ended before a day; return how many."""
    past = ExpiryNotice.objects.filter(expires_on__lt=before).order_by("expires_on").values("pk")[:limit]
    return ExpiryNotice.objects.filter(pk__in=past).delete()[0]
