"""Wakes the ticker up. It may run late, twice, or twice at once: only one ticks at a time."""

from celery import shared_task

from ledger.ticks import services
from loyalty.kit.roles import DatabaseRole, working_as


@shared_task
def take_ticks() -> int:
    """Take in what has been committed; return how many ticks were made."""
    with working_as(DatabaseRole.SEALER):
        return services.take_ticks()
