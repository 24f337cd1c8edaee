"""States, reasons and policies of the points bank. Pure: no Django, no clock, no database."""

import dataclasses
import datetime as dt
import enum
import hashlib
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loyalty.kit.points import MOST_POINTS


class State(enum.IntEnum):
    """Where points are. Below 10 the programme's side, from 10 the member's side."""

    ISSUED = 1
    REDEEMED = 2
    EXPIRED = 3
    ADJUSTED = 4
    TRANSFERRED = 5
    CONVERTED = 6
    AVAILABLE = 10
    PENDING = 11
    HELD = 12
    ARREARS = 13


class Kind(enum.IntEnum):
    """Which act a movement belongs to."""

    GRANT = 1
    ACTIVATE = 2
    HOLD = 3
    CAPTURE = 4
    RELEASE = 5
    REDEEM = 6
    RESTORE = 7
    REVERSE = 8
    ADJUST = 9
    EXPIRE = 10
    TRANSFER = 11
    SETTLE = 12
    CONVERT = 13


class Reason(enum.IntEnum):
    """Why points move: a closed list, because it decides the accounting (a grant's reason is its pool's source kind)."""

    SALE = 1
    PROMOTION = 2
    GOODWILL = 3
    REFERRAL = 4
    SIGNUP = 5
    PURCHASED = 6
    PARTNER = 7
    EMPLOYEE = 8
    MIGRATION = 9
    INTERCOMPANY = 10
    REWARD = 20
    TENDER = 21
    THIRD_PARTY = 22
    DONATION = 23
    EXPIRY = 30
    RETURN = 31
    CANCELLATION = 32
    CORRECTION = 33
    MATURATION = 34
    TRANSFER = 35
    SETTLEMENT = 36
    CONVERSION = 37
    RECALCULATION = 38
    """A rule was undone, or added, for purchases of the past."""
    RECOGNITION = 39
    """An allowance was given to a colleague."""


GRANT_REASONS = frozenset(reason for reason in Reason if reason < Reason.REWARD)


class Source(enum.IntEnum):
    """Who speaks: the namespace of an act's key."""

    PURCHASE = 1
    RETURN = 2
    REDEMPTION = 3
    ADJUSTMENT = 4
    JOB = 5
    CAMPAIGN = 6
    IMPORT = 7
    TRANSFER = 8
    RECALCULATION = 9


class ConsumptionOrder(enum.IntEnum):
    EXPIRY_FIRST = 1
    OLDEST_FIRST = 2
    NEWEST_FIRST = 3


class ArrearsPolicy(enum.IntEnum):
    """What happens when points must be taken back that are already spent."""

    FORBID = 1
    LIMIT = 2
    FORGIVE = 3


class EndMoved(enum.IntEnum):
    """Why the end of points moved."""

    ACTIVITY = 1
    TIER = 2


@dataclasses.dataclass(frozen=True, slots=True)
class EndMove:
    """A lot that ends on `to_on` instead of `from_on`: first days without the points, None for no end."""

    points_account: uuid.UUID
    lot: uuid.UUID
    from_on: dt.date | None
    to_on: dt.date | None
    why: EndMoved


def last_day(expires_on: dt.date) -> dt.date:
    """Return the last day on which points can be used; on `expires_on`, the day after, they are gone. Pages name this day only."""
    return expires_on - dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Sale:
    """The valuation inputs of points that were earned by buying (IFRS 15.B39-B42).

    `paid_minor` is what was paid in money, `standalone_minor` the stand-alone price of the goods, `ssp_point` the stand-alone
    selling price of one point in minor units (value x expected redemption), `tender` the movement that paid the rest in points.
    """

    paid_minor: int
    standalone_minor: int
    ssp_point: Decimal
    estimate: int | None = None
    tender: uuid.UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PointsPrice:
    """What was paid in money for points that are bought by themselves: no goods share the price, so all of it is deferred (IFRS 15.B44)."""

    paid_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """Points to be given to one wallet."""

    points_account: uuid.UUID
    unit: int
    source: Source
    key: str
    units: int
    reason: Reason
    occurred_at: dt.datetime
    business_on: dt.date
    expires_on: dt.date | None
    portfolio: int = 1
    terms: int = 0
    matures_on: dt.date | None = None
    sale: Sale | PointsPrice | None = None

    def __post_init__(self) -> None:
        assert 0 < self.units <= MOST_POINTS, self.units
        assert self.reason in GRANT_REASONS, self.reason
        assert self.reason is not Reason.SALE or isinstance(self.sale, Sale), "points for a sale need its facts"
        is_bought = self.reason is Reason.PURCHASED
        assert is_bought == isinstance(self.sale, PointsPrice), "bought points, and no others, have a price of their own"

    @property
    def pending(self) -> bool:
        """Points wait when they mature after the day they were earned."""
        return self.matures_on is not None and self.matures_on > self.business_on


@dataclasses.dataclass(frozen=True, slots=True)
class Taking:
    """Points to be taken from one wallet's open lots: a redemption, a hold, or a correction."""

    points_account: uuid.UUID
    unit: int
    source: Source
    key: str
    units: int
    reason: Reason
    occurred_at: dt.datetime
    business_on: dt.date
    face_minor: int | None = None

    def __post_init__(self) -> None:
        assert 0 < self.units <= MOST_POINTS, self.units
        assert self.reason not in GRANT_REASONS, self.reason


@dataclasses.dataclass(frozen=True, slots=True)
class HowMany:
    """How many units make how many of another currency: `step_units` make `gives_units`, or each makes `rate`."""

    step_units: int | None = None
    gives_units: int | None = None
    rate: Decimal | None = None

    def __post_init__(self) -> None:
        assert (self.rate is None) == (self.step_units is not None) == (self.gives_units is not None), self


@dataclasses.dataclass(frozen=True, slots=True)
class Converting:
    """Units of one currency that become units of another: which points are meant, and what the new ones are like."""

    unit: int
    to_unit: int
    how_many: HowMany
    source: Source
    key: str
    granted_through: dt.date
    occurred_at: dt.datetime
    business_on: dt.date
    expires_on: dt.date | None
    portfolio: int = 1
    terms: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: its first movement, the balances after it, and whether it had been done before."""

    movement: uuid.UUID
    available: int
    pending: int
    held: int
    arrears: int
    seq: int
    replayed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Reversal(Outcome):
    """An outcome with the units that were `taken` from lots, are now `owed`, and were `forgiven`."""

    taken: int
    owed: int
    forgiven: int


def fingerprint(facts: Mapping[str, Any]) -> bytes:
    """Return 16 bytes that tell whether a repeated act carries the same facts."""
    text = "\x1f".join(f"{name}={facts[name]}" for name in sorted(facts))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
