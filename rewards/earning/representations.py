"""Points of a wallet as the API shows them."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ledger.points.queries import Holdings
from rewards.earning.queries import Setting


class BalanceAnswer(BaseModel):
    """What a member holds of one currency."""

    currency: str
    available: int
    pending: int
    held: int
    arrears: int


def balances_answer(holdings: Iterable[Holdings], setting: Setting) -> list[dict[str, Any]]:
    """Shown as BalanceAnswer."""
    codes = setting.codes
    return [
        {"currency": codes[of.unit], "available": int(of.available), "pending": int(of.pending), "held": of.held, "arrears": of.arrears}
        for of in holdings
        if of.unit in codes
    ]
