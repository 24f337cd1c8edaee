"""What has happened to a member's points, and why? Everything that the portal tells."""

from reporting.statements.queries.activity import Activity, Cursor, Entry, activity_of
from reporting.statements.queries.event import EventStory, event_story_of
from reporting.statements.queries.home import Home, TierView, home_of
from reporting.statements.queries.pending import Schedule, schedule_of
from reporting.statements.queries.proofs import Provable, provable_of
from reporting.statements.queries.receipt import Receipt, receipt_of
from reporting.statements.queries.wallet import Wallet, wallet_of

# fmt: off
__all__ = [
    "Activity", "Cursor", "Entry", "EventStory", "Home", "Provable", "Receipt", "Schedule", "TierView", "Wallet",
    "activity_of", "event_story_of", "home_of", "provable_of", "receipt_of", "schedule_of", "wallet_of",
]
# fmt: on
