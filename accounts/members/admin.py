"""Members in the admin: to find and read; the staff pages change them through services."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter, RangeDateTimeFilter

from accounts.members.models import Consent, ExpiryNotice, Member
from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline


class ConsentInline(ReadOnlyInline):
    model = Consent
    fields = ("kind", "granted", "at", "terms")
    ordering = ("-at", "-id")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "card", "email", "phone", "programme", "status", "joined_at")
    list_filter = ("programme", "status", ("joined_at", RangeDateTimeFilter))
    list_filter_submit = True
    list_select_related = ("programme",)
    search_fields = ("=number", "=external_id", "=email", "=phone", "given_name__istartswith", "family_name__istartswith")
    search_help_text = _("Card, phone, e-mail, number in the shop system, or the beginning of a name")
    ordering = ("-joined_at", "-id")
    exclude = ("points_account", "number")
    readonly_fields = ("card",)
    inlines = (ConsentInline,)

    @admin.display(description=_("card"))
    def card(self, member: Member) -> str:
        return member.grouped_number


@admin.register(ExpiryNotice)
class ExpiryNoticeAdmin(ReadOnlyAdmin):
    list_display = ("member", "expires_on", "lead_days", "told_at")
    list_filter = ("lead_days", ("expires_on", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("member",)
    ordering = ("-id",)
