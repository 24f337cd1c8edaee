"""Gives the allowances of the month. May run late, twice, or twice at once; lapsing is done with all points that are due."""

from celery import shared_task

from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock
from rewards.recognition import services


@shared_task
def give_allowances() -> int:
    """Return how many members got theirs."""
    found = 0
    for programme in Programme.objects.filter(state=ProgrammeState.LIVE).order_by("pk"):
        while given := services.give_allowances(programme=programme, at=clock.now()):
            found += given
    return found
