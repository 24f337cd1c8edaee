"""Campaigns: for whom, from when to when, with how much, and who is held out to measure by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from ledger.points.models import Owned
from rewards.campaigns.domain import State, Terms, read_campaign
from rewards.versions.models import Version, VersionQuerySet, needs_two_people, numbered_once


class Campaign(models.Model):
    """Which campaign is meant, how is it doing, and by which key are members held out of it?"""

    class State(models.TextChoices):
        RUNNING = State.RUNNING.value, _("running")
        PAUSED = State.PAUSED.value, _("paused")
        ENDED = State.ENDED.value, _("ended")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="campaigns", verbose_name=_("programme"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    other_names = models.JSONField(_("name in other languages"), default=dict, blank=True)
    key = models.BinaryField(max_length=32, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    audience_through = models.UUIDField(null=True, editable=False, help_text=_("The last member who was looked at for the audience."))
    audience_looked_at = models.PositiveIntegerField(_("members looked at"), default=0)
    audience_done_at = models.DateTimeField(_("audience assigned"), null=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="campaign_code_once_per_programme",
                violation_error_message=_("Another campaign of this programme has this code."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, locale: str) -> str:
        return str(self.other_names.get(locale, self.name))


class CampaignVersionQuerySet(VersionQuerySet["CampaignVersion"]):
    def newest(self) -> "CampaignVersionQuerySet":
        """Choose the newest approved version of each campaign, with the campaign."""
        return self.approved().order_by("campaign_id", "-version").distinct("campaign_id").select_related("campaign")


class CampaignVersion(Version):
    """What does the campaign say since this was approved? Never edited then: a new version supersedes it."""

    OF = "campaign"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="versions", verbose_name=_("campaign"))

    objects = CampaignVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a campaign")
        verbose_name_plural = _("versions of campaigns")
        constraints = (
            numbered_once("campaign", "campaign_version_once"),
            needs_two_people("campaign_version_needs_two_people", _("Another person must approve the campaign.")),
        )

    def terms(self) -> Terms:
        return read_campaign(self.definition)


class CampaignTurn(models.Model):
    """Who paused, resumed or ended a campaign, when, and why?"""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="turns", verbose_name=_("campaign"))
    state = models.CharField(_("state"), max_length=10, choices=Campaign.State)
    reason = models.CharField(_("reason"), max_length=300)
    turned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    turned_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("turn of a campaign")
        verbose_name_plural = _("turns of campaigns")

    def __str__(self) -> str:
        return self.state


class CampaignBudget(models.Model):
    """How much of its budget has a campaign given? The row is lock and counter; its figures are the sums of `CampaignUse`."""

    campaign = models.OneToOneField(Campaign, models.PROTECT, primary_key=True, related_name="budget", verbose_name=_("campaign"))
    used_units = models.BigIntegerField(_("points given"), default=0)
    used_minor = models.BigIntegerField(_("expected cost"), default=0)
    used_uses = models.BigIntegerField(_("purchases"), default=0)
    told_at = models.DateTimeField(_("author told that it is used up"), null=True)

    class Meta:
        verbose_name = _("budget of a campaign")
        verbose_name_plural = _("budgets of campaigns")
        constraints = (
            models.CheckConstraint(
                condition=Q(used_units__gte=0, used_minor__gte=0, used_uses__gte=0),
                name="campaign_budget_is_never_negative",
                violation_error_message=_("A return cannot give back more than was given."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.used_units}"


class CampaignUse(Owned):
    """What did a campaign give a member by one purchase, and what did a return of it take back?"""

    campaign = models.ForeignKey(Campaign, models.PROTECT, db_constraint=False, related_name="uses", verbose_name=_("campaign"))
    business_on = models.DateField(_("business day"), help_text=_("The day of the purchase, for a return too."))
    units = models.BigIntegerField(_("points"))
    cost_minor = models.BigIntegerField(_("expected cost"))
    uses = models.SmallIntegerField(_("purchases"))
    evidence = models.UUIDField(_("purchase or return"))

    class Meta:
        verbose_name = _("use of a campaign")
        verbose_name_plural = _("uses of campaigns")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "campaign", "evidence"],
                name="campaign_use_once_by_evidence",
                violation_error_message=_("This purchase or return has been counted before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.units}"


class CampaignAudience(models.Model):
    """Who was asked, and who was held out, when the campaign began? Measured by these and by nobody else."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, db_index=False, related_name="audience", verbose_name=_("campaign"))
    member = models.ForeignKey(Member, models.PROTECT, db_index=False, related_name="+", verbose_name=_("member"))
    is_holdout = models.BooleanField(_("held out"))
    assigned_at = models.DateTimeField(_("assigned"))

    class Meta:
        verbose_name = _("member of an audience")
        verbose_name_plural = _("audiences of campaigns")
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "member"],
                name="campaign_assigns_a_member_once",
                violation_error_message=_("This member has been assigned before."),
            ),
        )

    def __str__(self) -> str:
        return "holdout" if self.is_holdout else "asked"


class CampaignClip(models.Model):
    """Which member has taken an offer that must be taken before it counts, and when?"""

    campaign = models.ForeignKey(Campaign, models.PROTECT, db_index=False, related_name="clips", verbose_name=_("campaign"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    clipped_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("offer taken")
        verbose_name_plural = _("offers taken")
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "member"],
                name="campaign_is_clipped_once",
                violation_error_message=_("This offer has been taken before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.clipped_at:%Y-%m-%d}"
