"""Tell members in time."""

from celery import shared_task

from accounts.members import services
from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock


@shared_task
def announce_expiring_points() -> int:
    """Write to members of live programmes whose points end soon; return how many. May run often: each hears once a month."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).order_by("pk")
    return sum(services.announce_expiring_points(programme=programme, at=clock.now()) for programme in live)
