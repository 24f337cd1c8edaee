"""Takes what is left of cards that ran out. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme
from loyalty.kit import clock
from rewards.gift_cards import services


@shared_task
def expire_gift_cards() -> int:
    """Return how many cards had something left; nobody could have spent it meanwhile."""
    found = 0
    for programme in Programme.objects.order_by("pk"):
        while expired := services.expire_cards(programme=programme, at=clock.now()):
            found += expired
    return found
