"""Admin pages of days of stores: to read, with every report of a day."""

from django.contrib import admin

from accounts.store_days.models import StoreDay
from loyalty.kit.admin import ReadOnlyAdmin


@admin.register(StoreDay)
class StoreDayAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "store", "sales_minor", "tickets", "returns_minor", "number", "source", "reported_at")
    list_filter = ("programme", "store")
    list_select_related = ("store", "programme")
    date_hierarchy = "business_on"
    ordering = ("-business_on", "-id")
