"""Adjustments, and how much a key may adjust alone."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.partners.models import PartnerKey
from accounts.programmes.models import PointCurrency
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from loyalty.kit.points import MOST_POINTS
from rewards.adjustments import domain


class Adjustment(models.Model):
    """Which points were asked to be given or taken by hand, by whom, and who agreed?"""

    class Direction(models.TextChoices):
        ADD = domain.Direction.ADD.value, _("give")
        REMOVE = domain.Direction.REMOVE.value, _("take away")

    class Reason(models.TextChoices):
        GOODWILL = domain.AdjustmentReason.GOODWILL.value, _("goodwill")
        PROMOTION = domain.AdjustmentReason.PROMOTION.value, _("promotion")
        CORRECTION = domain.AdjustmentReason.CORRECTION.value, _("correction")

    class State(models.TextChoices):
        WAITING = domain.AdjustmentState.WAITING.value, _("waiting for a second person")
        POSTED = domain.AdjustmentState.POSTED.value, _("posted")
        REFUSED = domain.AdjustmentState.REFUSED.value, _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), related_name="adjustments")
    currency = models.ForeignKey(PointCurrency, models.PROTECT, verbose_name=_("currency"), related_name="+")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    units = models.PositiveBigIntegerField(_("points"), validators=[MinValueValidator(1), MaxValueValidator(MOST_POINTS)])
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("note"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(_("asked"))
    requested_on = models.DateField(_("business day"))
    requested_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("asked by"), null=True, blank=True, related_name="+")
    partner_key = models.ForeignKey(
        PartnerKey, models.PROTECT, verbose_name=_("asked with the key"), null=True, blank=True, related_name="adjustments"
    )
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.CharField(_("why so decided"), max_length=500, blank=True)
    movement = models.UUIDField(_("movement"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gte=1, units__lte=MOST_POINTS),
                name="adjustment_moves_points",
                violation_error_message=_("An adjustment moves 1 to 1,000,000,000 points."),
            ),
            models.CheckConstraint(
                condition=Q(direction="add") | Q(reason="correction"),
                name="adjustment_takes_only_to_correct",
                violation_error_message=_("Points are taken away only to correct a mistake."),
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False, partner_key__isnull=True) | Q(requested_by__isnull=True, partner_key__isnull=False),
                name="adjustment_was_asked_by_one",
                violation_error_message=_("An adjustment is asked for by one person or with one key."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(requested_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="adjustment_needs_two_people",
                violation_error_message=_("Another person must decide on this adjustment."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True, movement__isnull=True)
                | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False, movement__isnull=True)
                | Q(state="posted", decided_at__isnull=False, movement__isnull=False),
                name="adjustment_state_fits_its_facts",
                violation_error_message=_("What is decided says when; what is posted names its movement."),
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(partner_key__isnull=False) | Q(decided_by__isnull=False),
                name="adjustment_of_staff_is_approved",
                violation_error_message=_("What staff ask for is posted by a second person."),
            ),
        ]
        indexes = [
            models.Index(fields=["requested_on", "id"], name="adjustment_by_day"),
            models.Index(fields=["requested_at", "id"], condition=Q(state="waiting"), name="adjustment_waiting"),
            models.Index(fields=["partner_key", "requested_on"], condition=Q(partner_key__isnull=False), name="adjustment_by_key_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.units}"

    @property
    def is_waiting(self) -> bool:
        return self.state == Adjustment.State.WAITING


class AdjustmentLimit(models.Model):
    """How many points may this key give and take in a day without a second person? The row is also the key's lock."""

    partner_key = models.OneToOneField(PartnerKey, models.CASCADE, verbose_name=_("key"), primary_key=True, related_name="adjustment_limit")
    units_a_day = models.PositiveBigIntegerField(
        _("points a day"),
        default=domain.UNITS_A_DAY,
        help_text=_("Given and taken points together. 0: everything waits for a second person."),
    )

    class Meta:
        verbose_name = _("adjustment limit")
        verbose_name_plural = _("adjustment limits")

    def __str__(self) -> str:
        return str(self.units_a_day)
