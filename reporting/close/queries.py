"""Questions of the close: the checklist, and what staff pages show."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from ledger.books import chart
from ledger.books import queries as books
from ledger.books.models import Book, Journal, Period
from ledger.valuation import queries as valuation
from ledger.valuation.domain import PoolKey, Statement, choose_estimate
from ledger.valuation.models import Allocation
from ledger.valuation.treatments import LIABILITIES
from reporting.causes import queries as causes
from reporting.close.domain import CAUSES, FEES, GIFT_CARDS, CheckCode, Finding, findings_of, pool_findings, pool_name
from reporting.close.models import CloseCheck, CloseRun
from reporting.coalition.queries import Ties, company_ties, partner_ties
from reporting.gift_cards import queries as cards
from reporting.plans import queries as plans


@dataclasses.dataclass(frozen=True, slots=True)
class PeriodOverview:
    """One row of the list of periods."""

    period: Period
    run: CloseRun | None
    open_exceptions: int


class UnitTotals(NamedTuple):
    """Points of one currency in the three places where they are counted (sql/units.sql)."""

    unit: int
    code: str
    lots: int
    later: int
    balances: int
    allocated: int
    arrears: int
    debtors: int


def overview(book: Book) -> list[PeriodOverview]:
    """Return the periods of a book, newest first, with how far each close is."""
    open_exceptions = Count("close_run__checks", filter=Q(close_run__checks__passed=False, close_run__checks__acknowledged_by__isnull=True))
    found = books.periods(book).select_related("close_run").annotate(open_exceptions=open_exceptions)
    return [PeriodOverview(period, getattr(period, "close_run", None), period.open_exceptions) for period in found]


def checklist(run: CloseRun) -> QuerySet[CloseCheck]:
    return run.checks.order_by("position")


def had_a_hand(run: CloseRun, person: UUID) -> bool:
    """Tell whether somebody prepared this close, ever, or accepted an exception in it."""
    return run.preparer == person or run.hands.filter(person=person).exists()


def open_exceptions(run: CloseRun) -> QuerySet[CloseCheck]:
    return run.checks.filter(passed=False, acknowledged_by__isnull=True).order_by("position")


def close_journals(run: CloseRun) -> QuerySet[Journal]:
    """The catch-up journals that the approval posted."""
    return books.journals(run.period.book, period=run.period).filter(basis="close")


def unit_totals(book: Book, period: Period) -> list[UnitTotals]:
    with connection.cursor() as cursor:
        cursor.execute(_sql("units"), {"book": book.pk, "ends_on": period.ends_on})
        return [UnitTotals(*row[:2], *map(int, row[2:])) for row in cursor.fetchall()]


def findings(book: Book, period: Period, statements: Mapping[PoolKey, Statement]) -> list[Finding]:
    """Return the whole checklist of a period, passes and exceptions, in its order."""
    totals = unit_totals(book, period)
    return [
        *_units_tie(totals),
        *_books_tie(book),
        *_clearing(book, period),
        *_gift_cards(book, period),
        *_fees(book, period),
        *_causes(book, period),
        *_coalition(CheckCode.PARTNERS_TIE, partner_ties(book, period)),
        *_coalition(CheckCode.COMPANIES_TIE, company_ties(book, period)),
        *_late_events(book, period),
        *_arrears(totals),
        *pool_findings(statements, _has_estimate(book, period, statements)),
    ]


def _units_tie(totals: Sequence[UnitTotals]) -> list[Finding]:
    wrong = [t for t in totals if t.lots != t.balances or t.lots - t.later != t.allocated]
    return findings_of(
        CheckCode.UNITS_TIE,
        (
            Finding(
                CheckCode.UNITS_TIE,
                False,
                f"{t.code} ({t.unit})",
                {"in_lots": t.lots, "in_balances": t.balances, "in_lots_at_period_end": t.lots - t.later, "valued": t.allocated},
            )
            for t in wrong
        ),
    )


def _books_tie(book: Book) -> list[Finding]:
    """The liability accounts hold for each pool what its facts and statements say (sub-ledger against general ledger)."""
    in_books = {pool: -minor for pool, minor in books.balances_by_pool(book, LIABILITIES).items() if minor}
    pools = valuation.pools(book)
    in_valuation: dict[UUID | None, int] = {
        pools[key].pk: p.facts.allocated_minor - p.recognised_minor for key, p in valuation.positions(book).items()
    }
    names = {pool.pk: pool_name(key) for key, pool in pools.items()}
    wrong = [pool for pool in {*in_books, *in_valuation} if in_books.get(pool, 0) != in_valuation.get(pool, 0)]
    return findings_of(
        CheckCode.BOOKS_TIE,
        (
            Finding(
                CheckCode.BOOKS_TIE,
                False,
                names.get(pool, "without a pool") if pool else "without a pool",
                {"in_books_minor": in_books.get(pool, 0), "in_valuation_minor": in_valuation.get(pool, 0)},
            )
            for pool in sorted(wrong, key=str)
        ),
    )


def _clearing(book: Book, period: Period) -> list[Finding]:
    balance = books.account_balance(book, chart.CLEARING, through=period.ends_on)
    return [Finding(CheckCode.CLEARING_IS_ZERO, passed=balance == 0, figures={"balance_minor": balance})]


def _gift_cards(book: Book, period: Period) -> list[Finding]:
    """The cards, what was posted of them, and the account of their liability say the same; what the shop's own books owe is cleared."""
    in_books, in_cards = cards.liability_in_books(book), cards.liability_in_cards(book)
    wrong = [
        Finding(CheckCode.GIFT_CARDS_TIE, False, tie.programme, {"on_cards_minor": tie.on_cards, "posted_minor": tie.posted})
        for tie in cards.card_ties(book, period)
        if tie.on_cards != tie.posted
    ]
    if in_books != in_cards:
        wrong.append(Finding(CheckCode.GIFT_CARDS_TIE, False, "", {"in_books_minor": in_books, "in_cards_minor": in_cards}))
    left = books.account_balance(book, chart.GIFT_CARD_CLEARING, through=period.ends_on)
    without = cards.without_estimate(book, period)
    return [
        *findings_of(CheckCode.GIFT_CARDS_TIE, wrong),
        Finding(CheckCode.GIFT_CARDS_CLEARED, passed=left == 0, figures={"left_minor": left} if left else {}),
        *findings_of(
            CheckCode.GIFT_CARDS_ESTIMATED,
            (Finding(CheckCode.GIFT_CARDS_ESTIMATED, False, name, {"on_cards_minor": minor}) for name, minor in without.items()),
        ),
    ]


