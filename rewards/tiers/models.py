"""How far has a member come this year, and which tier is that?"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7
from rewards.tiers import domain

code_validator = RegexValidator(r"\A[a-z][a-z0-9_-]*\Z", _("Use small letters, digits, hyphens and underscores."))


class TierLadder(models.Model):
    """By which rule do members of a programme reach tiers, and how long do they keep them?"""

    class Window(models.TextChoices):
        CALENDAR_YEAR = "calendar_year", _("Calendar year")

    class Metric(models.TextChoices):
        GROSS_SPEND = "gross_spend", _("Gross spend")

    class Keeps(models.TextChoices):
        END_OF_YEAR = domain.KeepsThrough.END_OF_YEAR.value, _("To the end of the year")
        END_OF_NEXT_YEAR = domain.KeepsThrough.END_OF_NEXT_YEAR.value, _("To the end of the next year")

    programme = models.OneToOneField(Programme, models.PROTECT, verbose_name=_("programme"), related_name="tier_ladder")
    name = models.CharField(_("name"), max_length=100)
    window = models.CharField(_("counted over"), max_length=20, choices=Window, default=Window.CALENDAR_YEAR)
    metric = models.CharField(_("what counts"), max_length=20, choices=Metric, default=Metric.GROSS_SPEND)
    keeps_through = models.CharField(_("a tier is kept"), max_length=20, choices=Keeps, default=Keeps.END_OF_NEXT_YEAR)

    class Meta:
        verbose_name = _("tier ladder")
        verbose_name_plural = _("tier ladders")

    def __str__(self) -> str:
        return self.name


class Tier(models.Model):
    """What must a member spend in a year to stand here, and what does it bring?"""

    ladder = models.ForeignKey(TierLadder, models.PROTECT, verbose_name=_("ladder"), related_name="tiers")
    code = models.CharField(_("code"), max_length=20, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True, help_text=_('For example: {"tr": "Gümüş"}.'))
    rank = models.PositiveSmallIntegerField(_("rank"))
    threshold_minor = models.PositiveBigIntegerField(
        _("threshold"), help_text=_("Spend of a calendar year in the currency's smallest unit, for example cents.")
    )
    benefits = models.TextField(_("benefits"), blank=True)
    other_benefits = models.JSONField(_("benefits in other languages"), default=dict, blank=True)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["ladder", "code"],
                name="tier_code_once_per_ladder",
                violation_error_message=_("Another tier of this ladder has this code."),
            ),
            models.UniqueConstraint(
                fields=["ladder", "rank"],
                name="tier_rank_once_per_ladder",
                violation_error_message=_("Another tier of this ladder has this rank."),
            ),
            models.UniqueConstraint(
                fields=["ladder", "threshold_minor"],
                name="tier_threshold_once_per_ladder",
                violation_error_message=_("Another tier of this ladder has this threshold."),
            ),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the page's language."""
        return str(self.other_names.get(get_language() or "", self.name))

    @property
    def local_benefits(self) -> str:
        return str(self.other_benefits.get(get_language() or "", self.benefits))


class MemberYear(models.Model):
    """What did a member spend in a calendar year? One row that only this member's purchases and returns touch."""

    pk = models.CompositePrimaryKey("member_id", "year")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    spend_minor = models.BigIntegerField(_("spend"))
    purchases = models.IntegerField(_("purchases"))
    last_on = models.DateField(_("last purchase or return"))

    class Meta:
        verbose_name = _("member's year")
        verbose_name_plural = _("members' years")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(spend_minor__gte=0),
                name="member_year_spend_is_not_negative",
                violation_error_message=_("Nobody can bring back more than they bought."),
            ),
            models.CheckConstraint(
                condition=models.Q(purchases__gte=0),
                name="member_year_purchases_are_not_negative",
                violation_error_message=_("Nobody can bring back more than they bought."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class TierStanding(models.Model):
    """Which tier did a member reach or lose, when, and by which purchase or return? Rows are only added.

    A reached tier holds from `from_on` through `to_on`; a row with reason `returned` ends it on the day before `from_on`.
    """

    class Reason(models.TextChoices):
        REACHED = domain.StandingReason.REACHED.value, _("reached")
        RETURNED = domain.StandingReason.RETURNED.value, _("lost by a return")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="tier_standings")
    tier = models.ForeignKey(Tier, models.PROTECT, verbose_name=_("tier"), related_name="standings")
    year = models.PositiveSmallIntegerField(_("by the spend of"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("through"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    evidence = models.UUIDField(_("purchase or return"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("tier standing")
        verbose_name_plural = _("tier standings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason="reached", to_on__isnull=False, to_on__gte=models.F("from_on"))
                | models.Q(reason="returned", to_on__isnull=True),
                name="tier_standing_ends_after_it_begins",
                violation_error_message=_("A reached tier has a last day; a lost one has none."),
            ),
        ]
        indexes = [models.Index(fields=["member", "year", "id"], name="tier_standing_of_member")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.from_on}"

    @property
    def fact(self) -> domain.Fact:
        """The row as the rules read it; needs the tier to be loaded."""
        reason = domain.StandingReason(self.reason)
        return domain.Fact(self.tier_id, self.tier.rank, self.year, self.from_on, self.to_on, reason)
