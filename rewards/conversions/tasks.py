"""Converts what is due. May run late, twice, or twice at once."""

from celery import shared_task

from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock
from rewards.conversions import services


@shared_task
def run_conversions() -> int:
    """Convert in every live programme what is due where it lives; return how many wallets had something."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).select_related("legal_entity__book").order_by("pk")
    return sum(services.run_conversions(programme=programme, at=clock.now()) for programme in live)
