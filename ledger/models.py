"""Gathers the models of the topics of ``ledger``, so that Django finds them."""

from ledger.books.models import Book, BookAccount, Journal, JournalLine, JournalSource, Period
from ledger.points.models import Act, Balance, Lot, LotMove, Movement, PointsAccount, PointUnit
from ledger.valuation.models import Allocation, DayTaking, Estimate, PlainSale, Pool, PoolRate, PoolStatement, ValuationRun

__all__ = [
    "Act",
    "Allocation",
    "Balance",
    "Book",
    "BookAccount",
    "DayTaking",
    "Estimate",
    "Journal",
    "JournalLine",
    "JournalSource",
    "Lot",
    "LotMove",
    "Movement",
    "Period",
    "PlainSale",
    "PointUnit",
    "PointsAccount",
    "Pool",
    "PoolRate",
    "PoolStatement",
    "ValuationRun",
]
