"""Ends subscriptions that nobody renewed. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme
from loyalty.kit import clock
from rewards.plans import services


@shared_task
def end_subscriptions() -> int:
    """Return how many ended; none of them held on the day any more."""
    found = 0
    for programme in Programme.objects.order_by("pk"):
        while due := services.end_due(programme=programme, at=clock.now()):
            found += due
    return found
