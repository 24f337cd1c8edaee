"""Admin pages of what cards and challenges gave: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.quests.models import QuestAward, QuestMark


@admin.register(QuestAward)
class QuestAwardAdmin(ReadOnlyAdmin):
    list_display = ("given_at", "member", "setup", "number", "units", "state", "taken_at")
    list_filter = ("state",)
    list_select_related = ("member", "setup")
    search_fields = ("member__number", "setup__code")
    ordering = ("-given_at", "-id")


@admin.register(QuestMark)
class QuestMarkAdmin(ReadOnlyAdmin):
    list_display = ("business_on", "setup", "step", "amount", "origin", "evidence")
    list_select_related = ("setup",)
    search_fields = ("origin", "evidence")
    ordering = ("-business_on", "-id")
