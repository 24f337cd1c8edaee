"""What has happened to a member's points, and why? Everything that the portal tells."""

from reporting.statements.queries.activity import Activity, Cursor, Entry, activity_of
from reporting.statements.queries.home import Home, TierView, home_of
from reporting.statements.queries.receipt import Receipt, receipt_of
from reporting.statements.queries.wallet import Wallet, wallet_of

__all__ = ["Activity", "Cursor", "Entry", "Home", "Receipt", "TierView", "Wallet", "activity_of", "home_of", "receipt_of", "wallet_of"]
