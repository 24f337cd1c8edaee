"""Admin pages of notices that points will buy less: to read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.devaluations.models import DevaluationNotice


@admin.register(DevaluationNotice)
class DevaluationNoticeAdmin(ReadOnlyAdmin):
    list_display = ("member", "change", "told_at")
    search_fields = ("change",)
    list_select_related = ("member",)
    ordering = ("-pk",)
