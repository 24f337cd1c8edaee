"""Questions to the valuation. Reads the points bank's tables; never writes."""

import dataclasses
import datetime as dt
import functools
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet, Sum

from ledger.books.domain import AllocationBasis
from ledger.books.models import Book, Period
from ledger.points.models import Lot, PointUnit
from ledger.valuation.domain import EstimateTerms, Expectation, Facts, Opening, PoolKey, Position, Statement, choose_estimate, settle
from ledger.valuation.models import Allocation, Carry, DayTaking, Estimate, Pool, PoolRate, PoolStatement
from ledger.valuation.treatments import AWARDS
from loyalty.kit.clock import month_end

_POINTS = ("granted", "reversed", "redeemed", "tendered", "expired", "adjusted", "face_minor", "converted", "carried_minor")
_MONEY = ("deferred", "returned")


class PoolDay(NamedTuple):
    pool: PoolKey
    business_on: dt.date


class Route(NamedTuple):
    """Points of `source` became points of `target`."""

    source: PoolKey
    target: PoolKey
    business_on: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class CarriedInPoints:
    """What is carried on `route` beside what was paid in money: each unit of the rate of `tender` carries so much more."""

    route: Route
    tender: "PoolDay"
    carried: Decimal


class TakingKey(NamedTuple):
    programme: UUID
    business_on: dt.date
    source_kind: int


@dataclasses.dataclass(frozen=True, slots=True)
class PaidInPoints:
    """Sales of `pool_day` were partly paid with points of `tender`: each unit of its rate defers so much more."""

    pool_day: PoolDay
    tender: PoolDay
    deferred: Decimal
    returned: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class BookFacts:
    """Everything that happened up to a day, cumulative per pool and business date."""

    pools: Mapping[PoolDay, Facts]
    paid_in_points: Sequence[PaidInPoints]
    takings: Mapping[TakingKey, tuple[int, int]]
    carries: Mapping[Route, Decimal]
    carried_in_points: Sequence[CarriedInPoints]


