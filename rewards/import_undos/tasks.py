"""Work out and post undos of imports in the background."""

from celery import shared_task

from loyalty.kit import clock
from rewards.import_undos import services


@shared_task
def work_on_import_undos() -> int:
    """Go on with what is unfinished; return how many came to their next state. May run late, twice, or twice at once."""
    return services.work_on_all(at=clock.now())
