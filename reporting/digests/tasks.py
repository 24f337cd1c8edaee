"""Send the letters on Mondays."""

from celery import shared_task

from loyalty.kit import clock
from reporting.digests import services


@shared_task
def send_digests() -> int:
    """Send what is due; return how many. May run late, twice, or twice at once: each letter goes out once."""
    return services.send_due(at=clock.now())
