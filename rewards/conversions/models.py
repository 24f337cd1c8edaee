"""Rates that were decided, and runs that converted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.conversions.domain import RATE_PLACES, Period
from rewards.setups.models import Setup, SetupVersion


class ConversionRate(models.Model):
    """What does a unit that gathered in this period become, who says so, and who agreed?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    setup = models.ForeignKey(Setup, models.PROTECT, related_name="rates", verbose_name=_("conversion"))
    first_on = models.DateField(_("first day of the period"))
    through_on = models.DateField(_("last day of the period"))
    rate = models.DecimalField(_("rate"), max_digits=12, decimal_places=RATE_PLACES)
    evidence = models.CharField(_("evidence"), max_length=400, blank=True, default="")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    proposed_at = models.DateTimeField(_("proposed at"))
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approver"))
    approved_at = models.DateTimeField(_("approved"), null=True)

    class Meta:
        verbose_name = _("conversion rate")
        verbose_name_plural = _("conversion rates")
        constraints = (
            models.UniqueConstraint(
                fields=["setup", "first_on"],
                condition=Q(approved_at__isnull=False),
                name="conversion_rate_once_a_period",
                violation_error_message=_("This period has a rate already."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="conversion_rate_needs_two_people",
                violation_error_message=_("Another person must approve this."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True, approved_at__isnull=True) | Q(approver__isnull=False, approved_at__isnull=False),
                name="conversion_rate_in_force_has_approver",
                violation_error_message=_("A rate in force names its approver."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0), name="conversion_rate_is_positive", violation_error_message=_("Write a number above 0.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.rate.normalize():f}"

    @property
    def period(self) -> Period:
        return Period(self.first_on, self.through_on)


class ConversionRun(models.Model):
    """How far has the conversion of a period come, and what did it take and give?"""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    setup = models.ForeignKey(Setup, models.PROTECT, related_name="conversion_runs", verbose_name=_("conversion"))
    version = models.ForeignKey(SetupVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    rate = models.OneToOneField(ConversionRate, models.PROTECT, null=True, related_name="run", verbose_name=_("rate"))
    first_on = models.DateField(_("first day of the period"))
    through_on = models.DateField(_("last day of the period"))
    business_on = models.DateField(_("business day"))
    expires_on = models.DateField(_("ends on"), null=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.RUNNING)
    last_wallet = models.UUIDField(_("last wallet"), null=True)
    expected = models.PositiveIntegerField(_("wallets at the beginning"))
    seen = models.PositiveIntegerField(_("wallets looked at"), default=0)
    wallets = models.PositiveIntegerField(_("wallets converted"), default=0)
    units = models.BigIntegerField(_("units taken"), default=0)
    given = models.BigIntegerField(_("units given"), default=0)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("conversion run")
        verbose_name_plural = _("conversion runs")
        constraints = (
            models.UniqueConstraint(
                fields=["setup", "first_on"],
                name="conversion_run_once_a_period",
                violation_error_message=_("This period is converted once."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_on} to {self.through_on}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def period(self) -> Period:
        return Period(self.first_on, self.through_on)

    @property
    def percent(self) -> int:
        """How far the run has come, as far as wallets that were opened meanwhile let it say."""
        return 100 if self.is_done else min(99, 100 * self.seen // max(self.expected, 1))
