"""Tell members in time that points will buy less. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock
from rewards.devaluations import services


@shared_task
def announce_changes() -> int:
    """Write to members of live programmes who hold points that will buy less; return how many. Each change is told once."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).order_by("pk")
    return sum(services.announce_changes(programme=programme, at=clock.now()) for programme in live)
