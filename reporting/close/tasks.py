"""Wakes the close up in the background. Safe to run twice: the services take up what is unfinished."""

import contextlib
import datetime as dt
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from ledger.books.models import Book, Period
from ledger.points.models import Lot
from loyalty.kit.clock import now
from reporting.close import services
from reporting.close.models import CloseRun

_FEW_LOTS = 1_000


@shared_task
def prepare_close(period: int, preparer: str) -> str:
    """Prepare the close of a period; returns the close's id.

    A task that is delivered again while it runs, or when its close went on, leaves everything as it is.
    """
    found = Period.objects.select_related("book").get(pk=period)
    run = CloseRun.objects.filter(period=found).first()
    if run is not None and run.state != CloseRun.State.PREPARING:
        return str(run.pk)
    try:
        return str(services.prepare_close(book=found.book, period=found, preparer=UUID(preparer), at=now()).pk)
    except services.CloseRunning:
        return str(run.pk) if run else ""


def prepare_soon(*, period: Period, preparer: UUID, at: dt.datetime) -> CloseRun:
    """Begin a close and let a worker prepare it; a small book's, or one that no queue takes, is prepared at once.

    Raises: NotTheOpenPeriod, PeriodNotOver, CloseRunning.
    """
    run = services.begin_close(period=period, preparer=preparer, at=at)
    if not _is_small(period.book):
        with contextlib.suppress(OperationalError):
            prepare_close.delay(period.pk, str(preparer))
            return run
    return services.prepare_close(book=period.book, period=period, preparer=preparer, at=at)


def _is_small(book: Book) -> bool:
    """Whether a preparation takes about as long as a page."""
    return Lot.objects.filter(unit__book=book)[:_FEW_LOTS].count() < _FEW_LOTS
