"""Who brought whom, and what became of it?"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7
from rewards.referrals import domain


class ReferralCode(models.Model):
    """By which code does a member bring friends?"""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="referral_code", verbose_name=_("member"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    code = models.CharField(_("code"), max_length=20)

    class Meta:
        verbose_name = _("referral code")
        verbose_name_plural = _("referral codes")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code"], name="referral_code_once_per_programme", violation_error_message=_("This code is taken.")
            ),
        )

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """Whom did a member bring, does it count, and were both rewarded?"""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for the first purchase")
        REWARDED = "rewarded", _("rewarded")
        REFUSED = "refused", _("does not count")
        LAPSED = "lapsed", _("no purchase in time")
        REVERSED = "reversed", _("taken back")

    class Reason(models.TextChoices):
        SELF = domain.Obstacle.SELF.value, _("the same person")
        NOT_NEW = domain.Obstacle.NOT_NEW.value, _("no new member")
        CYCLE = domain.Obstacle.CYCLE.value, _("brought the member who names the code")
        TOO_MANY = domain.Obstacle.TOO_MANY.value, _("too many friends in a short time")
        ADVOCATE_NOT_ACTIVE = domain.Obstacle.ADVOCATE_NOT_ACTIVE.value, _("the membership behind the code is not active")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    advocate = models.ForeignKey(Member, models.PROTECT, related_name="brought", db_index=False, verbose_name=_("brought by"))
    friend = models.OneToOneField(Member, models.PROTECT, related_name="referral", verbose_name=_("friend"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("why it does not count"), max_length=20, choices=Reason, blank=True)
    claimed_at = models.DateTimeField(_("code named"))
    claimed_on = models.DateField(_("business day"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    purchase = models.UUIDField(_("first purchase"), null=True)
    purchase_on = models.DateField(_("day of the first purchase"), null=True)
    advocate_event = models.UUIDField(null=True)
    friend_event = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = (
            models.CheckConstraint(
                condition=~Q(advocate=F("friend")),
                name="referral_is_between_two_members",
                violation_error_message=_("Nobody brings themselves."),
            ),
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(reason=""),
                name="referral_refused_says_why",
                violation_error_message=_("Say why it does not count."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rewarded", "reversed"])
                | Q(purchase__isnull=False, advocate_event__isnull=False, friend_event__isnull=False),
                name="referral_rewarded_names_its_purchase",
                violation_error_message=_("What is rewarded names the purchase."),
            ),
        )
        indexes = (
            models.Index("advocate", "claimed_at", name="referral_by_advocate"),
            models.Index("programme", "state", "id", name="referral_by_state"),
        )

    def __str__(self) -> str:
        return self.state
