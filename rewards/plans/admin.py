"""Admin pages of paid memberships: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation, SubscriptionPeriod, SubscriptionRefund


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("member", "plan", "variant", "term", "state", "starts_on", "ends_on")
    list_filter = ("plan", "state", "term")
    list_select_related = ("member", "plan")
    search_fields = ("external_id",)
    ordering = ("-id",)


@admin.register(SubscriptionPeriod)
class SubscriptionPeriodAdmin(ReadOnlyAdmin):
    list_display = ("subscription", "number", "from_on", "to_on", "is_trial", "paid_minor", "business_on")
    list_select_related = ("subscription",)
    search_fields = ("external_id",)
    ordering = ("-id",)


@admin.register(SubscriptionCancellation)
class SubscriptionCancellationAdmin(ReadOnlyAdmin):
    list_display = ("subscription", "when", "business_on", "ends_on", "is_unused", "refund_minor")
    list_filter = ("when",)
    list_select_related = ("subscription",)
    search_fields = ("external_id",)
    ordering = ("-id",)


@admin.register(SubscriptionRefund)
class SubscriptionRefundAdmin(ReadOnlyAdmin):
    list_display = ("period", "business_on", "paid_minor", "refunded_minor")
    list_select_related = ("period",)
    ordering = ("-id",)


@admin.register(EntitlementUse)
class EntitlementUseAdmin(ReadOnlyAdmin):
    list_display = ("entitlement", "subscription", "kind", "used", "most", "receipt", "business_on")
    list_filter = ("kind",)
    list_select_related = ("subscription",)
    search_fields = ("external_id", "receipt")
    ordering = ("-id",)
