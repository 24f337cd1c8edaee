"""The arithmetic of a pool (IFRS 15.B39-B47, ASC 606-10-55-41 to 49). Pure, exact, integers and fractions only.

A pool holds the points granted in one month for one kind of reason under one class of expiry terms. With
    A  the money deferred for its points, half-up to the minor unit,
    R  the points redeemed so far,
    E  the points expected to be redeemed in the end,
the revenue earned so far is half_up(A x R / E) and the liability is the rest of A.
"""

import dataclasses
import datetime as dt
import operator
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from loyalty.kit.money import half_up, share_out

MONEY_DECIMALS = 14
"""Decimals of a minor unit that allocations keep; rounding to the minor unit happens once per batch."""
EXPECTED_DECIMALS = 20
_SNAP_DECIMALS = 10
_EXACT = Context(prec=60)


class PoolKey(NamedTuple):
    unit: int
    grant_month: dt.date
    source_kind: int
    portfolio: int


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What happened to a pool: points, and exact money in minor units. Adds and subtracts field by field.

    `converted` are points that became another currency's, less those that came back (never above zero: what is given is granted);
    `carried_minor` is the deferred money that went with them (below zero) or came with them, whole minor units that are posted.
    """

    granted: int = 0
    reversed: int = 0
    redeemed: int = 0
    tendered: int = 0
    expired: int = 0
    adjusted: int = 0
    face_minor: int = 0
    converted: int = 0
    carried_minor: int = 0
    deferred: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)

    def __add__(self, other: "Facts") -> "Facts":
        return Facts.of(map(operator.add, self.points, other.points), map(_EXACT.add, self.money, other.money))

    def __sub__(self, other: "Facts") -> "Facts":
        return Facts.of(map(operator.sub, self.points, other.points), map(_EXACT.subtract, self.money, other.money))

    @classmethod
    def of(cls, points: Iterable[int], money: Iterable[Decimal]) -> "Facts":
        """Make facts from the nine counts and the two amounts, in the order of the fields."""
        granted, reversed_, redeemed, tendered, expired, adjusted, face_minor, converted, carried_minor = points
        deferred, returned = money
        return cls(granted, reversed_, redeemed, tendered, expired, adjusted, face_minor, converted, carried_minor, deferred, returned)

    def __bool__(self) -> bool:
        return any(self.points) or any(self.money)

    @property
    def points(self) -> tuple[int, ...]:
        return (
            *(self.granted, self.reversed, self.redeemed, self.tendered, self.expired, self.adjusted, self.face_minor),
            *(self.converted, self.carried_minor),
        )

    @property
    def money(self) -> tuple[Decimal, Decimal]:
        return self.deferred, self.returned

    @property
    def issued(self) -> int:
        return self.granted - self.reversed + self.converted

    @property
    def used(self) -> int:
        """R. Points may come back to a pool that a return has emptied before; that earns nothing and takes nothing away."""
        return max(self.redeemed, 0)

    @property
    def lapsed(self) -> int:
        """Points that are known to be redeemed never: expired, or corrected away."""
        return self.expired + self.adjusted

    @property
    def outstanding(self) -> int:
        return self.issued - self.redeemed - self.lapsed

    @property
    def allocated_minor(self) -> int:
        """A: what all grants deferred, less what returns took back, to the minor unit, and what conversions carried."""
        return self.earned_minor + self.carried_minor

    @property
    def earned_minor(self) -> int:
        return to_minor(_EXACT.subtract(self.deferred, self.returned))


@dataclasses.dataclass(frozen=True, slots=True)
class Expectation:
    """Which estimate is in force, and which lapses it knows of. Without a percentage nobody expects breakage."""

    percentage: Decimal | None
    lapsed: int

    def total(self, facts: Facts) -> Fraction:
        """Return E, exactly: max(R, min(percentage x issued, issued - lapsed))."""
        most = Fraction(facts.issued - self.lapsed)
        if self.percentage is not None:
            most = min(most, facts.issued * Fraction(self.percentage) / 100)
        return max(Fraction(facts.used), most)

    def recognised_minor(self, facts: Facts) -> int:
        """Return what is earned of A; all of it when nothing was expected and nothing is left."""
        expected = self.total(facts)
        if expected == 0:
            return facts.allocated_minor if facts.outstanding == 0 else 0
        return half_up(facts.allocated_minor * facts.used / expected)

    def rate(self, facts: Facts) -> Fraction:
        """Return A / E: the money that one redeemed point releases."""
        expected = self.total(facts)
        return Fraction(facts.allocated_minor) / expected if expected else Fraction(0)


@dataclasses.dataclass(frozen=True, slots=True)
class Posting:
    """What one batch posts for a pool, in minor units."""

    deferred_minor: int = 0
    returned_minor: int = 0
    tendered_minor: int = 0
    released_minor: int = 0
    carried_minor: int = 0


@dataclasses.dataclass(slots=True)
class Position:
    """A pool as far as it is posted: cumulative facts and the revenue recognised so far."""

    facts: Facts = Facts()
    recognised_minor: int = 0

    def advance(self, change: Facts, in_force: Expectation) -> Posting:
        """Take a batch of facts in and return what must be posted for it.

        Every amount is the difference of two rounded cumulative amounts, so roundings never add up.
        """
        before, self.facts = self.facts, self.facts + change
        deferred = to_minor(self.facts.deferred) - to_minor(before.deferred)
        returned = deferred - (self.facts.earned_minor - before.earned_minor)
        earned = in_force.recognised_minor(self.facts) - self.recognised_minor
        self.recognised_minor += earned
        tendered = self._share_of_tender(change, earned, in_force)
        return Posting(deferred, returned, tendered, earned - tendered, change.carried_minor)

    def _share_of_tender(self, change: Facts, earned: int, in_force: Expectation) -> int:
        """Points spent as money release by the pool's rate; what the batch leaves belongs to the other redemptions."""
        if not change.tendered:
            return 0
        if change.tendered == change.redeemed:
            return earned
        return half_up(in_force.rate(self.facts) * change.tendered)


