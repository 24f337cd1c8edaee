"""Earning rules in the admin: to find and read. They are drafted and approved on the staff pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from rewards.earning.models import EarningRule, EarningRuleVersion, RuleUse, UndoneDays


class VersionInline(ReadOnlyInline):
    model = EarningRuleVersion
    fields = ("version", "valid_from", "valid_to", "definition", "author", "approver", "approved_at")
    ordering = ("-version",)


@admin.register(EarningRule)
class EarningRuleAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "currency", "code")
    list_filter = ("programme",)
    list_select_related = ("programme", "currency")
    search_fields = ("name__icontains", "=code")
    search_help_text = _("Name or code")
    ordering = ("programme", "code")
    inlines = (VersionInline,)


@admin.register(RuleUse)
class RuleUseAdmin(ReadOnlyAdmin):
    list_display = ("rule", "points_account", "business_on", "units", "uses")
    list_filter = ("rule__programme",)
    list_select_related = ("rule",)
    ordering = ("-id",)


@admin.register(UndoneDays)
class UndoneDaysAdmin(ReadOnlyAdmin):
    list_display = ("first_on", "last_on", "programme", "rule", "campaign", "store", "decided_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "rule", "campaign", "store")
    ordering = ("-id",)
