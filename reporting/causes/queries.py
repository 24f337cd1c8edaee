"""What is owed to causes: by what was counted, and as the books took it in."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum

from accounts.programmes.models import Programme
from ledger.books.models import Book, Period
from reporting.causes.domain import CauseKey
from reporting.causes.models import CausePosting
from rewards.causes.queries import Cause, causes_of, counted_by_marks, months


def owed(book: Book, through_on: dt.date) -> dict[CauseKey, int]:
    """Return what the causes of a book's programmes cost through a day, by month, minor units."""
    found = {}
    for programme, cause in _causes(book):
        for row in months(cause, through_on):
            if row.owed_minor:
                found[CauseKey(programme.pk, cause.setup.pk, row.month)] = row.owed_minor
    return found


def new_of(book: Book, through_on: dt.date) -> dict[CauseKey, int]:
    """Return what is owed through a day and is not posted yet."""
    found = Counter(owed(book, through_on))
    rows = CausePosting.objects.filter(book=book).values_list("programme_id", "cause_id", "month")
    for programme, cause, month, minor in rows.annotate(total=Sum("amount_minor")):
        found[CauseKey(programme, cause, month)] -= minor
    return {key: minor for key, minor in found.items() if minor}


def posted(book: Book) -> int:
    return int(CausePosting.objects.filter(book=book).aggregate(total=Sum("amount_minor", default=0))["total"])


def owed_by_marks(book: Book, through_on: dt.date) -> int:
    """Return what is owed through a day, from every event that counted and not from sums."""
    total = 0
    for _programme, cause in _causes(book):
        terms = cause.terms_on(through_on)
        total += terms.standing(counted_by_marks(cause, through_on)).given * terms.cost_minor
    return total


def late_postings(book: Book, period: Period) -> tuple[int, int]:
    """Return how many months that are closed were posted into a period afterwards, and how much."""
    late = CausePosting.objects.filter(book=book, period=period, business_on__lt=period.starts_on)
    return late.values("cause", "month").distinct().count(), int(late.aggregate(total=Sum("amount_minor", default=0))["total"])


def _causes(book: Book) -> Iterator[tuple[Programme, Cause]]:
    for programme in Programme.objects.filter(legal_entity__book=book).order_by("pk"):
        yield from ((programme, cause) for cause in causes_of(programme))
