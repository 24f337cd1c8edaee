"""What is waiting to be delivered, and what is parked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.outbox.models import OutboxEvent
from accounts.outbox.services import retry_event
from loyalty.kit import clock
from loyalty.kit.admin import ReadOnlyAdmin


class DeliveryFilter(admin.SimpleListFilter):
    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 Django's signature
        return [("waiting", _("waiting")), ("parked", _("parked after too many failures")), ("delivered", _("delivered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> QuerySet[OutboxEvent]:  # noqa: ARG002
        match self.value():
            case "waiting":
                return queryset.filter(delivered_at__isnull=True)
            case "parked":
                return queryset.filter(pk__in=OutboxEvent.objects.parked())
            case "delivered":
                return queryset.filter(delivered_at__isnull=False)
        return queryset


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("topic", "programme", "due_at", "delivered_at", "attempts", "last_error")
    list_filter = (DeliveryFilter, "topic", "programme")
    list_select_related = ("programme",)
    ordering = ("-id",)
    actions = ("retry",)

    @admin.action(description=_("Try again now"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        events = list(queryset.filter(delivered_at__isnull=True))
        for event in events:
            retry_event(event=event, at=clock.now())
        text = ngettext("%(count)s event is tried again.", "%(count)s events are tried again.", len(events))
        self.message_user(request, text % {"count": len(events)}, messages.SUCCESS)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_outboxevent")
