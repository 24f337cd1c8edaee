"""Voucher codes, the points that an amount costs, and how long things last. Pure."""

import dataclasses
import datetime as dt
import enum
import secrets
from decimal import Decimal
from fractions import Fraction

from ledger.points.domain import Reason
from rewards.catalogue.domain import RewardKind

HOLD_LASTS = dt.timedelta(minutes=30)
CODE_SYMBOLS = 16
NOTE_SYMBOLS = 500
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 symbols that nobody confuses in print or aloud: 16 of them are 80 random bits."""


class RedemptionKind(enum.StrEnum):
    """What the points became: a reward, or money at a till."""

    REWARD = "reward"
    TENDER = "tender"


class RedemptionState(enum.StrEnum):
    """held -> issued -> used | cancelled | expired; a tender goes from held to used."""

    HELD = "held"
    ISSUED = "issued"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


REWARD_REASONS = {
    RewardKind.GOODS: Reason.REWARD,
    RewardKind.VOUCHER: Reason.REWARD,
    RewardKind.THIRD_PARTY: Reason.THIRD_PARTY,
    RewardKind.DONATION: Reason.DONATION,
}


@dataclasses.dataclass(frozen=True, slots=True)
class TenderTerms:
    """What points pay: the value of one in minor units, and of how many a payment must be a multiple."""

    point_value_minor: Decimal
    step_units: int = 1

    @property
    def step_minor(self) -> int:
        """The smallest amount that points can pay; every payable amount is a multiple of it."""
        return Fraction(self.point_value_minor * self.step_units).numerator

    def units_for(self, amount_minor: int) -> int | None:
        """Return the points that pay an amount exactly, or None if no number of steps does."""
        step_minor = Fraction(self.point_value_minor * self.step_units)
        if amount_minor <= 0 or step_minor <= 0:
            return None
        steps = amount_minor / step_minor
        return int(steps) * self.step_units if steps.denominator == 1 else None

    def nearest(self, amount_minor: int) -> tuple[int, ...]:
        """Return the payable amounts beside one that is not: the next lower, if there is one, and the next higher."""
        step = self.step_minor
        if step <= 0:
            return ()
        below = max(amount_minor, 0) // step * step
        return (below, below + step) if below else (step,)

    def most_payable(self, amount_minor: int, spendable: int) -> int:
        """Return the largest amount, at most `amount_minor`, that so many points can pay."""
        if self.step_minor <= 0:
            return 0
        worth = int(Fraction(self.point_value_minor * (spendable // self.step_units * self.step_units)))
        return min(amount_minor, worth) // self.step_minor * self.step_minor


def new_voucher_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_SYMBOLS))


def normalise_code(text: str) -> str:
    """Return the symbols of a code that may be written in groups and in small letters."""
    return "".join(text.upper().replace("-", " ").split())


def grouped_code(code: str) -> str:
    """Return a code as it is shown: ABCD-EFGH-JKLM-NPQR."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
