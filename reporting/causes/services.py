"""Post what is owed to causes.

A posting works everything out and posts what is new: there is no bookmark that could skip something, and a second run adds nothing.
"""

import datetime as dt

from django.db import transaction

from ledger.books import queries as books
from ledger.books.domain import Basis, Draft, EventType
from ledger.books.models import Book, Journal
from ledger.books.services import lock_book, post_journals
from ledger.books.templates import CAUSE_TEMPLATES, entries
from loyalty.kit.clock import month_end
from reporting.causes.domain import NARRATION, accrual
from reporting.causes.models import CausePosting
from reporting.causes.queries import new_of


@transaction.atomic
def post_causes(*, book: Book, through_on: dt.date, at: dt.datetime, during_close: bool = False) -> list[Journal]:
    """Post what is new of the causes of a book's programmes, never past its open period.

    Raises: PeriodNotOpen while a close is being looked at (unless `during_close`).
    """
    book = lock_book(book)
    period = books.current_period(book)
    through_on = min(through_on, period.ends_on)
    rows = [
        CausePosting(
            book=book,
            period=period,
            programme_id=key.programme,
            cause_id=key.cause,
            month=key.month,
            business_on=min(month_end(key.month), through_on),
            amount_minor=minor,
            posted_at=at,
        )
        for key, minor in sorted(new_of(book, through_on).items())
    ]
    journals = post_journals(book=book, drafts=[_draft(row) for row in rows], at=at, during_close=during_close)
    CausePosting.objects.bulk_create(rows)
    return journals


def _draft(row: CausePosting) -> Draft:
    """One journal for each row: a cause, a month."""
    lines = entries(CAUSE_TEMPLATES[EventType.CAUSE_ACCRUAL], [accrual(row.amount_minor)])
    return Draft(EventType.CAUSE_ACCRUAL, Basis.EVENT, row.business_on, NARRATION, lines, row.programme_id, None, [("causes", row.pk)])
