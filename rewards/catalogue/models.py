"""What can points be exchanged for?"""

import datetime as dt
from typing import Self

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from rewards.catalogue import domain
from rewards.tiers.models import Tier

code_validator = RegexValidator(r"\A[a-z][a-z0-9_-]*\Z", _("Use small letters, digits, hyphens and underscores."))


class RewardQuerySet(models.QuerySet["Reward"]):
    def offered_on(self, day: dt.date) -> Self:
        begun = Q(active_from__isnull=True) | Q(active_from__lte=day)
        not_over = Q(active_to__isnull=True) | Q(active_to__gte=day)
        return self.filter(begun, not_over, is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Reward(models.Model):
    """What is this reward called, how does it look, and when is it offered? What it costs is said by its versions."""

    class Kind(models.TextChoices):
        GOODS = domain.RewardKind.GOODS.value, _("Goods")
        VOUCHER = domain.RewardKind.VOUCHER.value, _("Voucher")
        DONATION = domain.RewardKind.DONATION.value, _("Donation")
        THIRD_PARTY = domain.RewardKind.THIRD_PARTY.value, _("From another company")

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="rewards")
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    other_words = models.JSONField(
        _("words in other languages"),
        default=dict,
        blank=True,
        help_text=_('For example: {"tr": {"name": "Kahve", "description": "Bir fincan kahve."}}.'),
    )
    illustration = models.CharField(
        _("picture"), max_length=200, blank=True, help_text=_("Path of a static file, for example img/rewards/coffee.svg.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active_from = models.DateField(_("offered from"), null=True, blank=True)
    active_to = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("is offered"), default=True)

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="reward_code_once_per_programme",
                violation_error_message=_("Another reward of this programme has this code."),
            ),
            models.CheckConstraint(
                condition=Q(active_from__isnull=True) | Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                name="reward_ends_after_it_begins",
                violation_error_message=_("A reward cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the page's language."""
        return self._in_language("name", self.name)

    @property
    def local_description(self) -> str:
        return self._in_language("description", self.description)

    def is_offered_on(self, day: dt.date) -> bool:
        begun = self.active_from is None or self.active_from <= day
        return self.is_active and begun and (self.active_to is None or day <= self.active_to)

    def _in_language(self, word: str, own: str) -> str:
        return str(self.other_words.get(get_language() or "", {}).get(word) or own)


class RewardVersionQuerySet(models.QuerySet["RewardVersion"]):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def in_force_on(self, day: dt.date) -> Self:
        """Choose the newest approved version of each reward that is valid on `day`."""
        current = self.approved().filter(valid_from__lte=day)
        return current.order_by("reward_id", "-valid_from", "-version").distinct("reward_id")


class RewardVersion(models.Model):
    """What did a reward cost and ask from a day on? Never edited once approved."""

    class GivenBack(models.TextChoices):
        IN_PROPORTION = domain.GivenBack.IN_PROPORTION.value, _("in proportion to what is returned")
        WHOLE = domain.GivenBack.WHOLE.value, _("all at once, when everything is returned")
        NEVER = domain.GivenBack.NEVER.value, _("never")

    reward = models.ForeignKey(Reward, models.PROTECT, verbose_name=_("reward"), related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    price_points = models.PositiveIntegerField(_("price in points"), validators=[MinValueValidator(1)])
    value_minor = models.PositiveBigIntegerField(
        _("value"), help_text=_("What the reward is worth, in the currency's smallest unit, for example cents.")
    )
    limit_per_member = models.PositiveIntegerField(_("pieces for one member"), null=True, blank=True, validators=[MinValueValidator(1)])
    limit_window_days = models.PositiveIntegerField(
        _("within days"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: for ever.")
    )
    min_tier = models.ForeignKey(Tier, models.PROTECT, verbose_name=_("from tier"), null=True, blank=True, related_name="+")
    voucher_days = models.PositiveIntegerField(
        _("valid for days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How long a reward that was taken can be used. Empty: for ever."),
    )
    given_back_on_return = models.CharField(
        _("points given back with a return"),
        max_length=13,
        choices=GivenBack,
        default=GivenBack.IN_PROPORTION,
        db_default=domain.GivenBack.IN_PROPORTION.value,
        help_text=_("Of a reward that was taken with a purchase, when the purchase is returned."),
    )
    author = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("author"), null=True, blank=True, related_name="authored_reward_versions"
    )
    approver = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("approver"), null=True, blank=True, related_name="approved_reward_versions"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = RewardVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward version")
        verbose_name_plural = _("reward versions")
        constraints = [
            models.UniqueConstraint(
                fields=["reward", "version"],
                name="reward_version_once",
                violation_error_message=_("Somebody else has just written this version. Reload the page."),
            ),
            models.CheckConstraint(
                condition=Q(price_points__gte=1),
                name="reward_costs_points",
                violation_error_message=_("A reward costs at least one point."),
            ),
            models.CheckConstraint(
                condition=Q(limit_window_days__isnull=True) | Q(limit_per_member__isnull=False),
                name="reward_window_needs_a_limit",
                violation_error_message=_("Say how many pieces a member may take within these days."),
            ),
            models.CheckConstraint(
                condition=Q(given_back_on_return__in=[policy.value for policy in domain.GivenBack]),
                name="reward_says_what_returns_give_back",
                violation_error_message=_("Say what a return gives back of the reward."),
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="reward_version_needs_two_people",
                violation_error_message=_("Another person must approve the reward."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(approved_at__isnull=True) | Q(author__isnull=False, approver__isnull=False),
                name="reward_version_says_who_approved",
                violation_error_message=_("An approved version names its author and its approver."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("version %(version)s, from %(day)s") % {"version": self.version, "day": self.valid_from})

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None

    @property
    def given_back(self) -> domain.GivenBack:
        """What a return of the purchase gives back of the reward; what was donated stays given."""
        is_donation = self.reward.kind == domain.RewardKind.DONATION
        return domain.GivenBack.NEVER if is_donation else domain.GivenBack(self.given_back_on_return)

    @property
    def rank(self) -> int | None:
        """The rank of the tier that it begins with."""
        return self.min_tier.rank if self.min_tier else None

    def usable_through(self, taken_on: dt.date) -> dt.date | None:
        """Return the last day on which a reward taken on `taken_on` can be used, or None if there is none."""
        return None if self.voucher_days is None else taken_on + dt.timedelta(days=self.voucher_days)


class RewardStock(models.Model):
    """How many pieces are left? A reward without this row never runs out."""

    reward = models.OneToOneField(Reward, models.CASCADE, verbose_name=_("reward"), primary_key=True, related_name="stock")
    left = models.IntegerField(_("left"))

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                condition=Q(left__gte=0),
                name="stock_is_not_negative",
                violation_error_message=_("There cannot be fewer than no pieces."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.left)
