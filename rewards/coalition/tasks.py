"""Posts what partners are owed by their statements. Safe to run twice: a run posts only what is new."""

import logging

from celery import shared_task

from ledger.books.models import Book
from ledger.books.services import PeriodNotOpen
from loyalty.kit.clock import now
from rewards.coalition.services import post_statements

log = logging.getLogger(__name__)


@shared_task
def post_partner_statements() -> int:
    """Post every book's statements; a book whose month is being closed waits. Returns how many journals were posted."""
    at, journals = now(), 0
    for book in Book.objects.order_by("pk"):
        try:
            journals += len(post_statements(book=book, at=at))
        except PeriodNotOpen as problem:
            log.info("%s: %s", book, problem.detail)
    return journals
