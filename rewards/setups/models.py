"""What is set up, as versioned data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from rewards.setups.domain import SetupKind
from rewards.versions.models import EndingVersion, EndingVersionQuerySet, ends_after_it_begins, needs_two_people, numbered_once


class Setup(models.Model):
    """Which event type, card, challenge or set of terms is meant, whatever its version?"""

    class Kind(models.TextChoices):
        EVENT_TYPE = SetupKind.EVENT_TYPE.value, _("event type")
        QUEST = SetupKind.QUEST.value, _("card or challenge")
        REFERRAL = SetupKind.REFERRAL.value, _("referrals")
        MOMENTS = SetupKind.MOMENTS.value, _("the programme's own moments")
        CONVERSION = SetupKind.CONVERSION.value, _("conversion")
        CHOSEN_DAY = SetupKind.CHOSEN_DAY.value, _("day that members choose")
        PLAN = SetupKind.PLAN.value, _("paid membership")
        CAUSE = SetupKind.CAUSE.value, _("cause")
        RECOGNITION = SetupKind.RECOGNITION.value, _("recognition")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="setups", verbose_name=_("programme"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True)

    class Meta:
        verbose_name = _("setup")
        verbose_name_plural = _("setups")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "kind", "code"],
                name="setup_code_once_per_programme",
                violation_error_message=_("Another one of this kind has this code."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, locale: str) -> str:
        return str(self.other_names.get(locale, self.name))


class SetupVersionQuerySet(EndingVersionQuerySet["SetupVersion"]):
    """Versions of what is set up."""


class SetupVersion(EndingVersion):
    """What did it say from this day on? Never edited once approved: a new version supersedes it."""

    OF = "setup"

    setup = models.ForeignKey(Setup, models.PROTECT, related_name="versions", verbose_name=_("setup"))

    objects = SetupVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("setup version")
        verbose_name_plural = _("setup versions")
        constraints = (
            numbered_once("setup", "setup_version_once"),
            needs_two_people("setup_version_needs_two_people", _("Another person must approve this.")),
            ends_after_it_begins("setup_version_ends_after_it_begins", _("Nothing can end before it begins.")),
        )
