"""Ladders, their versions and their tiers."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from rewards.tiers import domain
from rewards.versions.models import (
    Costed,
    DatedVersion,
    DatedVersionQuerySet,
    cost_is_accepted,
    cost_is_accepted_by_a_third,
    needs_two_people,
    numbered_once,
)

ladder_code_validator = RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("Use small letters, digits and underscores."))
code_validator = RegexValidator(r"\A[a-z][a-z0-9_-]*\Z", _("Use small letters, digits, hyphens and underscores."))


class TierLadder(models.Model):
    """Which ladder of tiers is meant, whatever its version?"""

    class Keeps(models.TextChoices):
        END_OF_YEAR = domain.KeepsThrough.END_OF_YEAR.value, _("To the end of the year")
        END_OF_NEXT_YEAR = domain.KeepsThrough.END_OF_NEXT_YEAR.value, _("To the end of the next year")

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="tier_ladders")
    code = models.CharField(_("code"), max_length=40, validators=[ladder_code_validator], default="main")
    name = models.CharField(_("name"), max_length=100)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True)
    is_main = models.BooleanField(_("the programme's main ladder"), default=True)
    is_plain = models.BooleanField(
        _("counted with the purchase"),
        default=True,
        help_text=_("Gross spend of the calendar year, in a single version, from the beginning."),
    )
    keeps_through = models.CharField(
        _("a tier is kept"), max_length=20, choices=Keeps, default=Keeps.END_OF_NEXT_YEAR, help_text=_("Of a plain ladder.")
    )

    class Meta:
        verbose_name = _("tier ladder")
        verbose_name_plural = _("tier ladders")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="ladder_code_once_per_programme",
                violation_error_message=_("Another ladder of this programme has this code."),
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=models.Q(is_main=True),
                name="one_main_ladder_per_programme",
                violation_error_message=_("The programme has a main ladder."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_main=True) | models.Q(is_plain=False),
                name="plain_ladder_is_the_main_one",
                violation_error_message=_("Only the main ladder is counted with the purchase."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, locale: str) -> str:
        return str(self.other_names.get(locale, self.name))

    @property
    def local_name(self) -> str:
        return self.name_in(get_language() or "")


class TierLadderVersionQuerySet(DatedVersionQuerySet["TierLadderVersion"]):
    """Versions of ladders."""


class TierLadderVersion(Costed, DatedVersion):
    """What did the ladder say from this day on? Never edited once approved: a new version supersedes it."""

    OF = "ladder"

    ladder = models.ForeignKey(TierLadder, models.PROTECT, related_name="versions", verbose_name=_("ladder"))

    objects = TierLadderVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ladder version")
        verbose_name_plural = _("ladder versions")
        constraints = (
            numbered_once("ladder", "ladder_version_once"),
            needs_two_people("ladder_version_needs_two_people", _("Another person must approve the ladder.")),
            cost_is_accepted("ladder_version_cost_is_accepted"),
            cost_is_accepted_by_a_third("ladder_version_cost_is_accepted_by_a_third"),
        )


class Tier(models.Model):
    """Which tier is meant, whatever the versions of its ladder ask for it?"""

    ladder = models.ForeignKey(TierLadder, models.PROTECT, verbose_name=_("ladder"), related_name="tiers")
    code = models.CharField(_("code"), max_length=20, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True, help_text=_('For example: {"tr": "Gümüş"}.'))
    rank = models.PositiveSmallIntegerField(_("rank"))
    threshold_minor = models.PositiveBigIntegerField(
        _("threshold"),
        null=True,
        blank=True,
        help_text=_("Of a plain ladder: spend of a calendar year in the currency's smallest unit, for example cents."),
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
