"""Work out back-tests in the background."""

from celery import shared_task

from loyalty.kit import clock
from rewards.backtests import services


@shared_task
def work_on_back_tests() -> int:
    """Go on with what is not done; return how many parts were. May run late, twice, or several times at once."""
    return services.work_on_all(at=clock.now())
