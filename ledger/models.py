"""Gathers the models of the topics of ``ledger``, so that Django finds them."""

from ledger.books.models import Book, BookAccount, Journal, JournalLine, JournalSource, Period
from ledger.points.models import Act, Balance, Lot, LotMove, Movement, PointsAccount, PointUnit

__all__ = [
    "Act",
    "Balance",
    "Book",
    "BookAccount",
    "Journal",
    "JournalLine",
    "JournalSource",
    "Lot",
    "LotMove",
    "Movement",
    "Period",
    "PointUnit",
    "PointsAccount",
]
