"""A valuation run: recompute what happened, compare with what is allocated, post the difference."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from ledger.books import queries as books
from ledger.books.domain import PeriodState, Profile
from ledger.books.models import Book
from ledger.books.services import PeriodNotOpen, lock_book, post_journals
from ledger.valuation import queries
from ledger.valuation.batches import CarryAmounts, PoolAmounts, TakingAmounts, event_drafts
from ledger.valuation.domain import EXPECTED_DECIMALS, Expectation, Facts, PoolKey, Position, Posting, to_decimal, to_exact, to_minor
from ledger.valuation.models import Allocation, Carry, DayTaking, Pool, PoolRate, ValuationRun
from ledger.valuation.queries import BookFacts, Judgements, PoolDay, Route
from loyalty.kit.clock import month_end


@dataclasses.dataclass(frozen=True, slots=True)
class RunResult:
    """What a run added. `through_on` may be earlier than asked: a run never passes the last day of the open period."""

    through_on: dt.date
    run: ValuationRun | None
    allocations: int
    journals: int


@transaction.atomic
def run_valuation(*, book: Book, through_on: dt.date, at: dt.datetime, during_close: bool = False) -> RunResult:
    """Recompute all facts up to a day and post what is not yet allocated; running it again adds nothing.

    Days after the open period wait until that period's close is approved. A fact of a closed period is found on its own
    business date and posted into the open period.

    Raises: PeriodNotOpen while a close is being looked at (unless `during_close`).
    """
    book = lock_book(book)
    period = books.current_period(book)
    if period.state == PeriodState.SOFT_CLOSED and not during_close:
        raise PeriodNotOpen(f"{period} is being closed. The valuation goes on when the close is approved or sent back.")
    through_on = min(through_on, period.ends_on)
    run = ValuationRun(book=book, period=period, through_on=through_on, ran_at=at)
    facts = queries.read_facts(book, through_on)
    takings = _new_takings(book, run, facts)
    changes, carries, rates = _changes(book, facts)
    if not takings and not changes:
        return RunResult(through_on, None, 0, 0)
    run.save()
    pools = _pools(book, {pool_day.pool for pool_day in (*facts.pools, *changes)})
    PoolRate.objects.bulk_create(
        PoolRate(pool=pools[pool_day.pool], business_on=pool_day.business_on, rate=rate, run=run) for pool_day, rate in rates.items()
    )
    allocations = _allocate(book, run, pools, changes)
    Allocation.objects.bulk_create(allocations)
    DayTaking.objects.bulk_create(takings)
    carried = [_carry(run, pools, route, *amounts) for route, amounts in carries.items()]
    Carry.objects.bulk_create(carried)
    drafts = event_drafts(
        Profile(book.profile),
        _pool_amounts(book, allocations),
        [_taking_amounts(taking) for taking in takings],
        _carry_amounts(book, carried),
        as_agent=book.is_agent_for_rewards,
    )
    journals = post_journals(book=book, drafts=drafts, at=at, during_close=during_close)
    return RunResult(through_on, run, len(allocations), len(journals))


Carries = dict[Route, tuple[Decimal, int]]
"""What is new on each route: exact, and in the minor units that are posted."""


def _changes(book: Book, facts: BookFacts) -> tuple[dict[PoolDay, Facts], Carries, dict[PoolDay, Decimal]]:
    """Return what is new for each pool and day and on each route, and the rates of pools without a close that were used for the first time."""
    now, carried = dict(facts.pools), dict(facts.carries)
    rates: dict[PoolDay, Decimal] = {}
    if facts.paid_in_points:
        known = _Rates(queries.statement_rates(book), queries.stored_rates(book), queries.judgements(book), facts)
        for part in facts.paid_in_points:
            rate = known.rate(part.tender)
            more = Facts(deferred=to_exact(rate * Fraction(part.deferred)), returned=to_exact(rate * Fraction(part.returned)))
            now[part.pool_day] += more
        for carry in facts.carried_in_points:
            carried[carry.route] = carried.get(carry.route, Decimal(0)) + to_exact(known.rate(carry.tender) * Fraction(carry.carried))
        rates = known.used
    nothing = Facts()
    before = {pool_day: dataclasses.replace(known, carried_minor=0) for pool_day, known in queries.allocated(book).items()}
    changes = {pool_day: now[pool_day] - before.get(pool_day, nothing) for pool_day in now}
    carries = _new_carries(book, carried)
    for (source, target, on), (_exact, minor) in carries.items():
        for pool_day, sign in ((PoolDay(source, on), -1), (PoolDay(target, on), 1)):
            changes[pool_day] = changes.get(pool_day, nothing) + Facts(carried_minor=sign * minor)
    return {pool_day: change for pool_day, change in changes.items() if change}, carries, rates


def _new_carries(book: Book, now: Mapping[Route, Decimal]) -> Carries:
    """Each amount is the difference of two rounded cumulative ones between the same two pools, so both sides are equal and roundings never add up."""
    before = queries.carried(book)
    exact: dict[tuple[PoolKey, PoolKey], Decimal] = {}
    for (source, target, _on), known in before.items():
        exact[source, target] = exact.get((source, target), Decimal(0)) + known
    found: Carries = {}
    for route in sorted(now, key=lambda route: (route.business_on, route)):
        change, pair = now[route] - before.get(route, Decimal(0)), (route.source, route.target)
        if change:
            so_far = exact.get(pair, Decimal(0))
            exact[pair] = so_far + change
            found[route] = change, to_minor(so_far + change) - to_minor(so_far)
    return found


def _carry(run: ValuationRun, pools: Mapping[PoolKey, Pool], route: Route, exact: Decimal, minor: int) -> Carry:
    return Carry(
        run=run,
        pool=pools[route.source],
        target=pools[route.target],
        period=run.period,
        business_on=route.business_on,
        carried=exact,
        carried_minor=minor,
    )


def _carry_amounts(book: Book, carried: Sequence[Carry]) -> list[CarryAmounts]:
    programmes = queries.programmes(book)
    return [
        CarryAmounts(
            source=row.pk,
            programme=programmes[row.pool.unit_id],
            business_on=row.business_on,
            pool=row.pool_id,
            source_kind=row.pool.source_kind,
            target=row.target_id,
            target_kind=row.target.source_kind,
            carried_minor=row.carried_minor,
        )
        for row in carried
    ]


@dataclasses.dataclass(slots=True)
class _Rates:
    """What one redeemed point releases: by the pool's last close before that day, else by its own rate, kept once used."""

    statements: Mapping[PoolKey, Sequence[tuple[dt.date, Fraction]]]
    stored: Mapping[PoolDay, Fraction]
    judged: Judgements
    facts: BookFacts
    used: dict[PoolDay, Decimal] = dataclasses.field(default_factory=dict)

    def rate(self, tender: PoolDay) -> Fraction:
        closed = [rate for ends_on, rate in self.statements.get(tender.pool, ()) if ends_on < tender.business_on]
        if closed:
            return closed[-1]
        if tender in self.stored:
            return self.stored[tender]
        if tender not in self.used:
            self.used[tender] = self._own(tender)
        return Fraction(self.used[tender])

    def _own(self, tender: PoolDay) -> Decimal:
        """A / E of the pool's facts through that day, on the amounts paid."""
        through = Facts()
        for pool_day, facts in self.facts.pools.items():
            if pool_day.pool == tender.pool and pool_day.business_on <= tender.business_on:
                through += facts
        through += Facts(deferred=self._carried(tender))
        estimate = self.judged.estimate(tender.pool, month_end(tender.pool.grant_month))
        rate = Expectation(estimate.percentage if estimate else None, 0).rate(through)
        return to_decimal(rate, EXPECTED_DECIMALS)

    def _carried(self, tender: PoolDay) -> Decimal:
        """What conversions brought to a pool through a day, less what they took. What paid for converted points was spent on an earlier day."""
        found = Decimal(0)
        for route, exact in self.facts.carries.items():
            found += _sign(route, tender) * exact
        for more in self.facts.carried_in_points:
            sign = _sign(more.route, tender)
            if sign:
                found += sign * to_exact(self.rate(more.tender) * Fraction(more.carried))
        return found


