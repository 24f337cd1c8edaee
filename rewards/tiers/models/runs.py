"""The daily judgement, and the checks of what was judged: how far did they come, and what did they find?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7
from rewards.tiers.models.ladders import TierLadder


class TierRun(models.Model):
    """How far has the judgement of a programme's day come? Done members stay done when it is interrupted."""

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="+")
    day = models.DateField(_("day"))
    versions = models.PositiveIntegerField(
        _("versions in force"), help_text=_("When there are more than the day before, everybody is judged.")
    )
    everybody = models.BooleanField(_("judges everybody"))
    after = models.UUIDField(_("last member judged"), null=True)
    judged = models.PositiveIntegerField(_("members judged"), default=0)
    turned = models.PositiveIntegerField(_("members whose tier turned"), default=0)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("judgement of a day")
        verbose_name_plural = _("judgements of days")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "day"],
                name="tier_run_once_a_day",
                violation_error_message=_("This day is being judged."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)


class TierCheck(models.Model):
    """When were everybody's tiers worked out again from purchases and returns alone, and how many differed?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="+")
    day = models.DateField(_("day"))
    after = models.UUIDField(_("last member looked at"), null=True)
    members = models.PositiveIntegerField(_("members in all"))
    looked_at = models.PositiveIntegerField(_("members looked at"), default=0)
    findings = models.PositiveIntegerField(_("differences"), default=0)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("re-performance of tiers")
        verbose_name_plural = _("re-performances of tiers")

    def __str__(self) -> str:
        return str(self.day)


class TierFinding(models.Model):
    """Where does what is stored differ from what purchases and returns give?"""

    class Kind(models.TextChoices):
        COUNT = "count", _("what was counted")
        STANDING = "standing", _("the tier")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_run = models.ForeignKey(TierCheck, models.PROTECT, verbose_name=_("re-performance"), related_name="found")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), related_name="+")
    ladder = models.ForeignKey(TierLadder, models.PROTECT, verbose_name=_("ladder"), related_name="+", null=True)
    kind = models.CharField(_("what differs"), max_length=10, choices=Kind)
    subject = models.CharField(_("where"), max_length=120)
    stored = models.CharField(_("stored"), max_length=200)
    expected = models.CharField(_("worked out"), max_length=200)

    class Meta:
        verbose_name = _("difference of tiers")
        verbose_name_plural = _("differences of tiers")

    def __str__(self) -> str:
        return self.subject
