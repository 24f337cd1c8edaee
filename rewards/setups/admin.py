"""Admin pages of what is set up: to read. Writing and approving is for the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.setups.models import Setup, SetupVersion


@admin.register(Setup)
class SetupAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "code", "programme")
    list_filter = ("kind", "programme")
    list_select_related = ("programme",)
    search_fields = ("name", "code")
    ordering = ("programme", "kind", "code")


@admin.register(SetupVersion)
class SetupVersionAdmin(ReadOnlyAdmin):
    list_display = ("setup", "version", "valid_from", "valid_to", "author", "approver", "approved_at")
    list_select_related = ("setup", "author", "approver")
    search_fields = ("setup__name", "setup__code")
    ordering = ("-valid_from", "-id")
