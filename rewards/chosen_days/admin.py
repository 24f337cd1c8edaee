"""Admin pages of chosen days: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.chosen_days.models import DayChoice


@admin.register(DayChoice)
class DayChoiceAdmin(ReadOnlyAdmin):
    list_display = ("setup", "member", "day", "first_on", "through_on", "number", "chosen_at")
    list_filter = ("setup",)
    list_select_related = ("setup", "member")
    ordering = ("-id",)
