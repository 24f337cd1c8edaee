"""Purchases and returns in the admin: to find and read. What was recorded is never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from loyalty.kit.money import Money
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return, ReturnLine


class LineInline(ReadOnlyInline):
    model = PurchaseLine
    fk_name = "purchase"
    fields = ("position", "sku", "category", "quantity", "price_minor", "paid_minor")
    ordering = ("position",)


class ReturnedLineInline(ReadOnlyInline):
    model = ReturnLine
    fk_name = "of"
    fields = ("line", "quantity", "price_minor", "refunded_minor")
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("line")


class RevisionInline(ReadOnlyInline):
    model = PurchaseRevision
    fk_name = "purchase"
    fields = ("number", "recorded_at", "units", "arrears_units", "cause")
    ordering = ("number",)


@admin.register(Purchase)
class PurchaseAdmin(ReadOnlyAdmin):
    list_display = ("external_id", "member", "store", "channel", "occurred_at", "price", "units")
    list_filter = ("programme", ("business_on", RangeDateFilter), "channel")
    list_filter_submit = True
    list_select_related = ("member", "store", "channel")
    search_fields = ("=external_id", "=member__number", "member__given_name__istartswith", "member__family_name__istartswith")
    search_help_text = _("Receipt, card or name")
    ordering = ("-id",)
    exclude = ("points_account", "tender")
    inlines = (LineInline, RevisionInline)

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, purchase: Purchase) -> str:
        return f"{Money(purchase.price_minor, purchase.currency)} {purchase.currency}"


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ("external_id", "purchase", "occurred_at", "refunded", "reversed_units", "restored_units", "arrears_units")
    list_filter = (("business_on", RangeDateFilter),)
    list_filter_submit = True
    list_select_related = ("purchase",)
    search_fields = ("=external_id", "=purchase__external_id")
    search_help_text = _("Receipt of the return or of the purchase")
    ordering = ("-id",)
    exclude = ("points_account",)
    inlines = (ReturnedLineInline,)

    @admin.display(description=_("refunded"), ordering="refunded_minor")
    def refunded(self, returned: Return) -> str:
        return f"{Money(returned.refunded_minor, returned.purchase.currency)} {returned.purchase.currency}"
