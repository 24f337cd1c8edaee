"""Read files of trade in the background."""

from celery import shared_task

from loyalty.kit import clock
from rewards.trade_files import services


@shared_task
def read_trade_files() -> int:
    """Go on with what is not read; return how many files came to their end. May run late, twice, or twice at once."""
    return services.work_on_all(at=clock.now())
