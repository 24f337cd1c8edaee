"""Read and post imports in the background, and forget whom their files named."""

import datetime as dt

from celery import shared_task
from django.conf import settings

from loyalty.kit import clock
from rewards.imports import services


@shared_task
def work_on_imports() -> int:
    """Go on with what is unfinished; return how many came to their next state. May run late, twice, or twice at once."""
    return services.work_on_all(at=clock.now())


@shared_task
def forget_old_names() -> int:
    """Forget how files named members IMPORT_NAMES_KEPT_DAYS after their import, and of members who left; return how many rows."""
    return services.forget_names(before=clock.now() - dt.timedelta(days=settings.IMPORT_NAMES_KEPT_DAYS))
