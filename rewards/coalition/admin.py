"""Admin pages of prices and statements of partners: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine


@admin.register(PartnerPrice)
class PartnerPriceAdmin(ReadOnlyAdmin):
    list_display = ("partner", "currency", "way", "price_minor", "valid_from", "approved_at")
    list_filter = ("way",)
    list_select_related = ("partner", "currency")
    ordering = ("-proposed_at", "-id")


@admin.register(PartnerStatement)
class PartnerStatementAdmin(ReadOnlyAdmin):
    list_display = ("month", "partner", "programme", "currency", "invoiced_minor", "payable_minor", "issued_at")
    list_filter = ("programme", "partner")
    list_select_related = ("partner", "programme")
    ordering = ("-month", "-id")


@admin.register(PartnerStatementLine)
class PartnerStatementLineAdmin(ReadOnlyAdmin):
    list_display = ("statement", "points", "business_on", "what", "count", "units", "price_minor", "amount_minor")
    list_select_related = ("statement",)
    ordering = ("-id",)
