"""What may be done with the points of a kind of currency. Pure: a closed list, because it decides the accounting."""

import enum
from collections.abc import Mapping
from typing import Final


class CurrencyKind(enum.StrEnum):
    """What a currency is for; fixed when it is opened."""

    SPENDABLE = "spendable"
    """Points: they are earned, spent and owed."""
    QUALIFYING = "qualifying"
    """Counts for tiers and is never spent: a marketing counter, no liability and not in the books."""
    STAMP = "stamp"
    """Collected for a reward, never used as money and never sent."""
    ACCRUAL = "accrual"
    """Waits to be converted into another currency, and does nothing else."""
    CREDIT = "credit"
    """Like money: one unit is one minor unit of the programme's money."""
    ALLOWANCE = "allowance"
    """Given to others by a certain day, never kept and never spent: worth nothing to who has it, and not in the books."""


class Use(enum.StrEnum):
    """What somebody wants to do with points of a currency."""

    REWARD = "reward"
    TENDER = "tender"
    SEND = "send"
    CONVERT = "convert"
    RECEIVE_CONVERTED = "receive_converted"
    GIVE = "give"


_ALLOWED: Final[Mapping[CurrencyKind, frozenset[Use]]] = {
    CurrencyKind.SPENDABLE: frozenset({Use.REWARD, Use.TENDER, Use.SEND, Use.RECEIVE_CONVERTED}),
    CurrencyKind.QUALIFYING: frozenset(),
    CurrencyKind.STAMP: frozenset({Use.REWARD, Use.RECEIVE_CONVERTED}),
    CurrencyKind.ACCRUAL: frozenset({Use.CONVERT}),
    CurrencyKind.ALLOWANCE: frozenset({Use.GIVE}),
    CurrencyKind.CREDIT: frozenset({Use.REWARD, Use.TENDER, Use.RECEIVE_CONVERTED}),
}


def allows(kind: str, use: Use) -> bool:
    return use in _ALLOWED[CurrencyKind(kind)]


def is_valued(kind: str) -> bool:
    """Whether points of this kind are a promise that the books carry."""
    return kind not in (CurrencyKind.QUALIFYING, CurrencyKind.ALLOWANCE)


def is_spendable(kind: str) -> bool:
    """Whether members can use points of this kind at all: what pages call points to spend."""
    return allows(kind, Use.REWARD)