def _sign(route: Route, tender: PoolDay) -> int:
    return 0 if route.business_on > tender.business_on else (route.target == tender.pool) - (route.source == tender.pool)


def _new_takings(book: Book, run: ValuationRun, facts: BookFacts) -> list[DayTaking]:
    before = queries.taken(book)
    found = []
    for key, (paid, refunded) in sorted(facts.takings.items()):
        paid_before, refunded_before = before.get(key, (0, 0))
        if (paid, refunded) != (paid_before, refunded_before):
            found.append(
                DayTaking(
                    run=run,
                    period=run.period,
                    programme=key.programme,
                    business_on=key.business_on,
                    source_kind=key.source_kind,
                    paid_minor=paid - paid_before,
                    refunded_minor=refunded - refunded_before,
                )
            )
    return found


def _pools(book: Book, keys: Iterable[PoolKey]) -> dict[PoolKey, Pool]:
    """Return the pools of these keys, making those that are new."""
    known = queries.pools(book)
    new = [
        Pool(book=book, unit_id=key.unit, grant_month=key.grant_month, source_kind=key.source_kind, portfolio=key.portfolio)
        for key in sorted(set(keys) - set(known))
    ]
    Pool.objects.bulk_create(new)
    return known | {pool.key: pool for pool in new}


def _allocate(book: Book, run: ValuationRun, pools: Mapping[PoolKey, Pool], changes: Mapping[PoolDay, Facts]) -> list[Allocation]:
    """Post the changes day by day, each pool from where it stands."""
    positions, judged = queries.positions(book), queries.judgements(book)
    rows = []
    for pool_day in sorted(changes, key=lambda pool_day: (pool_day.business_on, pool_day.pool)):
        position = positions.setdefault(pool_day.pool, Position())
        posting = position.advance(changes[pool_day], judged.in_force(pool_day.pool))
        rows.append(
            Allocation(
                run=run,
                pool=pools[pool_day.pool],
                period=run.period,
                business_on=pool_day.business_on,
                **(dataclasses.asdict(changes[pool_day]) | dataclasses.asdict(posting)),
            )
        )
    return rows


def _pool_amounts(book: Book, allocations: Sequence[Allocation]) -> list[PoolAmounts]:
    programmes = queries.programmes(book)
    return [
        PoolAmounts(
            source=row.pk,
            programme=programmes[row.pool.unit_id],
            business_on=row.business_on,
            unit=row.pool.unit_id,
            pool=row.pool_id,
            source_kind=row.pool.source_kind,
            face_minor=row.face_minor,
            posting=Posting(row.deferred_minor, row.returned_minor, row.tendered_minor, row.released_minor, row.carried_minor),
        )
        for row in allocations
    ]


def _taking_amounts(taking: DayTaking) -> TakingAmounts:
    return TakingAmounts(taking.pk, taking.programme, taking.business_on, taking.source_kind, taking.paid_minor, taking.refunded_minor)
