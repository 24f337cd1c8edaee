"""Earning rules as versioned data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import PointCurrency, Programme
from ledger.points.models import Owned
from rewards.versions.models import EndingVersion, EndingVersionQuerySet, ends_after_it_begins, needs_two_people, numbered_once


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


class EarningRuleVersion(EndingVersion):
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
        )


class RuleUse(Owned):
    """What did a capped rule give a member by one purchase, and what did a return of it take back?"""

    rule = models.ForeignKey(EarningRule, models.PROTECT, db_constraint=False, db_index=False, related_name="uses", verbose_name=_("rule"))
    business_on = models.DateField(_("business day"), help_text=_("The day of the purchase, for a return too."))
    units = models.BigIntegerField(_("points"))
    uses = models.SmallIntegerField(_("times"))
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
