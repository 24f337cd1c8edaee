"""Admin pages of conversions: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.conversions.models import ConversionRate, ConversionRun


@admin.register(ConversionRate)
class ConversionRateAdmin(ReadOnlyAdmin):
    list_display = ("setup", "first_on", "through_on", "rate", "author", "approver", "approved_at")
    list_filter = ("setup",)
    list_select_related = ("setup", "author", "approver")
    ordering = ("-first_on", "-pk")


@admin.register(ConversionRun)
class ConversionRunAdmin(ReadOnlyAdmin):
    list_display = ("setup", "first_on", "through_on", "state", "seen", "wallets", "units", "given", "started_at", "finished_at")
    list_filter = ("setup", "state")
    list_select_related = ("setup",)
    ordering = ("-first_on", "-pk")
