"""Earning rules as versioned data."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import PointCurrency, Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7

if TYPE_CHECKING:
    import datetime as dt


class EarningRule(models.Model):
    """Which rule is meant, whatever its version?"""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="earning_rules", verbose_name=_("programme"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True)
    currency = models.ForeignKey(PointCurrency, models.PROTECT, related_name="+", verbose_name=_("currency"))

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


class EarningRuleVersionQuerySet(models.QuerySet["EarningRuleVersion"]):
    def approved(self) -> "EarningRuleVersionQuerySet":
        return self.filter(approved_at__isnull=False)

    def in_force_on(self, day: "dt.date") -> "EarningRuleVersionQuerySet":
        """Choose the newest approved version of each rule that is valid on `day`; an ended rule has none."""
        newest = self.approved().filter(valid_from__lte=day).order_by("rule_id", "-valid_from", "-version").distinct("rule_id")
        return self.filter(pk__in=newest.values("pk")).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class EarningRuleVersion(models.Model):
    """What did the rule say from this day on? Never edited once approved: a new version supersedes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="versions", verbose_name=_("rule"))
    version = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    definition = models.JSONField(_("definition"))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approver"))
    approved_at = models.DateTimeField(_("approved"), null=True)

    objects = EarningRuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "version"],
                name="rule_version_once",
                violation_error_message=_("Somebody else has just written this version. Reload the page."),
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="rule_version_needs_two_people",
                violation_error_message=_("Another person must approve the rule."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_version_ends_after_it_begins",
                violation_error_message=_("A rule cannot end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return str(_("version %(version)s, from %(day)s") % {"version": self.version, "day": self.valid_from})
