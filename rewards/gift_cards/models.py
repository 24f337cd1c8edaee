"""Gift cards: money that was paid in or given, kept on a card until it pays a purchase."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.gift_cards import domain


class GiftCardTerms(models.Model):
    """How long do the gift cards of a programme last?"""

    programme = models.OneToOneField(
        Programme, models.CASCADE, primary_key=True, related_name="gift_card_terms", verbose_name=_("programme")
    )
    valid_days = models.PositiveIntegerField(
        _("days that a card lasts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(domain.MOST_DAYS)],
        help_text=_("For cards issued from now on. Empty: they never run out."),
    )
    alone_minor = models.PositiveBigIntegerField(
        _("value a day without a second person"),
        default=domain.ALONE_MINOR,
        db_default=domain.ALONE_MINOR,
        help_text=_("In minor units: what a colleague issues, or a key gives away, in a day. 0: everything waits for a second person."),
    )

    class Meta:
        verbose_name = _("terms of gift cards")
        verbose_name_plural = _("terms of gift cards")

    def __str__(self) -> str:
        return str(self.valid_days or "")


class GiftCard(models.Model):
    """How much money is on this card, and may it be spent? The row is the lock and the check of its money."""

    class Kind(models.TextChoices):
        SOLD = domain.CardKind.SOLD.value, _("sold")
        GIVEN = domain.CardKind.GIVEN.value, _("given")

    class State(models.TextChoices):
        ACTIVE = domain.CardState.ACTIVE.value, _("active")
        BLOCKED = domain.CardState.BLOCKED.value, _("blocked")
        EMPTY = domain.CardState.EMPTY.value, _("empty")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    code_digest = models.BinaryField(max_length=32, editable=False)
    last_four = models.CharField(_("last four"), max_length=4)
    pin_digest = models.BinaryField(max_length=32, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    currency = models.CharField(_("currency"), max_length=3)
    face_minor = models.BigIntegerField(_("value"))
    paid_minor = models.BigIntegerField(_("paid for it"))
    balance_minor = models.BigIntegerField(_("balance"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ACTIVE)
    issued_at = models.DateTimeField(_("issued"))
    issued_on = models.DateField(_("business day"))
    expires_on = models.DateField(_("first day without it"), null=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="gift_cards", verbose_name=_("member"))

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code_digest"],
                name="gift_card_code_is_unique",
                violation_error_message=_("There is a card with this code."),
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0),
                name="gift_card_is_never_overdrawn",
                violation_error_message=_("There is not enough on the card."),
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__lte=F("face_minor"), face_minor__gte=1, face_minor__lte=domain.MOST_MINOR),
                name="gift_card_holds_what_it_was_issued_with",
                violation_error_message=_("A card never holds more than it was issued with."),
            ),
            models.CheckConstraint(
                condition=Q(kind="sold", paid_minor=F("face_minor")) | Q(kind="given", paid_minor=0),
                name="gift_card_sold_is_paid_for",
                violation_error_message=_("A sold card is paid for in full, a given one not at all."),
            ),
            models.CheckConstraint(
                condition=Q(state="blocked") | Q(state="empty", balance_minor=0) | Q(state="active", balance_minor__gt=0),
                name="gift_card_state_fits_its_balance",
                violation_error_message=_("A card is empty exactly when nothing is on it."),
            ),
        )
        indexes = (
            models.Index("programme", "issued_on", "id", name="gift_card_by_day"),
            models.Index("programme", "expires_on", condition=Q(balance_minor__gt=0, expires_on__isnull=False), name="gift_card_to_expire"),
        )

    def __str__(self) -> str:
        return f"•••• {self.last_four}"

    def spendable_on(self, day: dt.date) -> int:
        """What is on it on a day; nothing once it ran out, even before the job that takes it."""
        return 0 if domain.has_expired(self.expires_on, day) else self.balance_minor


class GiftCardEvent(models.Model):
    """What changed the money on a card, by how much, and from which balance to which? Append-only."""

    class Kind(models.TextChoices):
        ISSUED = domain.EventKind.ISSUED.value, _("issued")
        CHARGED = domain.EventKind.CHARGED.value, _("paid with it")
        GIVEN_BACK = domain.EventKind.GIVEN_BACK.value, _("given back")
        EXPIRED = domain.EventKind.EXPIRED.value, _("ran out")
        BLOCKED = domain.EventKind.BLOCKED.value, _("blocked")
        UNBLOCKED = domain.EventKind.UNBLOCKED.value, _("unblocked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(GiftCard, models.PROTECT, related_name="events", verbose_name=_("gift card"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    amount_minor = models.BigIntegerField(_("amount"), default=0)
    before_minor = models.BigIntegerField(_("before"))
    after_minor = models.BigIntegerField(_("after"))
    charge = models.ForeignKey("self", models.PROTECT, null=True, related_name="given_back", verbose_name=_("gives back"))
    purchase = models.UUIDField(_("purchase"), null=True)
    returned = models.UUIDField(_("return"), null=True)
    receipt = models.CharField(_("receipt"), max_length=100, blank=True)
    source = models.CharField(_("sent by"), max_length=60)
    key = models.CharField(_("number"), max_length=120)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("happened"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    note = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("event of a gift card")
        verbose_name_plural = _("events of gift cards")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "key"],
                name="gift_card_event_happens_once",
                violation_error_message=_("This number was used before."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, before_minor__gte=0, after_minor__gte=0)
                & (
                    Q(kind__in=("issued", "given_back"), amount_minor__gt=0, after_minor=F("before_minor") + F("amount_minor"))
                    | Q(kind__in=("charged", "expired"), amount_minor__gt=0, after_minor=F("before_minor") - F("amount_minor"))
                    | Q(kind__in=("blocked", "unblocked"), amount_minor=0, after_minor=F("before_minor"))
                ),
                name="gift_card_event_says_both_balances",
                violation_error_message=_("The balance after is the balance before and the amount."),
            ),
            models.CheckConstraint(
                condition=Q(kind="given_back", charge__isnull=False) | (~Q(kind="given_back") & Q(charge__isnull=True)),
                name="gift_card_gives_back_a_charge",
                violation_error_message=_("What is given back was paid before."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | (Q(by__isnull=False, kind="issued") & ~Q(approved_by=F("by"))),
                name="gift_card_is_approved_by_somebody_else",
                violation_error_message=_("Another person must decide on this card."),
            ),
        )
        indexes = (
            models.Index("programme", "business_on", "id", name="gift_card_event_by_day"),
            models.Index("purchase", condition=Q(purchase__isnull=False), name="gift_card_event_by_purchase"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class GiftCardRequest(models.Model):
    """Which card above the limit was asked for, by whom, and who decided?"""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        ISSUED = "issued", _("issued")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    number = models.UUIDField(_("number"), unique=True)
    kind = models.CharField(_("kind"), max_length=5, choices=GiftCard.Kind)
    amount_minor = models.BigIntegerField(_("value"))
    note = models.CharField(_("why"), max_length=300)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("why so decided"), max_length=300, blank=True)
    card = models.OneToOneField(GiftCard, models.PROTECT, null=True, related_name="request", verbose_name=_("gift card"))

    class Meta:
        verbose_name = _("request for a gift card")
        verbose_name_plural = _("requests for gift cards")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="gift_card_request_needs_two_people",
                violation_error_message=_("Another person must decide on this card."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=1, amount_minor__lte=domain.MOST_MINOR),
                name="gift_card_request_is_worth_something",
                violation_error_message=_("A card holds more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True, card__isnull=True)
                | Q(state="refused", decided_by__isnull=False, decided_at__isnull=False, card__isnull=True)
                | Q(state="issued", decided_by__isnull=False, decided_at__isnull=False, card__isnull=False),
                name="gift_card_request_state_fits_its_facts",
                violation_error_message=_("What is decided says who and when; what is issued names its card."),
            ),
        )
        indexes = (models.Index("programme", "requested_at", condition=Q(state="waiting"), name="gift_card_request_waiting"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor}"

    @property
    def is_waiting(self) -> bool:
        return self.state == GiftCardRequest.State.WAITING
