"""Everything that the page of one month shows: how far its close is, its figures, its pools, its people."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.users.queries import names_of
from ledger.books.domain import PeriodState
from ledger.books.models import Book, Journal, Period
from ledger.points.models import PointUnit
from ledger.valuation import queries as valuation
from ledger.valuation.domain import PoolKey, Statement
from ledger.valuation.models import Pool, PoolStatement
from loyalty.kit.clock import business_date
from reporting.close import queries
from reporting.close.models import CloseCheck, CloseRun
from reporting.close.services import LOCK_CLASS
from reporting.gift_cards.models import CardStatement
from reporting.gift_cards.queries import statements_of
from reporting.journals.queries import period_with_book, units_of
from reporting.rollforward.domain import MoneyRow, PointsRow
from reporting.rollforward.queries import money_by_pool, points_by_pool


@dataclasses.dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool as the close states it, or would state it. Money in minor units."""

    pool: PoolKey
    issued: int
    redeemed: int
    lapsed: int
    percentage: Decimal | None
    expected: Decimal
    allocated_minor: int
    recognised_minor: int
    liability_minor: int
    opening_minor: int
    additions_minor: int
    revenue_minor: int
    catch_up_minor: int
    catch_up_prior_minor: int

    @property
    def outstanding(self) -> int:
        return self.issued - self.redeemed - self.lapsed


@dataclasses.dataclass(frozen=True, slots=True)
class Cockpit:
    """One month. `is_over` on the book's calendar; `is_working` while somebody's preparation holds the book."""

    period: Period
    run: CloseRun | None
    checks: Sequence[CloseCheck]
    pools: Sequence[PoolLine]
    points: Sequence[PointsRow]
    money: Sequence[MoneyRow]
    journals: Sequence[Journal]
    journal_pools: Mapping[UUID, PoolKey]
    units: Mapping[int, PointUnit]
    names: Mapping[UUID, str]
    cards: Sequence[CardStatement]
    is_over: bool
    is_working: bool

    @property
    def book(self) -> Book:
        return self.period.book

    @property
    def is_closed(self) -> bool:
        return self.period.is_closed

    @property
    def is_preparing(self) -> bool:
        return self.run is not None and self.run.state == CloseRun.State.PREPARING

    @property
    def is_prepared(self) -> bool:
        return self.run is not None and self.run.state == CloseRun.State.PREPARED

    @property
    def open_exceptions(self) -> int:
        return sum(check.is_open for check in self.checks)

    @property
    def is_green(self) -> bool:
        return self.is_prepared and not self.open_exceptions


def cockpit(pk: int, at: dt.datetime) -> Cockpit:
    """Return a month of a book. Raises: PeriodNotFound."""
    period = period_with_book(pk)
    run = CloseRun.objects.filter(period=period).first()
    checks = list(queries.checklist(run)) if run else []
    starts = period.starts_on
    return Cockpit(
        period=period,
        run=run,
        checks=checks,
        pools=_pools(period, run),
        points=[row for row in points_by_pool(period.book) if row.starts_on == starts],
        money=[row for row in money_by_pool(period.book) if row.starts_on == starts],
        journals=list(queries.close_journals(run)) if run and period.is_closed else [],
        journal_pools={pool.pk: pool.key for pool in Pool.objects.filter(book=period.book)} if period.is_closed else {},
        units=units_of(period.book),
        names=names_of([*_people(run), *(check.acknowledged_by for check in checks)]),
        cards=statements_of(period) if period.is_closed else [],
        is_over=business_date(at, period.book.time_zone) > period.ends_on,
        is_working=bool(run and run.state == CloseRun.State.PREPARING and is_working(period.book)),
    )


def is_working(book: Book) -> bool:
    """Tell whether some process holds the lock of a preparation of this book."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [LOCK_CLASS, book.pk])
        return bool(cursor.fetchone()[0])


_LOCKED = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


def _people(run: CloseRun | None) -> list[UUID | None]:
    return [run.preparer, run.approver] if run else []


def _pools(period: Period, run: CloseRun | None) -> list[PoolLine]:
    """The statements of a closed month; what they would be once a close is prepared; nothing before."""
    if period.state == PeriodState.CLOSED:
        return [_stored(statement) for statement in valuation.statements(period.book, period=period)]
    if run is None or run.state != CloseRun.State.PREPARED:
        return []
    proposed = valuation.proposed_statements(period.book, period)
    return [_proposed(key, statement) for key, statement in sorted(proposed.items(), key=lambda item: _order(item[0]))]


def _order(key: PoolKey) -> tuple[Any, ...]:
    return key.grant_month, key.unit, key.source_kind, key.portfolio


def _stored(row: PoolStatement) -> PoolLine:
    return PoolLine(
        pool=row.pool.key,
        issued=row.issued,
        redeemed=row.redeemed,
        lapsed=row.lapsed,
        percentage=row.percentage,
        expected=row.expected,
        **{name: getattr(row, name) for name in _MONEY},
    )


def _proposed(key: PoolKey, statement: Statement) -> PoolLine:
    facts = statement.facts
    return PoolLine(
        pool=key,
        issued=facts.issued,
        redeemed=facts.redeemed,
        lapsed=facts.lapsed,
        percentage=statement.expectation.percentage,
        expected=statement.expected_decimal,
        **{name: getattr(statement, name) for name in _MONEY},
    )


_MONEY = (
    "allocated_minor",
    "recognised_minor",
    "liability_minor",
    "opening_minor",
    "additions_minor",
    "revenue_minor",
    "catch_up_minor",
    "catch_up_prior_minor",
)
