"""Work on what was delivered, and forget bodies. May run late, twice, or twice at once."""

from celery import shared_task

from loyalty.kit import clock
from rewards.connectors import services


@shared_task
def work_on_deliveries(most: int = 500) -> int:
    """Work on what is due, at most so many deliveries; return how many were tried."""
    tried = 0
    while tried < most and services.work_on_next(at=clock.now()) is not None:
        tried += 1
    return tried


@shared_task
def forget_delivered_bodies() -> int:
    """Forget the bodies of deliveries that are settled; return how many."""
    return services.forget_bodies(at=clock.now())
