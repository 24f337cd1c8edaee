"""Undos of imports in the admin: to find and read. They are asked for and decided on the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.import_undos.models import ImportUndo, ImportUndoLine


@admin.register(ImportUndo)
class ImportUndoAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "programme", "balance_import", "state", "lines_count", "done_count", "author", "decided_by")
    list_filter = ("programme", "state")
    list_select_related = ("programme", "balance_import", "author", "decided_by")
    search_fields = ("reason",)
    ordering = ("-id",)


@admin.register(ImportUndoLine)
class ImportUndoLineAdmin(ReadOnlyAdmin):
    list_display = ("line", "member", "units", "outcome", "moved_units", "owed_units", "forgiven_units", "failure", "undo")
    list_filter = ("outcome",)
    list_select_related = ("member", "undo__balance_import")
    search_fields = ("=undo__id",)
    ordering = ("-id",)
