"""What a delivery means here: sales and refunds, or why there is nothing to do."""

import dataclasses
import datetime as dt
import enum
from decimal import Decimal

from rewards.purchases.domain import LineFacts


class Why(enum.StrEnum):
    """Why a delivery changed nothing."""

    TOPIC = "topic"
    TEST = "test"
    UNPAID = "unpaid"
    NO_MEMBER = "no_member"
    NO_SALE = "no_sale"
    NO_ORDER = "no_order"
    FORGOTTEN = "forgotten"
    NO_GOODS = "no_goods"
    NOTHING_LEFT = "nothing_left"
    REPEATED = "repeated"


class RefundKind(enum.Enum):
    """How a sender says what came back."""

    TOTAL = enum.auto()
    """The total so far: what was taken back before counts towards it."""
    STEP = enum.auto()
    """So much more."""
    LINES = enum.auto()
    REST = enum.auto()
    """Whatever is left."""


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Who bought, as far as the sender says."""

    email: str = ""
    external_id: str = ""
    phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Sale:
    """An order that was paid."""

    order: str
    occurred_at: dt.datetime
    currency: str
    lines: tuple[LineFacts, ...]
    person: Person
    codes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Refund:
    """What came back of an order: `amount_minor` of `of_minor` (the whole payment; 0: of the goods themselves), or quantities of lines."""

    order: str
    key: str
    occurred_at: dt.datetime
    kind: RefundKind
    amount_minor: int = 0
    of_minor: int = 0
    lines: tuple[tuple[str, Decimal], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What one delivery says of one order; `why` where there is no act."""

    order: str = ""
    acts: tuple[Sale | Refund, ...] = ()
    why: Why | None = None
