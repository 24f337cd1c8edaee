"""Who sent points to whom, and was it undone?"""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.transfers import domain


class TransferQuerySet(models.QuerySet["Transfer"]):
    def of_member(self, member: uuid.UUID) -> Self:
        """Choose what a member sent or received."""
        return self.filter(Q(sender=member) | Q(receiver=member))

    def with_people(self) -> Self:
        return self.select_related("sender", "receiver", "undone_by")


class Transfer(models.Model):
    """Which points did one member send to another? The programme has no database key: its row stays unlocked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(
        Programme, models.DO_NOTHING, verbose_name=_("programme"), db_constraint=False, db_index=False, related_name="transfers"
    )
    sender = models.ForeignKey(Member, models.PROTECT, verbose_name=_("sender"), db_index=False, related_name="sent_transfers")
    receiver = models.ForeignKey(Member, models.PROTECT, verbose_name=_("receiver"), db_index=False, related_name="received_transfers")
    units = models.PositiveBigIntegerField(_("points"))
    source = models.CharField(_("sent through"), max_length=100)
    external_id = models.CharField(_("number there"), max_length=255, blank=True)
    sent_movement = models.UUIDField(_("movement of the sender"), unique=True, editable=False)
    received_movement = models.UUIDField(_("movement of the receiver"), unique=True, editable=False)
    occurred_at = models.DateTimeField(_("sent"))
    business_on = models.DateField(_("business day"))
    undone_units = models.PositiveBigIntegerField(_("points taken back"), default=0)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("taken back by"), null=True, blank=True, db_index=False, related_name="+"
    )
    undo_note = models.CharField(_("why it was taken back"), max_length=domain.NOTE_SYMBOLS, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0),
                name="transfer_moves_points",
                violation_error_message=_("A transfer moves at least one point."),
            ),
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")),
                name="transfer_is_between_two_members",
                violation_error_message=_("Points are sent to somebody else."),
            ),
            models.CheckConstraint(
                condition=Q(undone_units__lte=F("units")),
                name="transfer_gives_back_what_it_moved",
                violation_error_message=_("No more points can be taken back than were sent."),
            ),
            models.CheckConstraint(
                condition=Q(undone_units=0, undone_at__isnull=True, undone_by__isnull=True, undo_note="")
                | (Q(undone_units__gt=0, undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_note="")),
                name="transfer_undone_by_somebody_says_why",
                violation_error_message=_("Say why you take it back."),
            ),
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                condition=~Q(external_id=""),
                name="transfer_claimed_once",
                violation_error_message=_("This number was used before."),
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-occurred_at"], name="transfer_by_sender"),
            models.Index(fields=["receiver", "-occurred_at"], name="transfer_by_receiver"),
            models.Index(fields=["programme", "business_on", "id"], name="transfer_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.units}, {self.business_on}"

    @property
    def is_undone(self) -> bool:
        """Everything was taken back."""
        return self.undone_units == self.units


class ReceiverLookup(models.Model):
    """How often did a member look for somebody to send points to? Rows are forgotten after an hour."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="+")
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search for a receiver")
        verbose_name_plural = _("searches for a receiver")
        indexes = [models.Index(fields=["member", "looked_at"], name="receiver_lookup_by_member")]

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"
