"""Wakes the valuation up, as often as the schedule in the settings says. Safe to run twice: a run posts only what is not yet allocated."""

import logging

from celery import shared_task

from ledger.books.models import Book
from ledger.books.services import PeriodNotOpen
from ledger.valuation.services import run_valuation
from loyalty.kit.clock import business_date, now

log = logging.getLogger(__name__)


@shared_task
def value_books() -> int:
    """Value every book through today; a book whose month is being closed waits. Returns how many journals were posted."""
    at, journals = now(), 0
    for book in Book.objects.order_by("pk"):
        try:
            journals += run_valuation(book=book, through_on=business_date(at, book.time_zone), at=at).journals
        except PeriodNotOpen as problem:
            log.info("%s: %s", book, problem.detail)
    return journals
