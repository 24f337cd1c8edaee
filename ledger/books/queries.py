"""Questions to the books. Amounts are minor units, debit positive."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from ledger.books.domain import AccountType, PeriodState
from ledger.books.models import Book, BookAccount, Journal, JournalLine, Period
from loyalty.kit.problems import NotFound


class NoOpenPeriod(NotFound):
    code = "no_open_period"


@dataclasses.dataclass(frozen=True, slots=True)
class AccountBalance:
    """One row of the trial balance."""

    code: str
    name: str
    type: AccountType
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        return self.debit_minor - self.credit_minor


def current_period(book: Book) -> Period:
    """Return the one period that is not closed. Raises: NoOpenPeriod."""
    period = Period.objects.filter(book=book).exclude(state=PeriodState.CLOSED.value).first()
    if period is None:
        raise NoOpenPeriod(f"{book} has no open period.")
    return period


def periods(book: Book) -> QuerySet[Period]:
    """Newest first."""
    return Period.objects.filter(book=book).order_by("-starts_on")


def journals(book: Book, *, period: Period | None = None) -> QuerySet[Journal]:
    """Journals in the order of their numbers, with their lines ready."""
    found = Journal.objects.filter(book=book).select_related("period").prefetch_related("lines__book_account")
    if period is not None:
        found = found.filter(period=period)
    return found.order_by("year", "number")


def trial_balance(book: Book, *, through: dt.date | None = None, period: Period | None = None) -> list[AccountBalance]:
    """Return every account that ever moved: through a day (default: everything), or only what one period moved."""
    lines = JournalLine.objects.filter(journal__book=book)
    if through is not None:
        lines = lines.filter(journal__entry_on__lte=through)
    if period is not None:
        lines = lines.filter(journal__period=period)
    rows = (
        lines.values(code=F("book_account__code"), name=F("book_account__name"), type=F("book_account__type"))
        .annotate(debit_minor=Sum("debit_minor"), credit_minor=Sum("credit_minor"))
        .order_by("code")
    )
    return [AccountBalance(r["code"], r["name"], AccountType(r["type"]), r["debit_minor"], r["credit_minor"]) for r in rows]


def account_balance(book: Book, code: str, *, through: dt.date | None = None) -> int:
    """Return one account's balance in minor units, debit positive."""
    lines = JournalLine.objects.filter(journal__book=book, book_account__code=code)
    if through is not None:
        lines = lines.filter(journal__entry_on__lte=through)
    return int(lines.aggregate(balance=Sum(F("debit_minor") - F("credit_minor"), default=0))["balance"])


def balances_by_pool(book: Book, codes: Sequence[str]) -> Mapping[UUID | None, int]:
    """Return what these accounts hold for each pool, in minor units, debit positive; None for lines without a pool."""
    rows = (
        JournalLine.objects.filter(journal__book=book, book_account__code__in=codes)
        .values("pool_id")
        .annotate(balance=Sum(F("debit_minor") - F("credit_minor")))
        .order_by("pool_id")
    )
    return {row["pool_id"]: row["balance"] for row in rows}


def account_ids(book: Book) -> Mapping[str, int]:
    return dict(BookAccount.objects.filter(book=book).values_list("code", "id"))
