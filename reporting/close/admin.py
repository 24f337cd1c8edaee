"""Closes in the admin: to look at. The close has its own pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from reporting.close.models import CloseCheck, CloseHand, CloseRun


class CheckInline(ReadOnlyInline):
    model = CloseCheck
    fields = ("code", "subject", "passed", "figures", "acknowledged_at", "note")
    ordering = ("position",)


class HandInline(ReadOnlyInline):
    model = CloseHand
    fields = ("person", "did", "at")
    ordering = ("pk",)


@admin.register(CloseRun)
class CloseRunAdmin(ReadOnlyAdmin):
    list_display = ("period", "book", "state", "step", "prepared_at", "approved_at")
    list_filter = ("state", "period__book")
    list_select_related = ("period__book",)
    ordering = ("-period__starts_on", "pk")
    inlines = (CheckInline, HandInline)

    @admin.display(description="book")
    def book(self, run: CloseRun) -> str:
        return str(run.period.book)
