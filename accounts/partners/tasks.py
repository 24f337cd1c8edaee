"""Forget old answers."""

import datetime as dt

from celery import shared_task

from accounts.partners import services
from loyalty.kit import clock

KEPT = dt.timedelta(days=31)


@shared_task
def forget_old_answers() -> int:
    """Delete idempotency keys older than 31 days (the contract promises 30)."""
    return services.forget_answers(before=clock.now() - KEPT)
