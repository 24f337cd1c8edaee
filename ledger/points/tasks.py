"""Wakes the points bank's daily work up. Every task may run late, twice, or twice at once."""

from celery import shared_task
from django.db import connection, transaction

from ledger.books.queries import current_period
from ledger.points.models import PointUnit
from ledger.points.services import activate_due, expire_due
from loyalty.kit import clock

MONTHS_AHEAD = 4


@shared_task
def expire_due_points() -> int:
    """Expire what is dead at this hour where each currency lives; return how many points. A closed month gets nothing more."""
    at, points = clock.now(), 0
    for unit in PointUnit.objects.select_related("book").order_by("pk"):
        today = clock.business_date(at, unit.time_zone)
        points += expire_due(unit=unit.pk, through_on=today, at=at, not_before=current_period(unit.book).starts_on)[1]
    return points


@shared_task
def activate_due_points() -> int:
    """Let pending points be spent whose day has come where each currency lives; return how many lots. A closed month gets nothing more."""
    at, lots = clock.now(), 0
    for unit in PointUnit.objects.select_related("book").order_by("pk"):
        today = clock.business_date(at, unit.time_zone)
        lots += activate_due(unit=unit.pk, through_on=today, at=at, not_before=current_period(unit.book).starts_on)
    return lots


@shared_task
def plan_partitions(months: int = MONTHS_AHEAD) -> int:
    """Make the partitions of this month and the next ones; return how many are new.

    A new partition needs the whole table for a moment: rather than queue everybody behind a long transaction, it gives up and tries
    again the next day.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("SELECT ledger_plan_partitions(%s, %s)", [clock.now().date(), months])
        made: int = cursor.fetchone()[0]
        return made
