"""Counts for causes and hand-overs in the admin: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.causes.models import CauseDay, CauseHandover, CauseMark, CauseUntaken


@admin.register(CauseMark)
class CauseMarkAdmin(ReadOnlyAdmin):
    list_display = ("cause", "member", "business_on", "counted", "recorded_at")
    list_filter = ("cause",)
    list_select_related = ("cause", "member")
    search_fields = ("=evidence",)
    ordering = ("-id",)


@admin.register(CauseUntaken)
class CauseUntakenAdmin(ReadOnlyAdmin):
    list_display = ("cause", "business_on", "counted")
    list_select_related = ("cause",)
    ordering = ("id",)


@admin.register(CauseDay)
class CauseDayAdmin(ReadOnlyAdmin):
    list_display = ("cause", "business_on", "counted")
    list_filter = ("cause",)
    list_select_related = ("cause",)
    ordering = ("-business_on", "cause")


@admin.register(CauseHandover)
class CauseHandoverAdmin(ReadOnlyAdmin):
    list_display = ("cause", "number", "through_on", "given", "amount_minor", "reference", "handed_by", "handed_at")
    list_filter = ("cause",)
    list_select_related = ("cause", "handed_by")
    search_fields = ("reference", "document")
    ordering = ("-id",)
