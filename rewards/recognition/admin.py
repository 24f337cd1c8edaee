"""Allowances and recognitions in the admin: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.recognition.models import Allowance, Recognition, RecognitionUndo


@admin.register(Allowance)
class AllowanceAdmin(ReadOnlyAdmin):
    list_display = ("member", "month", "units", "given_at")
    list_filter = ("programme",)
    list_select_related = ("member",)
    search_fields = ("=member__number", "=member__email")
    ordering = ("-id",)


@admin.register(Recognition)
class RecognitionAdmin(ReadOnlyAdmin):
    list_display = ("giver", "receiver", "units", "value", "business_on")
    list_filter = ("programme", "value")
    list_select_related = ("giver", "receiver")
    search_fields = ("=external_id", "=giver__number", "=receiver__number", "=giver__email", "=receiver__email")
    ordering = ("-id",)


@admin.register(RecognitionUndo)
class RecognitionUndoAdmin(ReadOnlyAdmin):
    list_display = ("recognition", "reason", "staff", "returned_units", "owed_units", "business_on")
    list_filter = ("programme",)
    list_select_related = ("recognition", "staff")
    search_fields = ("=recognition__external_id",)
    ordering = ("-id",)
