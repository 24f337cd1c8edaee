"""Assign members when a campaign begins."""

from celery import shared_task

from loyalty.kit import clock
from rewards.campaigns import services


@shared_task
def assign_audiences() -> int:
    """Write down the audiences of campaigns whose first day has come; return how many were finished. May run late, twice, or twice at once."""
    return services.assign_due_audiences(at=clock.now())
