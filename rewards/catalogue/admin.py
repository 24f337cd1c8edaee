"""Rewards in the admin: words and pictures may be corrected; price, conditions and stock are read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline, UndeletableAdmin
from rewards.catalogue.models import Reward, RewardStock, RewardVersion


class RewardStockInline(ReadOnlyInline):
    model = RewardStock
    fields = ("left",)


class RewardVersionInline(ReadOnlyInline):
    model = RewardVersion
    fields = (
        "version",
        "valid_from",
        "price_points",
        "value_minor",
        "limit_per_member",
        "limit_window_days",
        "min_tier",
        "given_back_on_return",
        "approved_at",
    )
    ordering = ("-version",)


@admin.register(Reward)
class RewardAdmin(UndeletableAdmin):
    list_display = ("name", "code", "kind", "programme", "position", "is_active", "active_from", "active_to")
    list_filter = ("programme", "kind", "is_active")
    list_select_related = ("programme",)
    search_fields = ("name", "=code")
    ordering = ("programme__name", "position", "id")
    readonly_fields = ("programme", "code", "kind")
    inlines = (RewardVersionInline, RewardStockInline)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False


@admin.register(RewardVersion)
class RewardVersionAdmin(ReadOnlyAdmin):
    list_display = ("reward", "version", "valid_from", "price_points", "author", "approver", "approved_at")
    list_filter = ("reward__programme", ("valid_from", RangeDateFilter), ("approved_at", admin.EmptyFieldListFilter))
    list_filter_submit = True
    list_select_related = ("reward", "author", "approver")
    search_fields = ("reward__name", "=reward__code")
    search_help_text = _("Name or code of the reward")
    ordering = ("-valid_from", "-id")
