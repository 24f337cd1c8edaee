"""Letters on Mondays in the admin: who wants them, and which went out."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from reporting.digests.models import DigestLetter, DigestSubscription


@admin.register(DigestSubscription)
class DigestSubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("user", "programme", "since_on")
    list_filter = ("programme",)
    list_select_related = ("user", "programme")
    search_fields = ("user__email",)
    ordering = ("-id",)


@admin.register(DigestLetter)
class DigestLetterAdmin(ReadOnlyAdmin):
    list_display = ("week_on", "user", "programme", "sent_at")
    list_filter = ("programme",)
    list_select_related = ("user", "programme")
    search_fields = ("user__email",)
    ordering = ("-id",)
