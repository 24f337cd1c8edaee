"""Prices of points between the programme and its partners, and the lines of their months. Pure.

Each act is priced by itself: its points times the price of its business day, halves up to the minor unit. A line is the sum of its acts,
so that the books, the operator and the partner come to the same amounts.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from loyalty.kit.money import half_up

PLACES = 8
_SOURCE = "partner:"


class Way(enum.StrEnum):
    """Who pays: a partner for points that are issued through it, the programme for points that are redeemed at a partner."""

    ISSUE = "issue"
    REDEEM = "redeem"


class What(enum.StrEnum):
    ISSUED = "issued"
    TAKEN_BACK = "taken_back"
    REDEEMED = "redeemed"
    GIVEN_BACK = "given_back"

    @property
    def way(self) -> Way:
        return Way.ISSUE if self in (What.ISSUED, What.TAKEN_BACK) else Way.REDEEM

    @property
    def sign(self) -> int:
        return -1 if self in (What.TAKEN_BACK, What.GIVEN_BACK) else 1


class LineKey(NamedTuple):
    """What is told of together: a currency, a business day, what happened, the price of a point in minor units."""

    currency: str
    business_on: dt.date
    what: What
    price_minor: Decimal


class Sum(NamedTuple):
    """How often, how many points, how much money in minor units; a correction of what was stated before may be below zero."""

    times: int
    units: int
    amount_minor: int

    def less(self, other: "Sum") -> "Sum":
        return Sum(self.times - other.times, self.units - other.units, self.amount_minor - other.amount_minor)


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """What a month comes to, in minor units: what the partner owes for points, and what it is owed for redemptions."""

    invoiced_minor: int
    payable_minor: int


def worth_minor(units: int, price_minor: Decimal) -> int:
    """Return what so many units cost, halves up to the minor unit; the price is that of one unit."""
    return half_up(units * Fraction(price_minor))


def source_of(partner: int) -> str:
    """Return how acts name the partner whose key they came with."""
    return f"{_SOURCE}{partner}"


def partner_of(source: str) -> int | None:
    """Return the partner whose key an act came with, if it came with one."""
    number = source.removeprefix(_SOURCE)
    return int(number) if source.startswith(_SOURCE) and number.isdecimal() else None


def totals_of(lines: Iterable[tuple[What, int]]) -> Totals:
    """Add up kinds and amounts."""
    sums = dict.fromkeys(Way, 0)
    for what, minor in lines:
        sums[what.way] += what.sign * minor
    return Totals(sums[Way.ISSUE], sums[Way.REDEEM])


def digest_of(head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a statement, as both sides can work it out: its answer of the API without id, number of rows and hash,
    as JSON with sorted keys and without blanks."""
    whole = json.dumps({**head, "lines": list(lines)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
