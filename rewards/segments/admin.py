"""Segments in the admin: to find and read. They are written on the staff pages and by partners."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from rewards.segments.models import Segment, SegmentMember, SegmentVersion


class VersionInline(ReadOnlyInline):
    model = SegmentVersion
    fields = ("version", "valid_from", "definition", "author", "approver", "approved_at")
    ordering = ("-version",)


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "kind", "code")
    list_filter = ("programme", "kind")
    list_select_related = ("programme",)
    search_fields = ("name__icontains", "=code")
    search_help_text = _("Name or code")
    ordering = ("programme", "code")
    inlines = (VersionInline,)


@admin.register(SegmentMember)
class SegmentMemberAdmin(ReadOnlyAdmin):
    list_display = ("member", "segment", "added_at", "removed_at")
    list_filter = ("segment__programme",)
    list_select_related = ("member", "segment")
    search_fields = ("=member__number",)
    search_help_text = _("Card number")
    ordering = ("-id",)
