"""Posts what is owed to causes. Safe to run twice: a run posts only what is new."""

import logging

from celery import shared_task

from ledger.books.models import Book
from ledger.books.services import PeriodNotOpen
from loyalty.kit.clock import business_date, now
from reporting.causes.services import post_causes

log = logging.getLogger(__name__)


@shared_task
def post_causes_of_books() -> int:
    """Post for every book through today; a book whose month is being closed waits. Returns how many journals were posted."""
    at, journals = now(), 0
    for book in Book.objects.order_by("pk"):
        try:
            journals += len(post_causes(book=book, through_on=business_date(at, book.time_zone), at=at))
        except PeriodNotOpen as problem:
            log.info("%s: %s", book, problem.detail)
    return journals
