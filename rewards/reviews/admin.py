"""Admin page of reviews: to read. Checking is for the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.reviews.models import Review


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "member", "product", "stars", "state", "reason", "decided_by")
    list_filter = ("state", "reason", "stars")
    list_select_related = ("member", "decided_by")
    search_fields = ("external_id", "product", "member__number")
    ordering = ("-recorded_at", "-id")
