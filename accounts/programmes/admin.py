"""Programmes, their words and their terms in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme, ProgrammeTerms
from accounts.programmes.notice import keep_former_notice
from loyalty.kit import clock
from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline, UndeletableAdmin


class CurrencyTermsInline(ReadOnlyInline):
    model = CurrencyTerms
    fields = (
        "version",
        "valid_from",
        "expiry_kind",
        "expiry_number",
        "pending_days",
        "point_value_minor",
        "tender_step_units",
        "author",
        "approver",
        "approved_at",
    )
    ordering = ("-version",)


class PointCurrencyInline(ReadOnlyInline):
    model = PointCurrency
    fields = ("code", "singular", "plural", "is_default")
    show_change_link = True


@admin.register(Programme)
class ProgrammeAdmin(UndeletableAdmin):
    """Look and manners may be changed; address, company, money and state are written by services."""

    list_display = ("name", "legal_entity", "state", "currency", "time_zone", "opened_at")
    list_filter = ("state", "legal_entity")
    list_select_related = ("legal_entity",)
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "legal_entity", "currency", "time_zone", "state", "opened_at")
    inlines = (PointCurrencyInline,)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        keep_former_notice(programme=obj, at=clock.now())
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False


@admin.register(PointCurrency)
class PointCurrencyAdmin(UndeletableAdmin):
    """The words may be changed; what a point is, and for how long, is said by its unit and its terms."""

    list_display = ("plural", "programme", "code", "is_default")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("plural", "code", "programme__name")
    readonly_fields = ("programme", "code", "unit", "is_default")
    inlines = (CurrencyTermsInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False


@admin.register(ProgrammeTerms)
class ProgrammeTermsAdmin(ReadOnlyAdmin):
    list_display = ("programme", "version", "locale", "effective_on", "published_at")
    list_filter = ("programme", "locale")
    list_select_related = ("programme",)
    ordering = ("programme", "-version", "locale")
