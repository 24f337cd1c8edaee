"""What was counted for cards, challenges and streaks, and what they gave."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from ledger.points.models import Owned
from rewards.setups.models import Setup, SetupVersion


class QuestMark(Owned):
    """How much of a step did a purchase or event make, and what did its return take away? Rows are only added."""

    setup = models.ForeignKey(
        Setup, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("card or challenge")
    )
    version = models.ForeignKey(SetupVersion, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    step = models.PositiveSmallIntegerField(_("step"))
    business_on = models.DateField(_("business day"), help_text=_("The day of the purchase or event, for a return too."))
    amount = models.BigIntegerField(_("counted"))
    origin = models.UUIDField(_("purchase or event"))
    evidence = models.UUIDField(_("what was recorded"), help_text=_("The purchase or event, or the return."))
    facts = models.JSONField(_("facts of the evaluation"), default=dict)

    class Meta:
        verbose_name = _("mark of a card or challenge")
        verbose_name_plural = _("marks of cards and challenges")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "version", "step", "evidence"],
                name="quest_mark_once_by_evidence",
                violation_error_message=_("This has been counted before."),
            ),
        )
        indexes = (
            models.Index("points_account", "setup", name="quest_mark_by_setup"),
            models.Index("points_account", "origin", name="quest_mark_by_origin"),
        )

    def __str__(self) -> str:
        return f"{self.amount}"


class QuestAward(Owned):
    """What did a member get for the n-th time that a card or challenge was done, and was it taken back?"""

    class State(models.TextChoices):
        GIVEN = "given", _("given")
        TAKEN_BACK = "taken_back", _("taken back")

    setup = models.ForeignKey(
        Setup, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("card or challenge")
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("member"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.GIVEN)
    currency = models.ForeignKey(PointCurrency, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    units = models.BigIntegerField(_("points"))
    movement = models.UUIDField(_("movement"))
    redemption = models.UUIDField(_("voucher"), null=True)
    business_on = models.DateField(_("business day"))
    given_at = models.DateTimeField(_("given"))
    evidence = models.UUIDField(_("purchase or event"))
    taken_at = models.DateTimeField(_("taken back"), null=True)
    taken_by = models.UUIDField(_("return"), null=True)
    owed_units = models.BigIntegerField(_("points owed"), default=0)

    class Meta:
        verbose_name = _("award of a card or challenge")
        verbose_name_plural = _("awards of cards and challenges")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "setup", "number"],
                name="quest_award_once_by_number",
                violation_error_message=_("This has been given before."),
            ),
            models.CheckConstraint(
                condition=Q(state="given", taken_at__isnull=True, taken_by__isnull=True)
                | Q(state="taken_back", taken_at__isnull=False, taken_by__isnull=False),
                name="quest_award_taken_back_says_when",
                violation_error_message=_("What is taken back says when and by which return."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.units}"
