"""Takes what counted for causes into the sums of days. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme
from rewards.causes import services


@shared_task
def take_counts() -> int:
    """Return how many counts were taken in."""
    return sum(services.take_all(programme=programme) for programme in Programme.objects.order_by("pk"))
