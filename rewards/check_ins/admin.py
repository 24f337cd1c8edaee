"""Admin pages of check-ins: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.check_ins.models import CheckIn, CheckInPoint


@admin.register(CheckInPoint)
class CheckInPointAdmin(ReadOnlyAdmin):
    list_display = ("title", "programme", "store", "event_type", "code_kind", "limit", "first_on", "last_on", "closed_at")
    list_filter = ("programme", "code_kind")
    list_select_related = ("programme", "store")
    ordering = ("-id",)


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    list_display = ("point", "member", "counted_on", "occurred_at")
    list_select_related = ("point", "member")
    ordering = ("-id",)
