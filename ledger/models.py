"""Gathers the models of the topics of ``ledger``, so that Django finds them."""

from ledger.audits.models import Audit
from ledger.books.models import Book, BookAccount, Journal, JournalLine, JournalSource, Period
from ledger.points.models import Act, Balance, Conversion, Lot, LotEnding, LotMove, Movement, PointsAccount, PointUnit
from ledger.seals.models import SealCheckpoint, SealLeaf, SealLog, SealPublication, SealSecret
from ledger.ticks.models import Tick
from ledger.valuation.models import Allocation, Carry, DayTaking, Estimate, PlainSale, Pool, PoolRate, PoolStatement, ValuationRun

__all__ = [
    "Act",
    "Allocation",
    "Audit",
    "Balance",
    "Book",
    "BookAccount",
    "Carry",
    "Conversion",
    "DayTaking",
    "Estimate",
    "Journal",
    "JournalLine",
    "JournalSource",
    "Lot",
    "LotEnding",
    "LotMove",
    "Movement",
    "Period",
    "PlainSale",
    "PointUnit",
    "PointsAccount",
    "Pool",
    "PoolRate",
    "PoolStatement",
    "SealCheckpoint",
    "SealLeaf",
    "SealLog",
    "SealPublication",
    "SealSecret",
    "Tick",
    "ValuationRun",
]
