"""Transfers in the admin: to find and read. They change by their services only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.transfers.models import Transfer


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("sender", "receiver", "units", "undone_units", "occurred_at", "undone_at")
    list_filter = ("programme", ("business_on", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("sender", "receiver")
    search_fields = ("=external_id", "=sender__number", "=receiver__number", "=sender__email", "=receiver__email")
    search_help_text = _("Card or e-mail of either member, or the number in the shop system")
    ordering = ("-id",)
    exclude = ("sent_movement", "received_movement")
