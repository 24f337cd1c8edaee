"""What each member could give away in a month, and who recognised whom."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.recognition.domain import MESSAGE_LETTERS, REASON_LETTERS
from rewards.setups.models import SetupVersion


class Allowance(models.Model):
    """What was a member given to give away in a month? Once a member and month. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="allowances", db_index=False, verbose_name=_("member"))
    version = models.ForeignKey(SetupVersion, models.PROTECT, related_name="+", db_index=False, verbose_name=_("version"))
    month = models.DateField(_("month"))
    units = models.PositiveBigIntegerField(_("points"))
    movement = models.UUIDField(_("movement"), null=True, editable=False)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("allowance of a month")
        verbose_name_plural = _("allowances of months")
        constraints = (
            models.UniqueConstraint(
                fields=["member", "month"],
                name="allowance_once_a_month",
                violation_error_message=_("The allowance of this month was given before."),
            ),
            models.CheckConstraint(
                condition=Q(units=0, movement__isnull=True) | Q(units__gt=0, movement__isnull=False),
                name="allowance_has_its_movement",
                violation_error_message=_("An allowance of points has a movement."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.units}"


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def of_member(self, member: object) -> Self:
        """Choose what a member gave or received."""
        return self.filter(Q(giver=member) | Q(receiver=member))

    def with_people(self) -> Self:
        return self.select_related("giver", "receiver", "version__setup", "undo")

    def standing(self) -> Self:
        """Choose those that were not taken back."""
        return self.filter(undo=None)


class Recognition(models.Model):
    """Who recognised whom, with how many points, for what? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    version = models.ForeignKey(SetupVersion, models.PROTECT, related_name="+", db_index=False, verbose_name=_("version"))
    giver = models.ForeignKey(Member, models.PROTECT, related_name="given_recognitions", db_index=False, verbose_name=_("giver"))
    receiver = models.ForeignKey(Member, models.PROTECT, related_name="received_recognitions", db_index=False, verbose_name=_("receiver"))
    units = models.PositiveBigIntegerField(_("points"))
    value = models.CharField(_("value"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=MESSAGE_LETTERS)
    source = models.CharField(_("sent through"), max_length=100)
    external_id = models.CharField(_("number there"), max_length=255)
    given_movement = models.UUIDField(_("movement of who gave"), unique=True, editable=False)
    received_movement = models.UUIDField(_("movement of who received"), unique=True, editable=False)
    occurred_at = models.DateTimeField(_("when"))
    business_on = models.DateField(_("business day"))

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="recognition_number_once",
                violation_error_message=_("This number was used before."),
            ),
            models.CheckConstraint(
                condition=Q(units__gt=0), name="recognition_gives_points", violation_error_message=_("Give at least one point.")
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="recognition_is_between_two",
                violation_error_message=_("Recognise somebody else."),
            ),
        )
        indexes = (
            models.Index("giver", "business_on", name="recognition_by_giver"),
            models.Index("receiver", "id", name="recognition_by_receiver"),
            models.Index("programme", "business_on", "id", name="recognition_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.units}, {self.business_on}"


class RecognitionUndo(models.Model):
    """Who took a recognition back, why, and what became of its points? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recognition = models.OneToOneField(Recognition, models.PROTECT, related_name="undo", verbose_name=_("recognition"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    reason = models.CharField(_("reason"), max_length=REASON_LETTERS)
    source = models.CharField(_("sent through"), max_length=100)
    staff = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by"))
    taken_movement = models.UUIDField(_("movement of who received"), unique=True, editable=False)
    owed_units = models.PositiveBigIntegerField(_("owed by who received"))
    returned_units = models.PositiveBigIntegerField(_("back in the allowance"), default=0)
    returned_movement = models.UUIDField(_("movement of who gave"), unique=True, null=True, editable=False)
    undone_at = models.DateTimeField(_("when"))
    business_on = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("recognition that was taken back")
        verbose_name_plural = _("recognitions that were taken back")
        constraints = (
            models.CheckConstraint(
                condition=Q(returned_units=0, returned_movement__isnull=True) | Q(returned_units__gt=0, returned_movement__isnull=False),
                name="recognition_undo_has_its_movement",
                violation_error_message=_("What goes back to an allowance has a movement."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="recognition_undo_says_why", violation_error_message=_("Say why you take it back.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.business_on}"
