"""Companies, stores and channels in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from accounts.entities.models import Channel, LegalEntity, Store
from loyalty.kit.admin import UndeletableAdmin


class ChannelInline(TabularInline):
    model = Channel
    extra = 0
    can_delete = False


@admin.register(LegalEntity)
class LegalEntityAdmin(UndeletableAdmin):
    """A company is opened by `open_entity`, because it comes with a book."""

    list_display = ("name", "country", "book")
    list_select_related = ("book",)
    search_fields = ("name", "slug")
    readonly_fields = ("book", "slug")
    inlines = (ChannelInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False


@admin.register(Store)
class StoreAdmin(UndeletableAdmin):
    """Whose store it is stays as it was: sales and what companies of the group owe each other follow from it."""

    list_display = ("name", "code", "city", "entity", "opened_on", "closed_on")
    list_filter = ("entity", "city")
    list_select_related = ("entity",)
    search_fields = ("name", "code", "city")
    autocomplete_fields = ("entity",)
    ordering = ("name", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> tuple[str, ...]:  # noqa: ARG002 Django's signature
        return ("entity",) if obj else ()
