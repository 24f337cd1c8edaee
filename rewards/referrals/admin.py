"""Admin pages of referrals: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.referrals.models import Referral, ReferralCode


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ("claimed_at", "advocate", "friend", "state", "reason")
    list_filter = ("state", "reason")
    list_select_related = ("advocate", "friend")
    search_fields = ("advocate__number", "friend__number")
    ordering = ("-claimed_at", "-id")


@admin.register(ReferralCode)
class ReferralCodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "member")
    list_select_related = ("member",)
    search_fields = ("code", "member__number")
    ordering = ("code", "member")
