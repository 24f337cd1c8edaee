"""Fees of paid memberships in the books (IFRS 15.35(a), B39 and B40): owed when paid, earned day by day, straight-line over the days paid for. Pure."""

import dataclasses
import datetime as dt
import enum
import uuid
from typing import NamedTuple

from ledger.books import chart
from ledger.books.domain import EventType, Profile
from ledger.books.templates import Amounts, Figure, Role


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
