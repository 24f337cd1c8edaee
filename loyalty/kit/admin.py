"""Admin pages of rows that only a service writes."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline


class _Unwritable:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class ReadOnlyAdmin(_Unwritable, ModelAdmin):  # type: ignore[misc]  # unfold and Django's stubs differ
    """Shows rows to whoever may view them, and writes none."""

    show_full_result_count = False


class ReadOnlyInline(_Unwritable, TabularInline):  # type: ignore[misc]  # unfold and Django's stubs differ
    """Shows the rows that belong to the page's row, and writes none."""

    extra = 0


class UndeletableAdmin(ModelAdmin):
    """Rows may be changed but stay: history points at them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
