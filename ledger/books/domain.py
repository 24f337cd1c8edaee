"""What a journal is before it is stored: entries that balance, and the closed lists that describe them. Pure."""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Sequence


class Profile(enum.StrEnum):
    """Who books the sale: we do (full), or the shop's own ERP did and we add the deferral (overlay)."""

    FULL = "full"
    OVERLAY = "overlay"


class AllocationBasis(enum.StrEnum):
    """On which consideration a sale that was partly paid with points defers revenue."""

    PAID = "paid"
    CONTINUATION = "continuation"


class AccountType(enum.StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class PeriodState(enum.StrEnum):
    OPEN = "open"
    SOFT_CLOSED = "soft_closed"
    CLOSED = "closed"


class Basis(enum.StrEnum):
    """Posted because something happened, or by the month-end close."""

    EVENT = "event"
    CLOSE = "close"


class EventType(enum.StrEnum):
    SALE = "sale"
    TENDER = "tender"
    AWARD = "award"
    REFUND = "refund"
    AWARD_REVOKED = "award_revoked"
    REDEMPTION = "redemption"
    CONVERSION = "conversion"
    ESTIMATE_CHANGE = "estimate_change"
    EXPIRY = "expiry"
    GIFT_CARD_SALE = "gift_card_sale"
    GIFT_CARD_TENDER = "gift_card_tender"
    GIFT_CARD_REFUND = "gift_card_refund"
    BREAKAGE = "breakage"
    FEE_SALE = "fee_sale"
    FEE_REFUND = "fee_refund"
    FEE_EARNED = "fee_earned"
    CAUSE_ACCRUAL = "cause_accrual"
    PARTNER_REWARD = "partner_reward"
    INTERCOMPANY = "intercompany"
    POINT_OF_SALE = "point_of_sale"
    REVERSAL = "reversal"
    MANUAL = "manual"


class MovementType(enum.StrEnum):
    """Why a line moves its account; the columns of the money roll-forward."""

    DEFERRAL = "deferral"
    RETURN = "return"
    RELEASE = "release"
    ESTIMATE_CHANGE = "estimate_change"
    EXPIRY = "expiry"
    CONVERSION = "conversion"
    TAKING = "taking"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal: `amount_minor` is a debit when positive, a credit when negative, never zero."""

    account: str
    amount_minor: int
    movement: MovementType = MovementType.OTHER
    pool: uuid.UUID | None = None

    @property
    def debit_minor(self) -> int:
        return max(self.amount_minor, 0)

    @property
    def credit_minor(self) -> int:
        return max(-self.amount_minor, 0)

    def reversed(self) -> "Entry":
        return dataclasses.replace(self, amount_minor=-self.amount_minor)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A journal that is ready to be posted. `sources` names the rows that it was made from, as (kind, id)."""

    event_type: EventType
    basis: Basis
    business_on: dt.date
    narration: str
    entries: Sequence[Entry]
    programme: uuid.UUID | None = None
    unit: int | None = None
    sources: Sequence[tuple[str, uuid.UUID]] = ()


def is_balanced(entries: Sequence[Entry]) -> bool:
    return sum(entry.amount_minor for entry in entries) == 0


def total_minor(entries: Sequence[Entry]) -> int:
    """Return the sum of the debits."""
    return sum(entry.debit_minor for entry in entries)


def entry_date(business_on: dt.date, starts_on: dt.date, ends_on: dt.date) -> dt.date:
    """Return the day on which an event enters a period: its own day, or the nearest day that the period has.

    A late event of a closed month enters on the first day of the open one and keeps its business date beside it.
    """
    return min(max(business_on, starts_on), ends_on)