def read_facts(book: Book, through_on: dt.date) -> BookFacts:
    """Recompute all facts of a book from movements and lot moves, in one statement (sql/facts.sql)."""
    parameters: dict[str, Any] = {
        "book": book.pk,
        "through_on": through_on,
        "ratio_decimals": book.ratio_decimals,
        "cost_share": book.award_cost_percentage / 100,
        "awards": AWARDS,
        "continuation": book.allocation_basis == AllocationBasis.CONTINUATION,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # Everything is read once: hash joins. The planner takes filters on its intermediate results for rare and would loop.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_sql("facts"), parameters)
        found = json.loads(cursor.fetchone()[0], parse_float=Decimal)
        cursor.execute("SET LOCAL enable_nestloop = on")
    return BookFacts(
        pools={_pool_day(row): _facts(row) for row in found["facts"]},
        paid_in_points=[_paid_in_points(row) for row in found["tenders"]],
        takings={_taking_key(row): (int(row["paid_minor"]), int(row["refunded_minor"])) for row in found["takings"]},
        carries={_route(row): Decimal(row["carried"]) for row in found["carries"]},
        carried_in_points=[CarriedInPoints(_route(row), _pool_day(row, "tender"), Decimal(row["carried"])) for row in found["rates"]],
    )


def allocated(book: Book) -> dict[PoolDay, Facts]:
    """Return what earlier runs allocated, by pool and business date."""
    rows = (
        Allocation.objects.filter(pool__book=book)
        .values("business_on", *_pool_columns("pool__"))
        .annotate(**{f"sum_{name}": Sum(name) for name in (*_POINTS, *_MONEY)})
        .order_by()
    )
    return {PoolDay(_key(row, "pool__"), row["business_on"]): _summed(row) for row in rows}


def carried(book: Book) -> dict[Route, Decimal]:
    """Return what earlier runs carried from pool to pool, exactly, by business date."""
    return {
        Route(
            _key(row, "pool__"),
            PoolKey(row["target__unit_id"], row["target__grant_month"], row["target__source_kind"], row["target__portfolio"]),
            row["business_on"],
        ): row["exact"]
        for row in Carry.objects.filter(pool__book=book)
        .values("business_on", *_pool_columns("pool__"), *_pool_columns("target__"))
        .annotate(exact=Sum("carried"))
        .order_by()
    }


def taken(book: Book) -> dict[TakingKey, tuple[int, int]]:
    """Return the takings that earlier runs found."""
    rows = (
        DayTaking.objects.filter(run__book=book)
        .values("programme", "business_on", "source_kind")
        .annotate(paid=Sum("paid_minor"), refunded=Sum("refunded_minor"))
        .order_by()
    )
    return {TakingKey(row["programme"], row["business_on"], row["source_kind"]): (row["paid"], row["refunded"]) for row in rows}


def programmes(book: Book) -> dict[int, UUID]:
    """Return the programme of each currency of a book."""
    return dict(PointUnit.objects.filter(book=book).values_list("id", "programme"))


def pools(book: Book) -> dict[PoolKey, Pool]:
    return {pool.key: pool for pool in Pool.objects.filter(book=book)}


def positions(book: Book) -> dict[PoolKey, Position]:
    """Return every pool as far as it is posted: cumulative facts, and revenue by releases and catch-ups."""
    found: dict[PoolKey, Position] = {}
    for pool_day, facts in allocated(book).items():
        position = found.setdefault(pool_day.pool, Position())
        position.facts += facts
    released = (
        Allocation.objects.filter(pool__book=book)
        .values(*_pool_columns("pool__"))
        .annotate(minor=Sum(F("tendered_minor") + F("released_minor")))
        .order_by()
    )
    caught_up = (
        PoolStatement.objects.filter(pool__book=book).values(*_pool_columns("pool__")).annotate(minor=Sum("catch_up_minor")).order_by()
    )
    for row in (*released, *caught_up):
        found[_key(row, "pool__")].recognised_minor += row["minor"]
    return found


def last_statements(book: Book) -> dict[PoolKey, PoolStatement]:
    """Return each pool's statement of the last approved close."""
    found = PoolStatement.objects.filter(pool__book=book).select_related("pool").order_by("pool_id", "-period__ends_on").distinct("pool_id")
    return {statement.pool.key: statement for statement in found}


def statement_rates(book: Book) -> dict[PoolKey, list[tuple[dt.date, Fraction]]]:
    """Return each pool's A / E at every approved close, by the close's last day, earliest first."""
    found: dict[PoolKey, list[tuple[dt.date, Fraction]]] = {}
    for s in PoolStatement.objects.filter(pool__book=book).select_related("pool", "period").order_by("period__ends_on", "pk"):
        rate = Fraction(s.allocated_minor) / Fraction(s.expected) if s.expected else Fraction(0)
        found.setdefault(s.pool.key, []).append((s.period.ends_on, rate))
    return found


def stored_rates(book: Book) -> dict[PoolDay, Fraction]:
    return {
        PoolDay(rate.pool.key, rate.business_on): Fraction(rate.rate)
        for rate in PoolRate.objects.filter(pool__book=book).select_related("pool")
    }


def estimates_in_force(book: Book) -> list[EstimateTerms]:
    return [
        EstimateTerms(e.pk, e.unit_id, e.portfolio, e.grant_month, e.percentage, e.valid_from, e.approved_at)
        for e in Estimate.objects.filter(unit__book=book, state=Estimate.State.APPROVED)
        if e.approved_at is not None
    ]


def pool_sizes(book: Book) -> dict[PoolKey, int]:
    """Return how many members were given points of each pool that were not taken back; who received them from a member does not count."""
    rows = (
        Lot.objects.filter(unit__book=book, granted__gt=F("reversed"), came_from__isnull=True)
        .values(*_pool_columns(""))
        .annotate(size=Count("points_account", distinct=True))
        .order_by()
    )
    return {_key(row, ""): row["size"] for row in rows}


@dataclasses.dataclass(frozen=True, slots=True)
class Judgements:
    """Which estimates may be used for which pool: the approved ones, and not where the pool is too small."""

    estimates: Sequence[EstimateTerms]
    sizes: Mapping[PoolKey, int]
    min_pool_size: int
    statements: Mapping[PoolKey, PoolStatement]

    def estimate(self, pool: PoolKey, on: dt.date) -> EstimateTerms | None:
        if self.min_pool_size and self.sizes.get(pool, 0) < self.min_pool_size:
            return None
        return choose_estimate(self.estimates, pool, on)

    def in_force(self, pool: PoolKey) -> Expectation:
        """The expectation that releases between two closes use: that of the last close, else the one valid for the pool's month."""
        statement = self.statements.get(pool)
        if statement is not None:
            return Expectation(statement.percentage, statement.lapsed)
        estimate = self.estimate(pool, month_end(pool.grant_month))
        return Expectation(estimate.percentage if estimate else None, 0)


def judgements(book: Book) -> Judgements:
    sizes = pool_sizes(book) if book.min_pool_size else {}
    return Judgements(estimates_in_force(book), sizes, book.min_pool_size, last_statements(book))


def proposed_statements(
    book: Book, period: Period, *, proposed: EstimateTerms | None = None, on: dt.date | None = None
) -> dict[PoolKey, Statement]:
    """Return what the close of `period` would state for every pool, from what is allocated and approved now.

    `proposed` is taken as if it were approved too; `on` is the day whose estimates serve (default: the period's last).
    """
    judged = judgements(book)
    if proposed is not None:
        judged = dataclasses.replace(judged, estimates=[*judged.estimates, proposed])
    on = on or period.ends_on
    found = {}
    for pool, position in sorted(positions(book).items()):
        estimate = judged.estimate(pool, on)
        before = judged.statements.get(pool)
        opening = Opening(before.redeemed, before.allocated_minor, before.liability_minor) if before else Opening()
        found[pool] = settle(position, opening, judged.in_force(pool), (estimate.id, estimate.percentage) if estimate else None)
    return found


def statements(book: Book, *, period: Period | None = None) -> QuerySet[PoolStatement]:
    """Pool statements of approved closes, oldest period and pool first."""
    found = PoolStatement.objects.filter(pool__book=book).select_related("pool", "period", "estimate")
    if period is not None:
        found = found.filter(period=period)
    return found.order_by("period__starts_on", "pool__grant_month", "pool__unit_id", "pool__source_kind", "pool__portfolio")


@functools.cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()


def _pool_columns(prefix: str) -> tuple[str, ...]:
    return (f"{prefix}unit_id", f"{prefix}grant_month", f"{prefix}source_kind", f"{prefix}portfolio")


def _key(row: Mapping[str, Any], prefix: str) -> PoolKey:
    return PoolKey(*(row[column] for column in _pool_columns(prefix)))


def _pool_day(row: Mapping[str, Any], prefix: str = "") -> PoolDay:
    names = ("unit_id", "grant_month", "source_kind", "portfolio", "business_on")
    tender_names = ("tender_unit", "tender_month", "tender_kind", "tender_portfolio", "tender_on")
    unit, month, kind, portfolio, day = (row[name] for name in (tender_names if prefix else names))
    return PoolDay(PoolKey(unit, dt.date.fromisoformat(month), kind, portfolio), dt.date.fromisoformat(day))


def _route(row: Mapping[str, Any]) -> Route:
    source, on = _pool_day(row)
    return Route(source, PoolKey(row["to_unit"], dt.date.fromisoformat(row["to_month"]), row["to_kind"], row["to_portfolio"]), on)


def _facts(row: Mapping[str, Any]) -> Facts:
    return Facts.of((int(row[name]) for name in _POINTS), (Decimal(row[name]) for name in _MONEY))


def _summed(row: Mapping[str, Any]) -> Facts:
    return Facts.of((row[f"sum_{name}"] for name in _POINTS), (row[f"sum_{name}"] for name in _MONEY))


def _paid_in_points(row: Mapping[str, Any]) -> PaidInPoints:
    return PaidInPoints(_pool_day(row), _pool_day(row, "tender"), Decimal(row["deferred"]), Decimal(row["returned"]))


def _taking_key(row: Mapping[str, Any]) -> TakingKey:
    return TakingKey(UUID(row["programme"]), dt.date.fromisoformat(row["business_on"]), row["source_kind"])
