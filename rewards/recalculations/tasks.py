"""Work out and post recalculations in the background."""

from celery import shared_task

from loyalty.kit import clock
from rewards.recalculations import services


@shared_task
def work_on_recalculations() -> int:
    """Go on with what is unfinished; return how many came a step further. May run late, twice, or twice at once."""
    return services.work_on_all(at=clock.now())
