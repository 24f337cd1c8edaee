"""Postings, estimates and statements of gift cards in the admin: to look at."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement


@admin.register(CardPosting)
class CardPostingAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "programme", "card_kind", "what", "beside", "amount_minor", "period")
    list_filter = ("what", "card_kind")
    list_select_related = ("programme", "period")
    ordering = ("-business_on", "pk")


@admin.register(CardEstimate)
class CardEstimateAdmin(ReadOnlyAdmin):
    list_display = ("programme", "percentage", "unclaimed_percentage", "valid_from", "state")
    list_select_related = ("programme",)
    ordering = ("-valid_from", "pk")


@admin.register(CardStatement)
class CardStatementAdmin(ReadOnlyAdmin):
    list_display = ("period", "programme", "card_month", "opening_minor", "breakage_minor", "liability_minor")
    list_select_related = ("programme", "period")
    ordering = ("-period__starts_on", "card_month", "pk")
