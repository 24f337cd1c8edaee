"""Wake the outbox up. Which topic has which handler is said by the setting OUTBOX_HANDLERS."""

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.outbox import services
from loyalty.kit import clock

KEPT = dt.timedelta(days=30)


@shared_task
def deliver_due_events(most: int = 500) -> int:
    """Deliver what is due, at most so many events; return how many were tried. May run twice at once."""
    handlers = {topic: import_string(path) for topic, path in settings.OUTBOX_HANDLERS.items()}
    services.pass_over_unheard(handled=list(handlers), at=clock.now())
    tried = 0
    while tried < most and services.deliver_next(handlers=handlers, at=clock.now()) is not None:
        tried += 1
    return tried


@shared_task
def forget_delivered_events() -> int:
    """Delete events that were delivered more than thirty days ago."""
    return services.forget_delivered(before=clock.now() - KEPT)
