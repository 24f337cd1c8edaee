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
    """What happened to points: with purchases, for rewards, as a payment; and each of them undone."""

    ISSUED = "issued"
    TAKEN_BACK = "taken_back"
    REDEEMED = "redeemed"
    GIVEN_BACK = "given_back"
    TENDERED = "tendered"
    REFUNDED = "refunded"

    @property
    def way(self) -> Way:
        return Way.ISSUE if self in (What.ISSUED, What.TAKEN_BACK) else Way.REDEEM

    @property
    def sign(self) -> int:
        return -1 if self in (What.TAKEN_BACK, What.GIVEN_BACK, What.REFUNDED) else 1


class Company(NamedTuple):
    """A partner that is another company of the group: its book here, and who posts its sales."""

    entity: int
    book: int
    posts_in_full: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a sale is a partner's: what a unit of each currency costs it, what it brings, and what marketing services come with it.

    Money in minor units, by the currency's code.
    """

    partner: int
    issue: Mapping[str, Decimal]
    redeem: Mapping[str, Decimal]
    marketing: Mapping[str, Decimal]
    company: Company | None


class LineKey(NamedTuple):
    """What is told of together: a currency, a business day, what happened, the price of a point in minor units."""

    currency: str
    business_on: dt.date
    what: What
    price_minor: Decimal


class Sum(NamedTuple):
    """How often, how many points, how much money in minor units, and what they paid at the till; a correction of what was stated before may be
    below zero."""

    times: int
    units: int
    amount_minor: int
    face_minor: int

    def less(self, other: "Sum") -> "Sum":
        return Sum(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """What a month comes to, in minor units: what the partner owes for points, what it is owed for redemptions, and what points paid at its tills."""

    invoiced_minor: int
    payable_minor: int
    tendered_minor: int


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


def totals_of(lines: Iterable[tuple[What, Sum]]) -> Totals:
    """Add up kinds and amounts."""
    sums, tendered = dict.fromkeys(Way, 0), 0
    for what, told in lines:
        sums[what.way] += what.sign * told.amount_minor
        tendered += what.sign * told.face_minor
    return Totals(sums[Way.ISSUE], sums[Way.REDEEM], tendered)


def digest_of(head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a statement, as both sides can work it out: its answer of the API without id, number of rows and hash,
    as JSON with sorted keys and without blanks."""
    whole = json.dumps({**head, "lines": list(lines)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
