"""Moves the ends of points before anything is announced or lapses. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme
from ledger.points.models import PointUnit
from loyalty.kit import clock
from rewards.expiry.services import move_ends_of


@shared_task
def move_ends() -> int:
    """Judge what ends soon in every programme whose ends move; return how many ends moved."""
    at = clock.now()
    moving = PointUnit.objects.filter(ends_move=True).values_list("programme", flat=True).distinct()
    programmes = Programme.objects.filter(pk__in=list(moving)).order_by("pk")
    return sum(move_ends_of(programme=programme, on=clock.business_date(at, programme.time_zone)) for programme in programmes)