@dataclasses.dataclass(frozen=True, slots=True)
class EstimateTerms:
    """An approved estimate as the arithmetic sees it; None in `portfolio` or `grant_month` means any."""

    id: int
    unit: int
    portfolio: int | None
    grant_month: dt.date | None
    percentage: Decimal
    valid_from: dt.date
    approved_at: dt.datetime


def choose_estimate(estimates: Iterable[EstimateTerms], key: PoolKey, on: dt.date) -> EstimateTerms | None:
    """Return the estimate that serves a pool on a day: the most particular one, of those the latest."""
    serving = [
        estimate
        for estimate in estimates
        if estimate.unit == key.unit
        and estimate.valid_from <= on
        and estimate.portfolio in {None, key.portfolio}
        and estimate.grant_month in {None, key.grant_month}
    ]
    return max(serving, key=_precedence, default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A pool at a close. Money in minor units; `expected` is exact."""

    facts: Facts
    expectation: Expectation
    estimate: int | None
    opening_minor: int
    additions_minor: int
    catch_up_minor: int
    catch_up_prior_minor: int
    is_lapse_only: bool

    @property
    def expected(self) -> Fraction:
        return self.expectation.total(self.facts)

    @property
    def expected_decimal(self) -> Decimal:
        return to_decimal(self.expected, EXPECTED_DECIMALS)

    @property
    def allocated_minor(self) -> int:
        return self.facts.allocated_minor

    @property
    def recognised_minor(self) -> int:
        return self.expectation.recognised_minor(self.facts)

    @property
    def liability_minor(self) -> int:
        return self.allocated_minor - self.recognised_minor

    @property
    def revenue_minor(self) -> int:
        """Recognised in the period, catch-up included."""
        return self.opening_minor + self.additions_minor - self.liability_minor

    @property
    def revenue_from_opening_minor(self) -> int:
        """Revenue that was in the liability when the period opened (IFRS 15.116(b), ASC 606-10-50-8(b))."""
        return min(self.revenue_minor, self.opening_minor)


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """A pool at the previous close; zeros for a pool that has none."""

    redeemed: int = 0
    allocated_minor: int = 0
    liability_minor: int = 0


def settle(position: Position, opening: Opening, in_force: Expectation, estimate: tuple[int, Decimal] | None) -> Statement:
    """Return a pool's statement under the estimate (id, percentage) of the period that closes.

    `in_force` is the expectation that the period's releases were posted with. The catch-up on redemptions of earlier periods
    is A x R0 / E new - A x R0 / E old (IFRS 15.116(c), ASC 606-10-50-12A).
    """
    facts = position.facts
    expectation = Expectation(estimate[1] if estimate else None, facts.lapsed)
    old = in_force.total(dataclasses.replace(facts, redeemed=opening.redeemed))
    new = expectation.total(facts)
    earlier = facts.allocated_minor * opening.redeemed
    return Statement(
        facts=facts,
        expectation=expectation,
        estimate=estimate[0] if estimate else None,
        opening_minor=opening.liability_minor,
        additions_minor=facts.allocated_minor - opening.allocated_minor,
        catch_up_minor=expectation.recognised_minor(facts) - position.recognised_minor,
        catch_up_prior_minor=half_up(earlier / new - earlier / old) if new and old else 0,
        is_lapse_only=expectation.percentage == in_force.percentage,
    )


def allocate_lines(transaction_price_minor: int, points_minor: int, standalone_minor: Sequence[int]) -> list[int]:
    """Share what the points leave of a price over the order's lines by stand-alone price; the parts sum exactly."""
    return share_out(transaction_price_minor - points_minor, standalone_minor)


def to_minor(exact: Decimal) -> int:
    """Round to the minor unit, half up; what lies within 1e-10 of a half counts as one (sums of thirds)."""
    return half_up(to_decimal(exact, _SNAP_DECIMALS))


def to_exact(value: Fraction | Decimal) -> Decimal:
    """Keep a value with the decimals that allocations keep."""
    return to_decimal(value, MONEY_DECIMALS)


def to_decimal(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Round half up to so many decimals, however large the value is (no context precision)."""
    digits = half_up(Fraction(value) * 10**decimals)
    return Decimal((int(digits < 0), tuple(int(digit) for digit in str(abs(digits))), -decimals))


def _precedence(estimate: EstimateTerms) -> tuple[bool, bool, dt.date, dt.datetime]:
    return estimate.grant_month is not None, estimate.portfolio is not None, estimate.valid_from, estimate.approved_at
