"""Which playbook made which campaign."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.backtests.models import BackTest
from rewards.campaigns.models import Campaign
from rewards.earning.models import EarningRule
from rewards.playbooks import domain
from rewards.segments.models import Segment


class PlaybookRun(models.Model):
    """Who drafted which campaign by which playbook, from which answers, for how many members? Append-only.

    The same answers in the same form (`token`, `fingerprint`) make it once. Without a past to try it on there is no back-test.
    """

    class Playbook(models.TextChoices):
        WELCOME = domain.Playbook.WELCOME.value, _("Welcome")
        SECOND_PURCHASE = domain.Playbook.SECOND_PURCHASE.value, _("Second purchase")
        WIN_BACK = domain.Playbook.WIN_BACK.value, _("Win-back")
        BIRTHDAY = domain.Playbook.BIRTHDAY.value, _("Birthday")
        TIER_NUDGE = domain.Playbook.TIER_NUDGE.value, _("Tier nudge")
        EXPIRING_POINTS = domain.Playbook.EXPIRING_POINTS.value, _("Expiring points")
        QUIET_WEEKDAY = domain.Playbook.QUIET_WEEKDAY.value, _("Quiet weekday")
        NEW_CATEGORY = domain.Playbook.NEW_CATEGORY.value, _("New category")
        REFERRAL_PUSH = domain.Playbook.REFERRAL_PUSH.value, _("Referral push")
        SERVICE_RECOVERY = domain.Playbook.SERVICE_RECOVERY.value, _("Service recovery")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    playbook = models.CharField(_("playbook"), max_length=20, choices=Playbook)
    token = models.UUIDField(_("form"))
    fingerprint = models.CharField(_("hash of the answers"), max_length=64)
    inputs = models.JSONField(_("answers"), default=dict)
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="+", verbose_name=_("segment"))
    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="playbook_run", verbose_name=_("campaign"))
    rule = models.OneToOneField(EarningRule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    back_test = models.OneToOneField(BackTest, models.PROTECT, null=True, related_name="+", verbose_name=_("back-test"))
    audience = models.PositiveBigIntegerField(_("members reached"), help_text=_("On the day on which it was drafted."))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("drafted"))

    class Meta:
        verbose_name = _("use of a playbook")
        verbose_name_plural = _("uses of playbooks")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "token", "fingerprint"],
                name="playbook_form_counts_once",
                violation_error_message=_("This was drafted before."),
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="playbook_run_by_programme"),)

    def __str__(self) -> str:
        return self.get_playbook_display()
