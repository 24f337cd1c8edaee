"""Recalculations in the admin: to find and read. They are asked for and decided on the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult


@admin.register(Recalculation)
class RecalculationAdmin(ReadOnlyAdmin):
    list_display = (
        "requested_at",
        "programme",
        "kind",
        "state",
        "first_on",
        "last_on",
        "author",
        "decided_by",
        "items_count",
        "done_count",
    )
    list_filter = ("programme", "kind", "state")
    list_select_related = ("programme", "author", "decided_by")
    search_fields = ("reason",)
    ordering = ("-id",)


@admin.register(RecalculationItem)
class RecalculationItemAdmin(ReadOnlyAdmin):
    list_display = ("purchase", "member", "business_on", "units", "worth_minor", "recalculation")
    list_select_related = ("purchase", "member", "recalculation")
    search_fields = ("=recalculation__id",)
    ordering = ("-id",)


@admin.register(RecalculationResult)
class RecalculationResultAdmin(ReadOnlyAdmin):
    list_display = ("purchase", "kind", "units", "owed_units", "forgiven_units", "recorded_at", "recalculation")
    list_filter = ("kind",)
    list_select_related = ("purchase", "recalculation")
    search_fields = ("=recalculation__id",)
    ordering = ("-id",)
