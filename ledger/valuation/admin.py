"""The valuation in the admin: to look at. Services write; estimates have their own pages."""

from django.contrib import admin

from ledger.points.domain import Reason
from ledger.valuation.models import Allocation, Carry, DayTaking, Estimate, PlainSale, Pool, PoolRate, PoolStatement, ValuationRun
from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline


def _reason(source_kind: int) -> str:
    return Reason(source_kind).name.replace("_", " ").lower() if source_kind else "no points"


class StatementInline(ReadOnlyInline):
    model = PoolStatement
    fields = ("period", "percentage", "redeemed", "expired", "expected", "allocated_minor", "recognised_minor", "liability_minor")
    ordering = ("-period__starts_on",)


@admin.register(Pool)
class PoolAdmin(ReadOnlyAdmin):
    list_display = ("grant_month", "unit", "reason", "portfolio", "book")
    list_filter = ("book", "unit", "source_kind", "portfolio")
    list_select_related = ("book", "unit")
    date_hierarchy = "grant_month"
    ordering = ("-grant_month", "pk")
    inlines = (StatementInline,)

    @admin.display(description="reason")
    def reason(self, pool: Pool) -> str:
        return _reason(pool.source_kind)


@admin.register(Estimate)
class EstimateAdmin(ReadOnlyAdmin):
    list_display = ("unit", "percentage", "valid_from", "state", "portfolio", "grant_month", "prepared_at", "approved_at")
    list_filter = ("state", "unit")
    list_select_related = ("unit",)
    search_fields = ("evidence",)
    ordering = ("-valid_from", "-pk")


@admin.register(ValuationRun)
class ValuationRunAdmin(ReadOnlyAdmin):
    list_display = ("ran_at", "book", "period", "through_on")
    list_filter = ("book",)
    list_select_related = ("book", "period")
    ordering = ("-ran_at", "pk")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "pool", "granted", "reversed", "redeemed", "expired", "deferred", "deferred_minor", "released_minor")
    list_filter = ("pool__book", "pool__source_kind")
    list_select_related = ("pool",)
    date_hierarchy = "business_on"
    ordering = ("-business_on", "pk")


@admin.register(Carry)
class CarryAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "pool", "target", "carried", "carried_minor")
    list_filter = ("pool__book",)
    list_select_related = ("pool", "target")
    date_hierarchy = "business_on"
    ordering = ("-business_on", "pk")


@admin.register(DayTaking)
class DayTakingAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "reason", "paid_minor", "refunded_minor")
    list_filter = ("run__book", "source_kind")
    date_hierarchy = "business_on"
    ordering = ("-business_on", "pk")

    @admin.display(description="reason")
    def reason(self, taking: DayTaking) -> str:
        return _reason(taking.source_kind)


@admin.register(PlainSale)
class PlainSaleAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "book", "paid_minor", "source", "key")
    list_filter = ("book", "source")
    list_select_related = ("book",)
    search_fields = ("key",)
    ordering = ("-business_on", "pk")


@admin.register(PoolRate)
class PoolRateAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "pool", "rate")
    list_filter = ("pool__book",)
    list_select_related = ("pool",)
    ordering = ("-business_on", "pk")


@admin.register(PoolStatement)
class PoolStatementAdmin(ReadOnlyAdmin):
    list_display = ("period", "pool", "percentage", "redeemed", "expected", "allocated_minor", "recognised_minor", "liability_minor")
    list_filter = ("pool__book", "pool__unit", "period")
    list_select_related = ("period", "pool")
    ordering = ("-period__starts_on", "pool__grant_month", "pk")
