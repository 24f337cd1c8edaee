"""Wakes the close up in the background. Safe to run twice: the services take up what is unfinished."""

from uuid import UUID

from celery import shared_task

from ledger.books.models import Period
from loyalty.kit.clock import now
from reporting.close import services


@shared_task
def prepare_close(period: int, preparer: str) -> str:
    """Prepare the close of a period; returns the close's id."""
    found = Period.objects.select_related("book").get(pk=period)
    return str(services.prepare_close(book=found.book, period=found, preparer=UUID(preparer), at=now()).pk)
