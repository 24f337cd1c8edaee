"""Tiers in the admin: words may be corrected; thresholds and what members reached are read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline, UndeletableAdmin
from loyalty.kit.money import Money
from rewards.tiers.models import Tier, TierLadder, TierStanding


class TierInline(ReadOnlyInline):
    model = Tier
    fields = ("rank", "name", "code", "threshold_minor", "benefits")
    ordering = ("rank",)


@admin.register(TierLadder)
class TierLadderAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "metric", "window", "keeps_through")
    list_select_related = ("programme",)
    search_fields = ("name", "programme__name")
    ordering = ("programme__name", "id")
    inlines = (TierInline,)


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
