"""Which days members chose."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from loyalty.kit.ids import uuid7
from rewards.setups.models import Setup


class DayChoice(models.Model):
    """Which day did a member choose for a period, and when? Rows are only added; of a period's the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    setup = models.ForeignKey(Setup, models.PROTECT, related_name="+", verbose_name=_("chosen day"), db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False)
    first_on = models.DateField(_("first day of the period"))
    through_on = models.DateField(_("last day of the period"))
    number = models.PositiveIntegerField(_("choice of the period"))
    day = models.DateField(_("chosen day"))
    chosen_at = models.DateTimeField(_("chosen at"))
    chosen_on = models.DateField(_("chosen on"))

    class Meta:
        verbose_name = _("chosen day")
        verbose_name_plural = _("chosen days")
        constraints = (
            models.UniqueConstraint(
                fields=["member", "setup", "first_on", "number"],
                name="day_choice_numbered_once",
                violation_error_message=_("Another choice came first. Look at it again."),
            ),
            models.CheckConstraint(
                condition=Q(day__gte=F("first_on"), day__lte=F("through_on")),
                name="day_choice_lies_in_its_period",
                violation_error_message=_("The day lies in the period."),
            ),
            models.CheckConstraint(
                condition=Q(day__gt=F("chosen_on")),
                name="day_choice_is_made_ahead",
                violation_error_message=_("A day is chosen ahead of time."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(chosen_on__lt=F("first_on")),
                name="day_choice_stands_once_its_period_has_begun",
                violation_error_message=_("Once a period has begun, its choice stands."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}"
