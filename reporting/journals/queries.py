"""Which journals does somebody look for, what is one made of, and what do the accounts hold?"""

import dataclasses
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.queries import names_of
from ledger.books.domain import AccountType
from ledger.books.models import Book, BookAccount, Journal, JournalLine, Period
from ledger.points.models import PointUnit
from ledger.valuation.models import Allocation, DayTaking, Pool
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import Key
from rewards.coalition.models import PartnerStatement
from rewards.coalition.queries import STATEMENTS, statement_behind

NEWEST_FIRST = (Key("year", int, descending=True), Key("number", int, descending=True))
MOST_SOURCES = 200


class JournalNotFound(NotFound):
    code = "journal_not_found"


class PeriodNotFound(NotFound):
    code = "period_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class JournalFilter:
    """What the list is narrowed to; empty means everything. `account` is a code, `event` an event type."""

    period: Period | None = None
    account: str = ""
    event: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class JournalTotals:
    """Of all journals that fit: how many, their amount, and what they moved on the chosen account."""

    journals: int
    total_minor: int
    debit_minor: int
    credit_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class JournalStory:
    """One journal and everything that it was made from."""

    journal: Journal
    lines: Sequence[JournalLine]
    pools: Mapping[UUID, Pool]
    units: Mapping[int, PointUnit]
    programme: Programme | None
    allocations: Sequence[Allocation]
    takings: Sequence[DayTaking]
    statement: PartnerStatement | None
    sources: int
    reversal: Journal | None
    names: Mapping[UUID, str]


@dataclasses.dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account: what it held before the period, what the period moved, what it holds at the end. Debit positive."""

    code: str
    name: str
    type: AccountType
    opening_minor: int
    debit_minor: int
    credit_minor: int

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + self.debit_minor - self.credit_minor


def journals_like(book: Book, wanted: JournalFilter) -> QuerySet[Journal]:
    """Return the journals that fit, to be read by NEWEST_FIRST; with an account, also what each moved there."""
    rows = Journal.objects.filter(book=book).select_related("period")
    if wanted.period is not None:
        rows = rows.filter(period=wanted.period)
    if wanted.event:
        rows = rows.filter(event_type=wanted.event)
    if wanted.account:
        lines = JournalLine.objects.filter(journal=OuterRef("pk"), book_account__book=book, book_account__code=wanted.account)
        sums = lines.order_by().values("journal")
        rows = rows.filter(Exists(lines)).annotate(
            account_debit=Subquery(sums.annotate(minor=Sum("debit_minor")).values("minor")),
            account_credit=Subquery(sums.annotate(minor=Sum("credit_minor")).values("minor")),
        )
    return rows


def totals_of(book: Book, wanted: JournalFilter) -> JournalTotals:
    """Add up everything that fits, whichever page of the list is shown."""
    rows = journals_like(book, wanted)
    of_all = rows.aggregate(journals=Count("pk"), total=Sum("total_minor", default=0))
    moved = {"debit": 0, "credit": 0}
    if wanted.account:
        moved = rows.aggregate(debit=Sum("account_debit", default=0), credit=Sum("account_credit", default=0))
    return JournalTotals(of_all["journals"], int(of_all["total"]), int(moved["debit"]), int(moved["credit"]))


def used_accounts(book: Book) -> list[BookAccount]:
    """Return the accounts that ever moved, by code."""
    lines = JournalLine.objects.filter(book_account=OuterRef("pk"))
    return list(BookAccount.objects.filter(Exists(lines), book=book).order_by("code"))


def journal_story(pk: UUID) -> JournalStory:
    """Return a journal with its lines, sources and people. Raises: JournalNotFound."""
    journal = Journal.objects.select_related("book", "period", "reverses").filter(pk=pk).first()
    if journal is None:
        raise JournalNotFound(_("There is no such journal."))
    lines = list(journal.lines.select_related("book_account").order_by("position"))
    sources = list(journal.sources.order_by("pk").values_list("kind", "source_id"))
    ids = {kind: [pk for one, pk in sources if one == kind][:MOST_SOURCES] for kind in ("allocation", "taking", STATEMENTS)}
    return JournalStory(
        journal=journal,
        lines=lines,
        pools=Pool.objects.in_bulk({line.pool_id for line in lines if line.pool_id}),
        units=units_of(journal.book),
        programme=Programme.objects.filter(pk=journal.programme).first() if journal.programme else None,
        allocations=list(Allocation.objects.filter(pk__in=ids["allocation"]).select_related("pool").order_by("pool__grant_month", "pk")),
        takings=list(DayTaking.objects.filter(pk__in=ids["taking"]).order_by("source_kind", "pk")),
        statement=statement_behind(ids[STATEMENTS]),
        sources=len(sources),
        reversal=Journal.objects.filter(reverses=journal).first(),
        names=names_of([journal.posted_by]),
    )


def balance_rows(book: Book, period: Period) -> list[BalanceRow]:
    """Return the trial balance of a period: every account that moved in it or before it, by code. One query."""
    before, within = Q(journal__period__starts_on__lt=period.starts_on), Q(journal__period=period)
    rows = (
        JournalLine.objects.filter(journal__book=book, journal__period__starts_on__lte=period.starts_on)
        .values(code=F("book_account__code"), name=F("book_account__name"), type=F("book_account__type"))
        .annotate(
            opening=Sum(F("debit_minor") - F("credit_minor"), filter=before, default=0),
            debit=Sum("debit_minor", filter=within, default=0),
            credit=Sum("credit_minor", filter=within, default=0),
        )
        .order_by("code")
    )
    return [BalanceRow(r["code"], r["name"], AccountType(r["type"]), int(r["opening"]), int(r["debit"]), int(r["credit"])) for r in rows]


def units_of(book: Book) -> dict[int, PointUnit]:
    return {unit.pk: unit for unit in PointUnit.objects.filter(book=book).order_by("pk")}


def book_periods(book: Book) -> list[Period]:
    """Newest first."""
    return list(Period.objects.filter(book=book).select_related("book").order_by("-starts_on"))


def period_with_book(pk: int) -> Period:
    """Raises: PeriodNotFound."""
    period = Period.objects.select_related("book").filter(pk=pk).first()
    if period is None:
        raise PeriodNotFound(_("There is no such month."))
    return period
