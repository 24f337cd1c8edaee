"""Postings of causes in the admin: to look at."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from reporting.causes.models import CausePosting


@admin.register(CausePosting)
class CausePostingAdmin(ReadOnlyAdmin):
    list_display = ("month", "programme", "cause", "amount_minor", "business_on", "period")
    list_filter = ("cause",)
    list_select_related = ("programme", "cause", "period")
    ordering = ("-month", "pk")
