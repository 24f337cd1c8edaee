"""Decide on referrals whose time has come."""

from celery import shared_task

from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock
from rewards.referrals import services


@shared_task
def settle_referrals() -> int:
    """Reward, let lapse and take back what is due in the live programmes; return how many. May run often, late, and twice at once."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).select_related("legal_entity__book").order_by("pk")
    return sum(services.settle_referrals(programme=programme, at=clock.now()) for programme in live)
