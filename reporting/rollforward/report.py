"""The roll-forward that a page shows, and what it ties to: members' balances, liability accounts, statements of the close."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q, Sum

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.books.models import Book, JournalLine, Period
from ledger.points.models import Balance, PointUnit
from ledger.valuation.models import Pool, PoolStatement
from ledger.valuation.treatments import LIABILITIES
from reporting.rollforward.domain import MoneyRow, PointsRow, totals
from reporting.rollforward.queries import money_by_pool, points_by_pool


@dataclasses.dataclass(frozen=True, slots=True)
class AccountTie:
    """A liability account at a month's end: what it holds for this currency's pools, and in all. Credit positive."""

    code: str
    name: str
    pools_minor: int
    account_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Tie:
    """What the closing balances are compared with. `members` (points today) only where the roll-forward reaches today."""

    accounts: Sequence[AccountTie]
    members: int | None
    statement_points: int | None
    statement_minor: int | None

    @property
    def accounts_minor(self) -> int:
        return sum(account.pools_minor for account in self.accounts)


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A programme's main currency: all pools of all periods, or of one."""

    book: Book
    unit: PointUnit
    period: Period | None
    points: Sequence[PointsRow]
    money: Sequence[MoneyRow]
    tie: Tie

    @property
    def points_by_period(self) -> list[PointsRow]:
        return totals(self.points)

    @property
    def money_by_period(self) -> list[MoneyRow]:
        return totals(self.money)

    @property
    def closing_points(self) -> int:
        rows = self.points_by_period
        return rows[-1].closing if rows else 0

    @property
    def closing_minor(self) -> int:
        rows = self.money_by_period
        return rows[-1].closing if rows else 0


def report(programme: Programme, periods: Sequence[Period], period: Period | None) -> Report:
    """Return the roll-forward of a programme's currency; `periods` are all of its book, newest first."""
    unit, book = currency_of(programme).unit, programme.legal_entity.book
    points, money = points_by_pool(book, unit=unit), money_by_pool(book, unit=unit)
    if period is not None:
        points = [row for row in points if row.starts_on == period.starts_on]
        money = [row for row in money if row.starts_on == period.starts_on]
    last = period or periods[0]
    return Report(book, unit, period, points, money, _tie(book, unit, last, is_latest=last == periods[0]))


def _tie(book: Book, unit: PointUnit, period: Period, *, is_latest: bool) -> Tie:
    stated = {"points": None, "minor": None}
    if period.is_closed:
        stated = PoolStatement.objects.filter(period=period, pool__unit=unit).aggregate(
            points=Sum(F("granted") - F("reversed") - F("redeemed") - F("expired") - F("adjusted") + F("converted"), default=0),
            minor=Sum("liability_minor", default=0),
        )
    members = Balance.objects.filter(unit=unit).aggregate(points=Sum(F("available") + F("pending") + F("held"), default=0))
    return Tie(
        accounts=_accounts(book, unit, period.starts_on),
        members=members["points"] if is_latest else None,
        statement_points=stated["points"],
        statement_minor=stated["minor"],
    )


def _accounts(book: Book, unit: PointUnit, starts_on: dt.date) -> list[AccountTie]:
    pools = list(Pool.objects.filter(book=book, unit=unit).values_list("pk", flat=True))
    credit = F("credit_minor") - F("debit_minor")
    rows = (
        JournalLine.objects.filter(journal__book=book, journal__period__starts_on__lte=starts_on, book_account__code__in=LIABILITIES)
        .values(code=F("book_account__code"), name=F("book_account__name"))
        .annotate(account=Sum(credit), of_pools=Sum(credit, filter=Q(pool_id__in=pools), default=0))
        .order_by("code")
    )
    return [AccountTie(row["code"], row["name"], int(row["of_pools"]), int(row["account"])) for row in rows]
