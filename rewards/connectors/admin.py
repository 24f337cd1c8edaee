"""Admin pages of connections and deliveries: to read. Secrets and bodies are not shown."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.connectors.models import Connection, Delivery, PrivacyWish


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "sender", "is_active", "created_at")
    list_filter = ("sender", "is_active", "programme")
    list_select_related = ("programme",)
    exclude = ("secret", "previous_secret")
    ordering = ("-pk",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("number", "connection", "topic", "outcome", "why", "attempts", "received_at")
    list_filter = ("outcome", "connection")
    list_select_related = ("connection",)
    exclude = ("body", "body_hash")
    ordering = ("-pk",)


@admin.register(PrivacyWish)
class PrivacyWishAdmin(ReadOnlyAdmin):
    list_display = ("connection", "wish", "member", "asked_at", "due_on", "answered_at", "answered_by")
    list_filter = ("wish", "connection")
    list_select_related = ("connection", "member", "answered_by")
    ordering = ("-pk",)
