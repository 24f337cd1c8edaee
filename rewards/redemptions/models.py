"""What did points become?"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.catalogue.domain import RewardKind
from rewards.catalogue.models import RewardVersion
from rewards.redemptions import domain


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def with_stories(self) -> Self:
        """Load what a list shows: reward, member and the store of use."""
        return self.select_related("reward_version__reward", "member", "used_store")

    def usable_on(self, day: dt.date) -> Self:
        """Choose what was taken and still waits to be used."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), state=Redemption.State.ISSUED)

    def rewards(self) -> Self:
        return self.filter(kind=Redemption.Kind.REWARD)

    def taken_with(self, purchases: Iterable[uuid.UUID]) -> Self:
        """Choose the rewards that were taken with these purchases, in the order in which they were taken."""
        return self.rewards().filter(purchase__in=list(purchases)).select_related("reward_version__reward").order_by("id")

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Redemption(models.Model):
    """What did a member's points become, and was it used? The programme has no database key: its row stays unlocked."""

    class Kind(models.TextChoices):
        REWARD = domain.RedemptionKind.REWARD.value, _("Reward")
        TENDER = domain.RedemptionKind.TENDER.value, _("Paid with points")

    class State(models.TextChoices):
        HELD = domain.RedemptionState.HELD.value, _("Held")
        ISSUED = domain.RedemptionState.ISSUED.value, _("Ready to use")
        USED = domain.RedemptionState.USED.value, _("Used")
        CANCELLED = domain.RedemptionState.CANCELLED.value, _("Cancelled")
        EXPIRED = domain.RedemptionState.EXPIRED.value, _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="redemptions")
    programme = models.ForeignKey(
        Programme,
        models.DO_NOTHING,
        verbose_name=_("programme"),
        db_constraint=False,
        db_index=False,
        related_name="redemptions",
    )
    points_account = models.UUIDField(_("points account"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reward_version = models.ForeignKey(
        RewardVersion, models.PROTECT, verbose_name=_("reward"), null=True, blank=True, related_name="redemptions"
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    units = models.PositiveBigIntegerField(_("points"))
    value_minor = models.PositiveBigIntegerField(_("value"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    code = models.CharField(_("code"), max_length=domain.CODE_SYMBOLS, null=True, blank=True, unique=True)
    source = models.CharField(_("taken through"), max_length=100)
    external_id = models.CharField(_("number there"), max_length=255, blank=True)
    hold_movement = models.UUIDField(_("movement of the hold"), null=True, blank=True)
    redeem_movement = models.UUIDField(_("movement of the redemption"), null=True, blank=True)
    restored_units = models.PositiveBigIntegerField(_("points given back"), default=0)
    returned_units = models.PositiveBigIntegerField(
        _("of them with returns"), default=0, db_default=0, help_text=_("Points that came back with returns of the purchase.")
    )
    occurred_at = models.DateTimeField(_("taken"))
    business_on = models.DateField(_("business day"))
    hold_expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    valid_until = models.DateField(_("last day of use"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_store = models.ForeignKey(Store, models.PROTECT, verbose_name=_("used in"), null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("cancelled by"), null=True, blank=True, db_index=False, related_name="+"
    )
    cancel_note = models.CharField(_("why it was cancelled"), max_length=domain.NOTE_SYMBOLS, blank=True)
    purchase = models.UUIDField(_("purchase"), null=True, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0, quantity__gt=0),
                name="redemption_takes_points",
                violation_error_message=_("A redemption takes at least one point."),
            ),
            models.CheckConstraint(
                condition=Q(kind="reward", reward_version__isnull=False) | Q(kind="tender", reward_version__isnull=True),
                name="redemption_of_a_reward_names_it",
                violation_error_message=_("A redemption names its reward; a payment with points has none."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "used"]) | Q(redeem_movement__isnull=False),
                name="redemption_was_paid_with_points",
                violation_error_message=_("Nothing is handed out before its points are taken."),
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(hold_movement__isnull=False, hold_expires_at__isnull=False),
                name="redemption_hold_has_an_end",
                violation_error_message=_("A hold has points and an end."),
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at__isnull=True)),
                name="redemption_used_once",
                violation_error_message=_("What is used says when; what is not says nothing."),
            ),
            models.CheckConstraint(
                condition=Q(restored_units__lte=F("units")),
                name="redemption_gives_back_what_it_took",
                violation_error_message=_("No more points can be given back than were taken."),
            ),
            models.CheckConstraint(
                condition=Q(returned_units__lte=F("restored_units")),
                name="redemption_returns_are_part_of_what_came_back",
                violation_error_message=_("What came back with returns is a part of all that came back."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True, cancel_note="")
                | (Q(cancelled_by__isnull=False, state="cancelled") & ~Q(cancel_note="")),
                name="redemption_cancelled_by_somebody_says_why",
                violation_error_message=_("Say why you cancel it."),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="redemption_of_member"),
            models.Index(fields=["programme", "business_on", "id"], name="redemption_by_day"),
            models.Index(fields=["hold_expires_at"], condition=Q(state="held"), name="redemption_holds"),
            models.Index(
                fields=["programme", "valid_until"],
                condition=Q(state="issued", valid_until__isnull=False),
                name="redemption_unused",
            ),
            models.Index(fields=["purchase"], condition=Q(purchase__isnull=False), name="redemption_of_purchase"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.business_on}"

    @property
    def grouped_code(self) -> str:
        """The code as it is shown to the member; empty without one."""
        return domain.grouped_code(self.code or "")

    @property
    def is_held(self) -> bool:
        return self.state == Redemption.State.HELD

    @property
    def is_issued(self) -> bool:
        return self.state == Redemption.State.ISSUED

    @property
    def is_tender(self) -> bool:
        return self.kind == Redemption.Kind.TENDER

    @property
    def title(self) -> str:
        """The name of the reward in the page's language, with its pieces; empty for a payment."""
        name = self.reward_version.reward.local_name if self.reward_version else ""
        return name if self.quantity == 1 else gettext("%(count)s × %(name)s") % {"count": self.quantity, "name": name}

    @property
    def left_units(self) -> int:
        """The points that can still go back."""
        return self.units - self.restored_units

    @property
    def is_used_with_purchase(self) -> bool:
        """Whether it is a reward that was handed over with a purchase; what is given stays given (a donation)."""
        version = self.reward_version
        is_used = self.state == Redemption.State.USED and self.purchase is not None
        return is_used and version is not None and version.reward.kind != RewardKind.DONATION

    def can_be_cancelled_on(self, day: dt.date) -> bool:
        """Tell whether its points can still go back: it is held, or taken and neither used nor over, or it was taken with a purchase."""
        return self.is_held or (self.is_issued and not self.has_lapsed_by(day)) or self.is_used_with_purchase

    def has_lapsed_by(self, day: dt.date) -> bool:
        """Tell whether the last day of use lies before `day`, whether the nightly job has seen it or not."""
        return self.valid_until is not None and self.valid_until < day


class RedemptionClaim(models.Model):
    """Was this redemption asked for before in this programme, by the same source under the same number, and with the same facts?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source = models.CharField(_("source"), max_length=100)
    external_id = models.CharField(_("number there"), max_length=255)
    fingerprint = models.BinaryField(max_length=16)
    redemption = models.OneToOneField(Redemption, models.PROTECT, verbose_name=_("redemption"), related_name="claim")

    class Meta:
        verbose_name = _("redemption claim")
        verbose_name_plural = _("redemption claims")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="redemption_claimed_once",
                violation_error_message=_("This number was used before."),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
