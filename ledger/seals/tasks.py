"""Wakes the sealer up. Every task may run late, twice, or twice at once."""

from celery import shared_task

from ledger.seals import publishing, services
from loyalty.kit import clock
from loyalty.kit.roles import DatabaseRole, working_as


@shared_task
def seal_movements() -> int:
    """Seal what is final and sign what grew; return how many movements were sealed."""
    sealed = 0
    with working_as(DatabaseRole.SEALER):
        for programme in services.sealed_programmes():
            sealed += services.seal(programme=programme, at=clock.now())
            services.checkpoint(programme=programme, at=clock.now())
    return sealed


@shared_task
def publish_checkpoints() -> int:
    """Put the newest checkpoint of each log where it is not yet; return how many were new somewhere."""
    with working_as(DatabaseRole.SEALER):
        return sum(bool(publishing.publish(checkpoint=one, at=clock.now())) for one in publishing.unpublished())


@shared_task
def mail_checkpoints() -> int:
    """Send the newest checkpoints by e-mail; return how many."""
    with working_as(DatabaseRole.SEALER):
        return publishing.mail_newest(at=clock.now())
