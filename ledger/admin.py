"""Gathers the admin pages of the topics of ``ledger``, so that Django finds them."""

from ledger.books import admin as books
from ledger.points import admin as points
from ledger.valuation import admin as valuation

__all__ = ["books", "points", "valuation"]
