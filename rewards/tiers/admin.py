"""Tiers in the admin: words may be corrected; ladders, what was counted and what members reached are read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline, UndeletableAdmin
from loyalty.kit.money import Money
from rewards.tiers.models import Tier, TierAward, TierCheck, TierFinding, TierLadder, TierLadderVersion, TierRun, TierStanding


class TierInline(ReadOnlyInline):
    model = Tier
    fields = ("rank", "name", "code", "threshold_minor", "benefits")
    ordering = ("rank",)


class VersionInline(ReadOnlyInline):
    model = TierLadderVersion
    fields = ("version", "valid_from", "definition", "author", "approver", "approved_at")
    ordering = ("-version",)


@admin.register(TierLadder)
class TierLadderAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "code", "is_main", "is_plain")
    list_select_related = ("programme",)
    search_fields = ("name", "programme__name")
    ordering = ("programme__name", "id")
    inlines = (TierInline, VersionInline)


@admin.register(Tier)
class TierAdmin(UndeletableAdmin):
    list_display = ("name", "ladder", "rank", "threshold")
    list_filter = ("ladder",)
    list_select_related = ("ladder__programme",)
    search_fields = ("name", "=code")
    ordering = ("ladder__name", "rank", "id")
    fields = ("ladder", "code", "rank", "threshold", "name", "other_names", "benefits", "other_benefits")
    readonly_fields = ("ladder", "code", "rank", "threshold")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    @admin.display(description=_("threshold"), ordering="threshold_minor")
    def threshold(self, tier: Tier) -> str:
        if tier.threshold_minor is None:
            return "–"
        currency = tier.ladder.programme.currency
        return f"{Money(tier.threshold_minor, currency)} {currency}"


@admin.register(TierStanding)
class TierStandingAdmin(ReadOnlyAdmin):
    list_display = ("member", "tier", "reason", "from_on", "to_on", "year")
    list_filter = ("tier", "reason", "year", ("from_on", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("member", "tier")
    search_fields = ("=member__number", "member__given_name__istartswith", "member__family_name__istartswith")
    search_help_text = _("Card, or the beginning of a name")
    ordering = ("-id",)


@admin.register(TierAward)
class TierAwardAdmin(ReadOnlyAdmin):
    list_display = ("member", "tier", "kind", "state", "from_on", "to_on")
    list_filter = ("state", "kind", "tier")
    list_select_related = ("member", "tier")
    search_fields = ("=member__number",)
    search_help_text = _("Card")
    ordering = ("-id",)


@admin.register(TierRun)
class TierRunAdmin(ReadOnlyAdmin):
    list_display = ("day", "programme", "everybody", "judged", "turned", "ended_at")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    ordering = ("-day", "programme")


class FindingInline(ReadOnlyInline):
    model = TierFinding
    fields = ("member", "ladder", "kind", "subject", "stored", "expected")
    ordering = ("id",)


@admin.register(TierCheck)
class TierCheckAdmin(ReadOnlyAdmin):
    list_display = ("day", "programme", "members", "looked_at", "findings", "began_at", "ended_at")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    ordering = ("-id",)
    inlines = (FindingInline,)
