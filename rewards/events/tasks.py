"""Notice what programmes give points for by themselves."""

from celery import shared_task

from accounts.programmes.models import Programme, ProgrammeState
from loyalty.kit import clock
from rewards.events import services


@shared_task
def note_moments(triggers: list[str] | None = None) -> int:
    """Record what is due in the live programmes, of all triggers or these; return how many. May run often, late, and twice at once."""
    live = Programme.objects.filter(state=ProgrammeState.LIVE).select_related("legal_entity__book").order_by("pk")
    return sum(sum(services.note_moments(programme=programme, at=clock.now(), triggers=triggers).values()) for programme in live)
