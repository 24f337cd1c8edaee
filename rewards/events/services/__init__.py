"""Record events and take them back: the only code that writes them."""

from rewards.events.services.moments import note_moments
from rewards.events.services.record import (
    AHEAD,
    SYSTEM_SOURCE,
    EventFacts,
    EventRecord,
    ExternalIdConflict,
    MemberNotActive,
    NotYet,
    PayloadRefused,
    ProgrammeNotLive,
    UnknownEventType,
    note_moment,
    preview_event,
    record_event,
    record_event_here,
    record_events,
)
from rewards.events.services.requests import Asker, approve_undo, refuse_undo, request_undo
from rewards.events.services.undo import undo_event

__all__ = [
    "AHEAD",
    "SYSTEM_SOURCE",
    "Asker",
    "EventFacts",
    "EventRecord",
    "ExternalIdConflict",
    "MemberNotActive",
    "NotYet",
    "PayloadRefused",
    "ProgrammeNotLive",
    "UnknownEventType",
    "approve_undo",
    "note_moment",
    "note_moments",
    "preview_event",
    "record_event",
    "record_event_here",
    "record_events",
    "refuse_undo",
    "request_undo",
    "undo_event",
]
