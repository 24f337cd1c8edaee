"""Campaigns in the admin: to find and read. They are planned on the staff pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from rewards.campaigns.models import Campaign, CampaignAudience, CampaignBudget, CampaignClip, CampaignTurn, CampaignUse, CampaignVersion


class VersionInline(ReadOnlyInline):
    model = CampaignVersion
    fields = ("version", "definition", "author", "approver", "approved_at")
    ordering = ("-version",)


class TurnInline(ReadOnlyInline):
    model = CampaignTurn
    fields = ("state", "reason", "turned_by", "turned_at")
    ordering = ("-id",)


class BudgetInline(ReadOnlyInline):
    model = CampaignBudget
    fields = ("used_units", "used_minor", "used_uses", "told_at")


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "state", "code", "audience_looked_at", "audience_done_at")
    list_filter = ("programme", "state")
    list_select_related = ("programme",)
    search_fields = ("name__icontains", "=code")
    search_help_text = _("Name or code")
    ordering = ("programme", "code")
    exclude = ("key",)
    inlines = (VersionInline, TurnInline, BudgetInline)


@admin.register(CampaignUse)
class CampaignUseAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "points_account", "business_on", "units", "cost_minor", "uses")
    list_filter = ("campaign__programme",)
    list_select_related = ("campaign",)
    ordering = ("-id",)


@admin.register(CampaignAudience)
class CampaignAudienceAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "member", "is_holdout", "assigned_at")
    list_filter = ("campaign__programme", "is_holdout")
    list_select_related = ("campaign", "member")
    search_fields = ("=member__number",)
    search_help_text = _("Card number")
    ordering = ("-id",)


@admin.register(CampaignClip)
class CampaignClipAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "member", "clipped_at")
    list_filter = ("campaign__programme",)
    list_select_related = ("campaign", "member")
    search_fields = ("=member__number",)
    search_help_text = _("Card number")
    ordering = ("-id",)
