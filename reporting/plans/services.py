"""Post the fees of paid memberships.

A posting adds up everything and posts what is new: there is no bookmark that could skip something, and a second run adds nothing.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from ledger.books import queries as books
from ledger.books.domain import Basis, Draft, Profile
from ledger.books.models import Book, Journal
from ledger.books.services import lock_book, post_journals
from ledger.books.templates import FEE_TEMPLATES, entries
from reporting.plans.domain import EVENTS, NARRATIONS, What, fee_amounts
from reporting.plans.models import FeePosting
from reporting.plans.queries import new_fees


@transaction.atomic
def post_fees(*, book: Book, through_on: dt.date, at: dt.datetime, during_close: bool = False) -> list[Journal]:
    """Post what is new of the fees of a book's programmes, never past its open period.

    Raises: PeriodNotOpen while a close is being looked at (unless `during_close`).
    """
    book = lock_book(book)
    period = books.current_period(book)
    new = new_fees(book, min(through_on, period.ends_on))
    rows = [
        FeePosting(
            book=book,
            period=period,
            programme_id=key.programme,
            month=key.month,
            business_on=key.business_on,
            what=key.what,
            amount_minor=minor,
            posted_at=at,
        )
        for key, minor in sorted(new.items())
    ]
    journals = post_journals(book=book, drafts=_drafts(Profile(book.profile), rows), at=at, during_close=during_close)
    FeePosting.objects.bulk_create(rows)
    return journals


def _drafts(profile: Profile, rows: Sequence[FeePosting]) -> list[Draft]:
    """One journal for each row: a programme, a business day, a kind of event."""
    found = []
    for row in rows:
        event = EVENTS[What(row.what)][0]
        lines = entries(FEE_TEMPLATES[event], [fee_amounts(profile, What(row.what), row.amount_minor)])
        sources = [("plans", row.pk)]
        found.append(Draft(event, Basis.EVENT, row.business_on, NARRATIONS[event], lines, row.programme_id, None, sources))
    return found
