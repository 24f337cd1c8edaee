"""Files that were handed in, in the admin: to find and read."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.programme_files.models import ProgrammeDraft


@admin.register(ProgrammeDraft)
class ProgrammeDraftAdmin(ReadOnlyAdmin):
    list_display = ("programme", "effective_on", "author", "drafted_at", "approver", "approved_at", "withdrawn_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "author", "approver")
    ordering = ("-id",)
