"""Admin pages of adjustments: read them, set the limits of keys. Deciding is for the staff pages."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.adjustments.models import Adjustment, AdjustmentLimit


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "member", "direction", "units", "reason", "state", "requested_by", "partner_key", "decided_by")
    list_filter = ("state", "direction", "reason")
    list_select_related = ("member", "requested_by", "partner_key", "decided_by")
    search_fields = ("member__number", "member__email", "note")
    ordering = ("-requested_at", "-id")


@admin.register(AdjustmentLimit)
class AdjustmentLimitAdmin(ModelAdmin):
    list_display = ("partner_key", "units_a_day")
    list_select_related = ("partner_key",)
    search_fields = ("partner_key__name",)
    ordering = ("partner_key",)
