"""Connections to shops and payment services, and what they delivered."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Channel, Store
from accounts.members.models import Member
from accounts.outbox.domain import MOST_ATTEMPTS
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.connectors import domain


class Connection(models.Model):
    """Who may send us orders at which address, signed by which secret, and whose member is meant?"""

    class Sender(models.TextChoices):
        SHOPIFY = domain.Sender.SHOPIFY.value, "Shopify"
        WOOCOMMERCE = domain.Sender.WOOCOMMERCE.value, "WooCommerce"
        STRIPE = domain.Sender.STRIPE.value, "Stripe"
        SQUARE = domain.Sender.SQUARE.value, "Square"
        STANDARD = domain.Sender.STANDARD.value, "Standard Webhooks"

    class FindsBy(models.TextChoices):
        EMAIL = "email", _("e-mail")
        EXTERNAL_ID = "external_id", _("customer number of the sender")
        PHONE = "phone", _("phone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="connections", verbose_name=_("programme"))
    sender = models.CharField(_("sender"), max_length=12, choices=Sender)
    name = models.CharField(_("name"), max_length=100)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("channel"))
    topics = ArrayField(models.CharField(max_length=60), verbose_name=_("what counts"))
    finds_by = models.CharField(_("members are found by"), max_length=11, choices=FindsBy, default=FindsBy.EMAIL)
    secret = models.BinaryField(_("signing secret"), null=True)
    previous_secret = models.BinaryField(_("previous secret"), null=True)
    previous_until = models.DateTimeField(_("the previous secret works until"), null=True)
    is_active = models.BooleanField(_("works"), default=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="connection_name_once_per_programme",
                violation_error_message=_("Another connection of this programme has this name."),
            ),
            models.CheckConstraint(
                condition=Q(topics__len__gt=0),
                name="connection_counts_something",
                violation_error_message=_("Choose at least one thing that counts."),
            ),
            models.CheckConstraint(
                condition=Q(previous_secret__isnull=True, previous_until__isnull=True)
                | Q(previous_secret__isnull=False, previous_until__isnull=False, secret__isnull=False),
                name="connection_old_secret_has_an_end",
                violation_error_message=_("An old secret works beside a new one, and until a moment."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> domain.Sender:
        return domain.Sender(self.sender)

    @property
    def source(self) -> str:
        """Who speaks, in front of the sender's numbers of orders."""
        return f"{self.sender}:{self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: dt.datetime) -> Self:
        """Choose deliveries to work on now; those of a paused connection wait."""
        return self.filter(outcome=Delivery.Outcome.WAITING, due_at__lte=at, connection__is_active=True)


class Delivery(models.Model):
    """What did a sender deliver, and what became of it? What came stands; only what became of it changes, and the body is forgotten."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("counted")
        SKIPPED = "skipped", _("passed over")
        FAILED = "failed", _("needs a person")

    class Why(models.TextChoices):
        TOPIC = domain.Why.TOPIC.value, _("This topic does not count here.")
        TEST = domain.Why.TEST.value, _("A test order of the shop.")
        UNPAID = domain.Why.UNPAID.value, _("Not paid, or not finished, when it was sent.")
        NO_MEMBER = domain.Why.NO_MEMBER.value, _("Nobody in the programme is known by what the sender says of the buyer.")
        NO_SALE = domain.Why.NO_SALE.value, _("Its order was passed over, so there is nothing to take back.")
        NO_ORDER = (
            domain.Why.NO_ORDER.value,
            _("Its order is not here. If it is older than this connection, leave it; if not, let the sender send the order again."),
        )
        FORGOTTEN = domain.Why.FORGOTTEN.value, _("The shop asked to forget it before it was worked on.")
        NO_GOODS = domain.Why.NO_GOODS.value, _("No goods in it that points could be earned on.")
        NOTHING_LEFT = domain.Why.NOTHING_LEFT.value, _("All of it was taken back before.")
        REPEATED = domain.Why.REPEATED.value, _("This order was counted before.")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="deliveries", verbose_name=_("connection"), db_index=False)
    number = models.CharField(_("number"), max_length=200)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    body_hash = models.BinaryField(_("hash of the body"), max_length=32)
    body = models.BinaryField(_("body"), null=True)
    received_at = models.DateTimeField(_("received"))
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITING)
    why = models.CharField(_("why"), max_length=12, choices=Why, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    order = models.CharField(_("order"), max_length=100, blank=True)
    purchase = models.UUIDField(_("purchase"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "number"],
                name="delivery_is_taken_in_once",
                violation_error_message=_("This delivery has come before."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", settled_at__isnull=True, attempts__lte=MOST_ATTEMPTS, body__isnull=False)
                | (~Q(outcome="waiting") & Q(settled_at__isnull=False)),
                name="delivery_outcome_fits_its_facts",
                violation_error_message=_("What waits has its body; what is settled says when."),
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], condition=Q(outcome="waiting"), name="delivery_waiting"),
            models.Index("connection", "outcome", "id", name="delivery_by_outcome"),
            models.Index(fields=["connection", "order"], condition=~Q(order=""), name="delivery_by_order"),
            models.Index(fields=["settled_at"], condition=Q(body__isnull=False), name="delivery_with_body"),
        )

    def __str__(self) -> str:
        return self.number


class PrivacyWish(models.Model):
    """What did a shop ask about somebody's data, until when, and what was done about it? It names nobody by itself."""

    class Wish(models.TextChoices):
        TELL = domain.Wish.TELL.value, _("tell a customer what is kept")
        FORGET = domain.Wish.FORGET.value, _("forget a customer")
        FORGET_SHOP = domain.Wish.FORGET_SHOP.value, _("forget the shop")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="privacy_wishes", verbose_name=_("connection"))
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="+", verbose_name=_("delivery"))
    wish = models.CharField(_("what is asked"), max_length=11, choices=Wish)
    customer = models.CharField(_("customer number of the sender"), max_length=100, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    forgotten = models.PositiveIntegerField(_("bodies that were forgotten at once"), default=0)
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("due"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"))
    note = models.CharField(_("what was done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("wish about personal data")
        verbose_name_plural = _("wishes about personal data")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, note="") | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(note="")),
                name="privacy_wish_answer_says_what_was_done",
                violation_error_message=_("Whoever answers says what was done."),
            ),
        )
        indexes = (models.Index(fields=["due_on", "id"], condition=Q(answered_at__isnull=True), name="privacy_wish_open"),)

    def __str__(self) -> str:
        return f"{self.wish} {self.due_on}"
