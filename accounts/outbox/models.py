"""What outsiders must still hear."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.outbox.domain import MAIL_TOPICS, MOST_ATTEMPTS
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7


class OutboxEventQuerySet(models.QuerySet["OutboxEvent"]):
    def due(self, at: dt.datetime) -> Self:
        """Choose events to deliver now; those that failed too often are parked."""
        return self.filter(delivered_at__isnull=True, due_at__lte=at, attempts__lt=MOST_ATTEMPTS)

    def parked(self) -> Self:
        return self.filter(delivered_at__isnull=True, attempts__gte=MOST_ATTEMPTS)


class OutboxEvent(models.Model):
    """What happened that somebody outside must hear, and have they heard it?

    Written in the transaction of the act itself. Programme and member carry no database foreign key, because the check
    would lock the programme's row in every purchase.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(_("topic"), max_length=60)
    payload = models.JSONField(_("payload"), default=dict)
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programme"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member_id = models.UUIDField(_("member"), null=True)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("written"))
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = OutboxEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(delivered_at__isnull=True), name="outbox_waiting"),
            models.Index(fields=["member_id", "created_at"], condition=Q(topic__in=MAIL_TOPICS), name="outbox_mails_of_member"),
        ]

    def __str__(self) -> str:
        return self.topic
