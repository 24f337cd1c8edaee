"""End what is over."""

from celery import shared_task

from loyalty.kit import clock
from rewards.redemptions import services


@shared_task
def expire_redemptions() -> tuple[int, int]:
    """End holds and vouchers whose time is over; return how many of each. May run twice at once."""
    return services.expire_redemptions(at=clock.now())
