"""What members wrote about goods, and whether it was accepted."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.reviews import domain


class Review(models.Model):
    """What did a member write about which product, who checked it, and which event rewarded it?"""

    class State(models.TextChoices):
        WAITING = domain.ReviewState.WAITING.value, _("waiting for a check")
        ACCEPTED = domain.ReviewState.ACCEPTED.value, _("accepted")
        REFUSED = domain.ReviewState.REFUSED.value, _("refused")
        WITHDRAWN = domain.ReviewState.WITHDRAWN.value, _("withdrawn")

    class Reason(models.TextChoices):
        ADVERTISING = domain.Refusal.ADVERTISING.value, _("advertising")
        INSULTING = domain.Refusal.INSULTING.value, _("insulting")
        OFF_TOPIC = domain.Refusal.OFF_TOPIC.value, _("not about the product")
        COPIED = domain.Refusal.COPIED.value, _("copied from elsewhere")
        NOT_OWN = domain.Refusal.NOT_OWN.value, _("not the member's own experience")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="reviews", verbose_name=_("member"), db_index=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number there"), max_length=100)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    product = models.CharField(_("article"), max_length=100)
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(domain.MOST_STARS)])
    text = models.CharField(_("text"), max_length=domain.MOST_TEXT, blank=True)
    occurred_at = models.DateTimeField(_("written"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("why refused"), max_length=12, choices=Reason, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    event = models.UUIDField(_("event"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="review_is_recorded_once",
                violation_error_message=_("This review has been sent before."),
            ),
            models.UniqueConstraint(
                fields=["member", "product"],
                condition=Q(state="accepted", event__isnull=False),
                name="review_of_a_product_is_rewarded_once",
                violation_error_message=_("A review of this product has been rewarded before."),
            ),
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=domain.MOST_STARS),
                name="review_gives_one_to_five_stars",
                violation_error_message=_("A review gives one to five stars."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, event__isnull=True, withdrawn_at__isnull=True, reason="")
                | Q(state="accepted", decided_at__isnull=False, decided_by__isnull=False, withdrawn_at__isnull=True, reason="")
                | (Q(state="refused", decided_at__isnull=False, decided_by__isnull=False, event__isnull=True) & ~Q(reason=""))
                | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="review_state_fits_its_facts",
                violation_error_message=_("What is decided says when and by whom; a refusal says why."),
            ),
        )
        indexes = (
            models.Index("programme", "state", "id", name="review_by_state"),
            models.Index("programme", "business_on", "id", name="review_by_day"),
            models.Index("member", "business_on", "id", name="review_by_member"),
        )

    def __str__(self) -> str:
        return self.product

    @property
    def is_waiting(self) -> bool:
        return self.state == Review.State.WAITING
