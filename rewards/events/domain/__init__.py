"""What an event of a type may carry, and when the programme's own moments come. Pure."""

from rewards.events.domain.moments import Moments, is_whole, latest_return, month_days_between, parse_moments
from rewards.events.domain.schema import EventField, EventType, MalformedEventType, counts_whole, lost_fields, parse_event_type
from rewards.events.domain.undo import UNITS_ALONE_A_DAY, UndoReason, UndoState

__all__ = [
    "UNITS_ALONE_A_DAY",
    "EventField",
    "EventType",
    "MalformedEventType",
    "Moments",
    "UndoReason",
    "UndoState",
    "counts_whole",
    "is_whole",
    "latest_return",
    "lost_fields",
    "month_days_between",
    "parse_event_type",
    "parse_moments",
]
