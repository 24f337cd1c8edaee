"""Admin pages of buyers: to read."""

from django.contrib import admin

from accounts.buyers.models import Buyer
from loyalty.kit.admin import ReadOnlyAdmin


@admin.register(Buyer)
class BuyerAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "member", "added_at", "closed_at")
    list_select_related = ("member",)
    search_fields = ("code", "name")
    ordering = ("member_id", "code")
