"""What is owed on paid memberships: month by month from what was paid for, and as the books took it in."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import Sum

from accounts.programmes.models import Programme
from ledger.books import chart
from ledger.books import queries as books
from ledger.books.models import Book, Period
from loyalty.kit.clock import add_months, month_end, month_start
from reporting.plans.domain import FeeKey, FeeMonth, Life, LifeFees, What, life_earned
from reporting.plans.models import FeePosting
from rewards.plans.domain import FOREVER
from rewards.plans.queries import expected_lives

_SIGNS = {What.PAID: 1, What.REFUNDED: -1, What.EARNED: -1}


def fees(book: Book, through_on: dt.date) -> dict[FeeKey, int]:
    """Return all that happened to the fees of a book through a day, minor units; what is earned stands on the last day of its month."""
    with connection.cursor() as cursor:
        cursor.execute(_sql("fees"), {"book": book.pk, "through": through_on, "forever": FOREVER})
        found = {FeeKey(programme, month, on, What(what)): minor for programme, month, on, what, minor in cursor.fetchall()}
    for key, minor in _earned_of_life(book, through_on):
        found[key] = found.get(key, 0) + minor
    return found


def new_fees(book: Book, through_on: dt.date) -> dict[FeeKey, int]:
    """Return what happened through a day and is not posted yet: day by day, and of what was earned month by month."""
    found = Counter(fees(book, through_on))
    days = {(key.programme, key.month, key.what.value): key.business_on for key in found if key.what is What.EARNED}
    rows = FeePosting.objects.filter(book=book).values_list("programme_id", "month", "business_on", "what")
    for programme, month, on, what, minor in rows.annotate(total=Sum("amount_minor")):
        found[FeeKey(programme, month, days.get((programme, month, what), on), What(what))] -= minor
    return {key: minor for key, minor in found.items() if minor}


def fee_months(programme: Programme, through_on: dt.date) -> list[FeeMonth]:
    """Return the roll-forward of the deferred fees of a programme, oldest month first."""
    moved: dict[dt.date, Counter[What]] = defaultdict(Counter)
    for key, minor in fees(programme.legal_entity.book, through_on).items():
        if key.programme == programme.pk:
            moved[key.month][key.what] += minor
    found: list[FeeMonth] = []
    month = min(moved, default=dt.date.max)
    while moved and month <= through_on:
        of, opening = moved[month], found[-1].closing if found else 0
        found.append(FeeMonth(month, opening, of[What.PAID], of[What.REFUNDED], of[What.EARNED]))
        month = add_months(month, 1)
    return found


def deferred_in_books(book: Book) -> int:
    return -books.account_balance(book, chart.FEE_LIABILITY)


def deferred_by_days(book: Book, through_on: dt.date) -> int:
    """Return what is owed by the days that were paid for and have not passed."""
    return sum(_SIGNS[key.what] * minor for key, minor in fees(book, through_on).items())


def posted_of(programme: Programme) -> int:
    """Return what the books owe on the fees of one programme."""
    rows = FeePosting.objects.filter(programme=programme).values_list("what").annotate(total=Sum("amount_minor"))
    return sum(_SIGNS[What(what)] * minor for what, minor in rows)


def late_postings(book: Book, period: Period) -> tuple[int, int]:
    """Return how many days of closed months were taken in by a period, and how much."""
    late = FeePosting.objects.filter(book=book, period=period, business_on__lt=period.starts_on)
    return late.values("business_on").distinct().count(), int(late.aggregate(total=Sum("amount_minor", default=0))["total"])


def _earned_of_life(book: Book, through_on: dt.date) -> Iterator[tuple[FeeKey, int]]:
    """Go through what was earned of fees for life, month by month."""
    for programme, of in _fees_for_life(book, through_on).items():
        month, before = month_start(min(one.paid_on for one in of)), 0
        while month <= through_on:
            last_on = min(month_end(month), through_on)
            now = life_earned(of, last_on)
            if now != before:
                yield FeeKey(programme, month, last_on, What.EARNED), now - before
            month, before = add_months(month, 1), now


def _fees_for_life(book: Book, through_on: dt.date) -> dict[uuid.UUID, list[LifeFees]]:
    with connection.cursor() as cursor:
        cursor.execute(_sql("lifetimes"), {"book": book.pk, "through": through_on, "forever": FOREVER})
        rows = cursor.fetchall()
    lives = expected_lives({plan for _programme, plan, *_rest in rows}) if rows else {}
    found = defaultdict(list)
    for programme, plan, from_on, paid_on, back_on, paid, refunded in rows:
        known = [Life(on, months) for on, months in lives[plan]]
        found[programme].append(LifeFees(from_on, paid_on, back_on, paid, refunded, known))
    return found


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
