"""Admin pages of events: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.events.models import Event, EventUndo, EventUndoRequest


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "member", "trigger", "units", "source", "external_id")
    list_filter = ("trigger",)
    list_select_related = ("member",)
    search_fields = ("external_id", "member__number")
    ordering = ("-business_on", "-id")


@admin.register(EventUndo)
class EventUndoAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "event", "reason")
    list_select_related = ("event",)
    search_fields = ("event__external_id",)
    ordering = ("-recorded_at", "-id")


@admin.register(EventUndoRequest)
class EventUndoRequestAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "event", "units", "reason", "state", "requested_by", "partner_key", "decided_by")
    list_filter = ("state", "reason")
    list_select_related = ("event", "requested_by", "partner_key", "decided_by")
    search_fields = ("event__external_id", "note")
    ordering = ("-requested_at", "-id")
