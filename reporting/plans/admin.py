"""Postings of membership fees in the admin: to look at."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from reporting.plans.models import FeePosting


@admin.register(FeePosting)
class FeePostingAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "programme", "what", "amount_minor", "period")
    list_filter = ("what",)
    list_select_related = ("programme", "period")
    ordering = ("-business_on", "pk")
