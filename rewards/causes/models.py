"""What counted for which cause, sums of it by day, and what was handed over to the cause."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.setups.models import Setup


class CauseMark(models.Model):
    """Which event of whom counted for a cause, and how many? What an undone event had counted is a row with less than nothing. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cause = models.ForeignKey(Setup, models.PROTECT, related_name="cause_marks", db_index=False, verbose_name=_("cause"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="cause_marks", db_index=False, verbose_name=_("member"))
    business_on = models.DateField(_("business day"))
    counted = models.BigIntegerField(_("counted"))
    evidence = models.UUIDField(_("event, or what undid it"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("count for a cause")
        verbose_name_plural = _("counts for causes")
        constraints = (
            models.UniqueConstraint(
                fields=["evidence", "cause"],
                name="cause_counts_an_event_once",
                violation_error_message=_("This event has counted before."),
            ),
            models.CheckConstraint(
                condition=~Q(counted=0), name="cause_mark_counts_something", violation_error_message=_("Count at least one.")
            ),
        )
        indexes = (
            models.Index("member", "cause", name="cause_mark_of_member"),
            models.Index("cause", "business_on", "id", name="cause_mark_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.counted:+}"


class CauseUntaken(models.Model):
    """What has counted and is in no sum of a day yet? Written with each mark, so that no event waits for another; taken in by a task."""

    id = models.BigAutoField(primary_key=True)
    cause = models.ForeignKey(Setup, models.PROTECT, related_name="+", db_index=False, verbose_name=_("cause"))
    business_on = models.DateField(_("business day"))
    counted = models.BigIntegerField(_("counted"))

    class Meta:
        verbose_name = _("count that is in no sum yet")
        verbose_name_plural = _("counts that are in no sum yet")
        indexes = (models.Index("cause", "id", name="cause_untaken_in_order"),)

    def __str__(self) -> str:
        return f"{self.counted:+}"


class CauseDay(models.Model):
    """How many counted for a cause on a day, of what has been taken in?"""

    id = models.BigAutoField(primary_key=True)
    cause = models.ForeignKey(Setup, models.PROTECT, related_name="+", db_index=False, verbose_name=_("cause"))
    business_on = models.DateField(_("business day"))
    counted = models.BigIntegerField(_("counted"))

    class Meta:
        verbose_name = _("day of a cause")
        verbose_name_plural = _("days of causes")
        constraints = (
            models.UniqueConstraint(
                fields=["cause", "business_on"], name="cause_day_once", violation_error_message=_("This day has its sum already.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.business_on}: {self.counted}"


class CauseHandover(models.Model):
    """Which units were handed over to the cause, for how much, and by which reference? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    cause = models.ForeignKey(Setup, models.PROTECT, related_name="handovers", db_index=False, verbose_name=_("cause"))
    number = models.PositiveIntegerField(_("number"))
    through_on = models.DateField(_("through"))
    given = models.PositiveBigIntegerField(_("units"))
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    reference = models.CharField(_("reference"), max_length=120)
    document = models.CharField(_("proof"), max_length=300)
    handed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    handed_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("hand-over to a cause")
        verbose_name_plural = _("hand-overs to causes")
        constraints = (
            models.UniqueConstraint(
                fields=["cause", "number"],
                name="cause_handover_numbered_once",
                violation_error_message=_("Another one came first. Look at it again."),
            ),
            models.UniqueConstraint(
                fields=["cause", "reference"],
                name="cause_handover_reference_once",
                violation_error_message=_("This reference was used before."),
            ),
            models.CheckConstraint(
                condition=Q(given__gt=0), name="cause_handover_gives_something", violation_error_message=_("Hand over at least one.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.given}"
