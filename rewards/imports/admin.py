"""Imports in the admin: to find and read. They are handed in and decided on the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.imports.models import BalanceImport, BalanceImportRow


@admin.register(BalanceImport)
class BalanceImportAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "programme", "file_name", "mode", "state", "lines_count", "run_through", "author", "decided_by")
    list_filter = ("programme", "mode", "state")
    list_select_related = ("programme", "author", "decided_by")
    search_fields = ("file_name", "=sha256")
    ordering = ("-id",)


@admin.register(BalanceImportRow)
class BalanceImportRowAdmin(ReadOnlyAdmin):
    list_display = ("line", "named", "kind", "units", "outcome", "moved_units", "failure", "balance_import")
    list_filter = ("kind", "outcome")
    list_select_related = ("balance_import",)
    search_fields = ("=balance_import__id",)
    ordering = ("-id",)
