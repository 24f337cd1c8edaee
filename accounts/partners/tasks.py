"""Forget old answers."""

import datetime as dt

from celery import shared_task
from django.conf import settings

from accounts.partners import services
from loyalty.kit import clock


@shared_task
def forget_old_answers() -> int:
    """Delete idempotency keys older than ANSWERS_KEPT_DAYS (the contract promises 30); return how many."""
    return services.forget_answers(before=clock.now() - dt.timedelta(days=settings.ANSWERS_KEPT_DAYS))
