"""Earning rules as versioned data."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import PointCurrency, Programme
from ledger.points.models import Owned
from rewards.versions.models import (
    Costed,
    EndingVersion,
    EndingVersionQuerySet,
    cost_is_accepted,
    cost_is_accepted_by_a_third,
    ends_after_it_begins,
    needs_two_people,
    numbered_once,
)


class EarningRule(models.Model):
    """Which rule is meant, whatever its version?"""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="earning_rules", verbose_name=_("programme"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True)
    currency = models.ForeignKey(PointCurrency, models.PROTECT, related_name="+", verbose_name=_("currency"))

    campaign = models.ForeignKey(
        "rewards.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("campaign"),
        help_text=_("The rule counts only for purchases that the campaign is for."),
    )

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="rule_code_once_per_programme",
                violation_error_message=_("Another rule of this programme has this code."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, locale: str) -> str:
        return str(self.other_names.get(locale, self.name))


class EarningRuleVersionQuerySet(EndingVersionQuerySet["EarningRuleVersion"]):
    """Versions of earning rules."""


class EarningRuleVersion(Costed, EndingVersion):
    """What did the rule say from this day on? Never edited once approved: a new version supersedes it."""

    OF = "rule"

    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="versions", verbose_name=_("rule"))

    objects = EarningRuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        constraints = (
            numbered_once("rule", "rule_version_once"),
            needs_two_people("rule_version_needs_two_people", _("Another person must approve the rule.")),
            ends_after_it_begins("rule_version_ends_after_it_begins", _("A rule cannot end before it begins.")),
            cost_is_accepted("rule_version_cost_is_accepted"),
            cost_is_accepted_by_a_third("rule_version_cost_is_accepted_by_a_third"),
        )


class RuleUse(Owned):
    """What did a rule that looks back give a member by one purchase, what did a return of it take back, and what did both count?

    Rows are written under the lock of the wallet, so that their order is that in which purchases came: bands over a period stand on it.
    """

    rule = models.ForeignKey(EarningRule, models.PROTECT, db_constraint=False, db_index=False, related_name="uses", verbose_name=_("rule"))
    business_on = models.DateField(_("business day"), help_text=_("The day of the purchase, for a return too."))
    units = models.BigIntegerField(_("points"))
    uses = models.SmallIntegerField(_("times"))
    basis_minor = models.BigIntegerField(_("counted"), default=0, db_default=0, help_text=_("Of bands over a period."))
    purchase = models.UUIDField(_("purchase"), null=True, help_text=_("Whose it is, of bands over a period."))
    evidence = models.UUIDField(_("purchase or return"))

    class Meta:
        verbose_name = _("use of a rule")
        verbose_name_plural = _("uses of rules")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "rule", "evidence"],
                name="rule_use_once_by_evidence",
                violation_error_message=_("This purchase or return has been counted before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.units}"


class UndoneDays(models.Model):
    """For which days do rules count no more, even for purchases that are recorded late? Written with the approval of their undo."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    rule = models.ForeignKey(EarningRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    campaign = models.ForeignKey("rewards.Campaign", models.PROTECT, null=True, related_name="+", verbose_name=_("campaign"))
    store = models.ForeignKey("accounts.Store", models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    decided_at = models.DateTimeField(_("decided"), help_text=_("Rules approved later are not meant."))
    cause = models.UUIDField(_("undo"), unique=True)

    class Meta:
        verbose_name = _("undone days")
        verbose_name_plural = _("undone days")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="undone_days_end_after_they_begin",
                violation_error_message=_("The last day is the first day or a later one."),
            ),
            models.CheckConstraint(
                condition=Q(rule__isnull=True) | Q(campaign__isnull=True),
                name="undone_days_are_of_one_thing",
                violation_error_message=_("A rule, a campaign, or all rules: not two of them."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on}"

    def strikes(self, version: EarningRuleVersion, store: int | None) -> bool:
        """Whether a version does not count for a purchase of these days in a store."""
        assert version.approved_at is not None, version.pk
        return (
            version.approved_at < self.decided_at
            and self.rule_id in (None, version.rule_id)
            and self.campaign_id in (None, version.rule.campaign_id)
            and self.store_id in (None, store)
        )
