"""Fees of paid memberships in the books (IFRS 15.35(a), B39 and B40): owed when paid, earned day by day, straight-line over the days paid for. Pure.

A fee for life is earned over the life that the membership is expected to have (IFRS 15.B48 to B51), each month of it as much; a new estimate counts
for what is left from its day on (IAS 8.36).
"""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from ledger.books import chart
from ledger.books.domain import EventType, Profile
from ledger.books.templates import Amounts, Figure, Role
from loyalty.kit.clock import add_months
from loyalty.kit.money import half_up


class What(enum.StrEnum):
    """What happened to fees."""

    PAID = "paid"
    REFUNDED = "refunded"
    EARNED = "earned"


class FeeKey(NamedTuple):
    """Fees that are told of together: those of a business day; what is earned, of a month."""

    programme: uuid.UUID
    month: dt.date
    business_on: dt.date
    what: What


@dataclasses.dataclass(frozen=True, slots=True)
class FeeMonth:
    """A month of one programme's fees, in minor units, by business day."""

    month: dt.date
    opening: int
    paid: int
    refunded: int
    earned: int

    @property
    def closing(self) -> int:
        return self.opening + self.paid - self.refunded - self.earned


@dataclasses.dataclass(frozen=True, slots=True)
class Life:
    """From a day on, memberships for life are expected to last so many months."""

    from_on: dt.date
    months: int


@dataclasses.dataclass(frozen=True, slots=True)
class LifeFees:
    """Fees for life that began, were paid and went back on the same days; `lives` is what was expected of their plan, oldest first."""

    from_on: dt.date
    paid_on: dt.date
    back_on: dt.date | None
    paid_minor: int
    refunded_minor: int
    lives: Sequence[Life]

    def earned(self, through_on: dt.date) -> Fraction:
        """Return what was earned through a day, not rounded; from the day of a refund on, what did not go back."""
        if through_on < self.paid_on:
            return Fraction(0)
        if self.back_on is not None and self.back_on <= through_on:
            return Fraction(self.paid_minor - self.refunded_minor)
        return self.paid_minor * (1 - share_left(self.from_on, self.lives, through_on))


def life_earned(fees: Iterable[LifeFees], through_on: dt.date) -> int:
    """Return what was earned of a programme's fees for life through a day: rounded once for all of them, halves up."""
    return half_up(sum((one.earned(through_on) for one in fees), Fraction(0)))


def share_left(from_on: dt.date, lives: Sequence[Life], through_on: dt.date) -> Fraction:
    """Return which part of a fee for life is not earned when a day is over.

    Each estimate takes what the one before has left, straight-line over the rest of its own life; one that is over already leaves nothing.
    """
    assert lives, "a membership for life is sold with a life that is expected"
    left, passed = Fraction(1), Fraction(0)
    for life, after in zip(lives, [*lives[1:], None], strict=True):
        last_on = through_on if after is None else min(through_on, after.from_on - dt.timedelta(days=1))
        then = months_passed(from_on, last_on)
        if then <= passed:
            continue
        if then >= life.months:
            return Fraction(0)
        left, passed = left * (life.months - then) / (life.months - passed), then
    return left


def months_passed(from_on: dt.date, last_on: dt.date) -> Fraction:
    """Return how many months of a membership have passed when a day is over; of the month that runs, its part by days."""
    next_on = last_on + dt.timedelta(days=1)
    if next_on <= from_on:
        return Fraction(0)
    whole = (next_on.year - from_on.year) * 12 + next_on.month - from_on.month
    whole -= add_months(from_on, whole) > next_on
    begins_on, ends_on = add_months(from_on, whole), add_months(from_on, whole + 1)
    return whole + Fraction((next_on - begins_on).days, (ends_on - begins_on).days)


EVENTS = {
    What.PAID: (EventType.FEE_SALE, Figure.PAID),
    What.REFUNDED: (EventType.FEE_REFUND, Figure.REFUNDED),
    What.EARNED: (EventType.FEE_EARNED, Figure.RELEASED),
}
NARRATIONS = {
    EventType.FEE_SALE: "Paid memberships sold",
    EventType.FEE_REFUND: "Paid memberships given back",
    EventType.FEE_EARNED: "Days of paid memberships that have passed",
}


def fee_amounts(profile: Profile, what: What, amount_minor: int) -> Amounts:
    """Return the row of a journal. In overlay books the shop's own ones took the money: they meet these on a clearing account."""
    funding = chart.CASH if profile is Profile.FULL else chart.FEE_CLEARING
    accounts = {Role.FUNDING: funding, Role.LIABILITY: chart.FEE_LIABILITY, Role.REVENUE: chart.FEE_REVENUE}
    return Amounts({EVENTS[what][1]: amount_minor}, accounts)
