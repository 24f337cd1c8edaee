"""Admin pages of gift cards: read them, set how long they last. Issuing and blocking are for the staff pages."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest, GiftCardTerms


@admin.register(GiftCard)
class GiftCardAdmin(ReadOnlyAdmin):
    list_display = (
        "last_four",
        "programme",
        "kind",
        "state",
        "face_minor",
        "balance_minor",
        "currency",
        "issued_on",
        "expires_on",
        "member",
    )
    list_filter = ("programme", "kind", "state")
    list_select_related = ("programme", "member")
    search_fields = ("last_four",)
    ordering = ("-issued_on", "-id")


@admin.register(GiftCardEvent)
class GiftCardEventAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "card", "kind", "amount_minor", "before_minor", "after_minor", "receipt", "source", "by")
    list_filter = ("programme", "kind")
    list_select_related = ("card", "by")
    search_fields = ("receipt", "key")
    ordering = ("-id",)


@admin.register(GiftCardTerms)
class GiftCardTermsAdmin(ModelAdmin):
    list_display = ("programme", "valid_days", "alone_minor")
    list_select_related = ("programme",)
    ordering = ("programme",)


@admin.register(GiftCardRequest)
class GiftCardRequestAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "programme", "kind", "amount_minor", "state", "requested_by", "decided_by")
    list_filter = ("state", "kind")
    list_select_related = ("programme", "requested_by", "decided_by")
    ordering = ("-requested_at", "pk")