def _fees(book: Book, period: Period) -> list[Finding]:
    """What is owed for days that members have paid for, and the account of it, say the same; what the shop's own books owe is cleared."""
    in_books, by_days = plans.deferred_in_books(book), plans.deferred_by_days(book, period.ends_on)
    figures = {"in_books_minor": in_books, "by_days_minor": by_days}
    left = books.account_balance(book, chart.FEE_CLEARING, through=period.ends_on)
    return [
        Finding(CheckCode.FEES_TIE, passed=in_books == by_days, figures=figures if in_books != by_days else {}),
        Finding(CheckCode.FEES_CLEARED, passed=left == 0, figures={"fees_left_minor": left} if left else {}),
    ]


def _causes(book: Book, period: Period) -> list[Finding]:
    """What was posted for causes is what every event that counted makes."""
    posted, by_events = causes.posted(book), causes.owed_by_marks(book, period.ends_on)
    figures = {"posted_minor": posted, "by_events_minor": by_events}
    return [Finding(CheckCode.CAUSES_TIE, passed=posted == by_events, figures=figures if posted != by_events else {})]


def _coalition(code: CheckCode, ties: Ties) -> list[Finding]:
    """The accounts hold what acts and statements say, and the statements say all of it."""
    wrong = [
        Finding(code, False, tie.account, {"in_books_minor": tie.in_books_minor, "by_acts_minor": tie.expected_minor})
        for tie in ties.accounts
        if tie.in_books_minor != tie.expected_minor
    ]
    lacking = [
        Finding(code, False, of.partner.name, {"invoiced_minor": of.unstated.invoiced_minor, "payable_minor": of.unstated.payable_minor})
        for of in ties.unstated
    ]
    return findings_of(code, [*wrong, *lacking])


def _late_events(book: Book, period: Period) -> list[Finding]:
    late = Allocation.objects.filter(pool__book=book, period=period, business_on__lt=period.starts_on).aggregate(
        days=Count("business_on", distinct=True),
        granted=Sum("granted", default=0),
        redeemed=Sum("redeemed", default=0),
        minor=Sum(F("deferred_minor") - F("returned_minor") - F("released_minor") - F("tendered_minor"), default=0),
    )
    found = [Finding(CheckCode.NO_LATE_EVENTS, passed=not late["days"], figures=late if late["days"] else {})]
    days, minor = cards.late_postings(book, period)
    if days:
        found.append(Finding(CheckCode.NO_LATE_EVENTS, False, GIFT_CARDS, {"days": days, "moved_minor": minor}))
    days, minor = plans.late_postings(book, period)
    if days:
        found.append(Finding(CheckCode.NO_LATE_EVENTS, False, FEES, {"days": days, "moved_minor": minor}))
    months, minor = causes.late_postings(book, period)
    if months:
        found.append(Finding(CheckCode.NO_LATE_EVENTS, False, CAUSES, {"months": months, "moved_minor": minor}))
    return found


def _arrears(totals: Sequence[UnitTotals]) -> list[Finding]:
    return findings_of(
        CheckCode.NO_ARREARS,
        (
            Finding(CheckCode.NO_ARREARS, False, f"{t.code} ({t.unit})", {"points": t.arrears, "members": t.debtors})
            for t in totals
            if t.arrears
        ),
    )


def _has_estimate(book: Book, period: Period, statements: Mapping[PoolKey, Statement]) -> dict[PoolKey, bool]:
    estimates = valuation.estimates_in_force(book)
    return {key: choose_estimate(estimates, key, period.ends_on) is not None for key in statements}


@functools.cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
