"""Tell members in time."""

import datetime as dt

from celery import shared_task

from accounts.members import services
from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock

_KEPT = dt.timedelta(days=31)


@shared_task
def announce_expiring_points() -> int:
    """Write to members of live programmes whose points end soon; return how many. May run often and late: each notice is told once."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).order_by("pk")
    told = sum(services.announce_expiring_points(programme=programme, at=clock.now()) for programme in live)
    services.forget_past_notices(before=clock.now().date() - _KEPT)
    return told
