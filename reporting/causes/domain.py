"""Causes in the books (IAS 37.14): what the company has promised to a cause is a constructive obligation to a third party, an expense as it arises.

It is no contract liability to members: nothing is owed to them, and nothing of a sale is deferred. Pure.
"""

import datetime as dt
import uuid
from typing import NamedTuple

from ledger.books import chart
from ledger.books.templates import Amounts, Figure, Role

NARRATION = "Units given to a cause"


class CauseKey(NamedTuple):
    """What one cause of a programme added in a month."""

    programme: uuid.UUID
    cause: int
    month: dt.date


def accrual(amount_minor: int) -> Amounts:
    """Return the row of a journal; what undone events take back has a negative amount. The same in both profiles: the payment is made outside."""
    return Amounts({Figure.DEFERRED: amount_minor}, {Role.FUNDING: chart.DONATIONS, Role.LIABILITY: chart.CHARITY_PAYABLE})
