"""Who is a member of which paid plan, which days were paid for, and how often what it includes was used."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7
from rewards.plans.domain import Days, Term, When
from rewards.setups.models import Setup, SetupVersion


class Subscription(models.Model):
    """Who is a member of which plan, and until when? `ends_on` is the first day without it."""

    class TermChoice(models.TextChoices):
        MONTH = Term.MONTH.value, _("by the month")
        YEAR = Term.YEAR.value, _("by the year")
        LIFE = Term.LIFE.value, _("for life")

    class State(models.TextChoices):
        ACTIVE = "active", _("runs")
        ENDING = "ending", _("runs out")
        ENDED = "ended", _("ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="subscriptions", verbose_name=_("member"))
    plan = models.ForeignKey(Setup, models.PROTECT, related_name="+", verbose_name=_("plan"))
    variant = models.CharField(_("variant"), max_length=40)
    term = models.CharField(_("term"), max_length=5, choices=TermChoice)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.ACTIVE)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day without it"))
    lapses_on = models.DateField(_("first day on which nobody can renew it"))
    anchor_on = models.DateField(_("first paid day"))
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number"), max_length=120)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="subscription_number_once",
                violation_error_message=_("This number was used before."),
            ),
            models.UniqueConstraint(
                fields=["member", "plan"],
                condition=~Q(state="ended"),
                name="subscription_goes_on_once",
                violation_error_message=_("The member has this plan already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), anchor_on__gte=F("starts_on"), lapses_on__gte=F("ends_on")),
                name="subscription_ends_after_it_begins",
                violation_error_message=_("A subscription ends after its first day."),
            ),
        )
        indexes = (
            models.Index("member", "ends_on", name="subscription_of_member"),
            models.Index("programme", "lapses_on", condition=~Q(state="ended"), name="subscription_to_end"),
        )

    def __str__(self) -> str:
        return f"{self.variant}, {self.get_term_display()}"

    def holds_on(self, day: dt.date) -> bool:
        return self.starts_on <= day < self.ends_on


class SubscriptionPeriod(models.Model):
    """Which days were paid for, with how much, and under which version of the plan? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="periods", verbose_name=_("subscription"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    number = models.PositiveIntegerField(_("period"))
    version = models.ForeignKey(SetupVersion, models.PROTECT, related_name="+", verbose_name=_("version of the plan"))
    variant = models.CharField(_("variant"), max_length=40)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("first day after it"))
    is_trial = models.BooleanField(_("trial"), default=False)
    paid_minor = models.BigIntegerField(_("paid"))
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number"), max_length=120)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("paid at"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("paid period")
        verbose_name_plural = _("paid periods")
        constraints = (
            models.UniqueConstraint(
                fields=["subscription", "number"],
                name="subscription_period_numbered_once",
                violation_error_message=_("Another period came first. Look at it again."),
            ),
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="subscription_period_paid_once",
                violation_error_message=_("This number was used before."),
            ),
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on"), paid_minor__gte=0) & (Q(is_trial=False) | Q(is_trial=True, paid_minor=0)),
                name="subscription_period_has_days",
                violation_error_message=_("A period has days, and a trial costs nothing."),
            ),
        )
        indexes = (models.Index("programme", "business_on", name="subscription_period_by_day"),)

    def __str__(self) -> str:
        return f"{self.from_on} - {self.to_on}"

    @property
    def days(self) -> Days:
        return Days(self.from_on, self.to_on)


class SubscriptionCancellation(models.Model):
    """Who gave a subscription up, when does it end, and what goes back? Append-only."""

    class WhenChoice(models.TextChoices):
        NOW = When.NOW.value, _("at once")
        PERIOD_END = When.PERIOD_END.value, _("when the paid time is over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="cancellations", verbose_name=_("subscription"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    when = models.CharField(_("when"), max_length=10, choices=WhenChoice)
    ends_on = models.DateField(_("first day without it"))
    is_unused = models.BooleanField(_("unused"))
    refund_minor = models.BigIntegerField(_("goes back"))
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number"), max_length=120)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("happened"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="subscription_cancelled_once_by_number",
                violation_error_message=_("This number was used before."),
            ),
            models.CheckConstraint(
                condition=Q(refund_minor__gte=0) & (Q(when="now") | Q(refund_minor=0)),
                name="subscription_refund_when_it_ends_at_once",
                violation_error_message=_("What runs out is used up: nothing goes back."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.business_on}"


class SubscriptionRefund(models.Model):
    """What went back of a period that was cut short? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cancellation = models.ForeignKey(SubscriptionCancellation, models.PROTECT, related_name="refunds", verbose_name=_("cancellation"))
    period = models.OneToOneField(SubscriptionPeriod, models.PROTECT, related_name="refund", verbose_name=_("paid period"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    paid_minor = models.BigIntegerField(_("paid"))
    refunded_minor = models.BigIntegerField(_("goes back"))
    business_on = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("refund of a period")
        verbose_name_plural = _("refunds of periods")
        constraints = (
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("paid_minor")),
                name="subscription_refund_within_what_was_paid",
                violation_error_message=_("At most what was paid goes back."),
            ),
        )
        indexes = (models.Index("programme", "business_on", name="subscription_refund_by_day"),)

    def __str__(self) -> str:
        return f"{self.refunded_minor}"


class EntitlementUse(models.Model):
    """How often was something that a plan includes used in a window, and for which purchase? Append-only."""

    class Kind(models.TextChoices):
        USED = "used", _("used")
        GIVEN_BACK = "given_back", _("given back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="uses", verbose_name=_("subscription"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    period = models.ForeignKey(SubscriptionPeriod, models.PROTECT, related_name="uses", verbose_name=_("paid period"))
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    entitlement = models.CharField(_("entitlement"), max_length=40)
    window_on = models.DateField(_("first day of the window"))
    number = models.PositiveIntegerField(_("number in the window"))
    used = models.PositiveIntegerField(_("used after it"))
    most = models.PositiveIntegerField(_("at most"), null=True)
    use = models.OneToOneField("self", models.PROTECT, null=True, related_name="given_back", verbose_name=_("gives back"))
    order_minor = models.BigIntegerField(_("price of the order"), null=True)
    receipt = models.CharField(_("receipt"), max_length=120, blank=True)
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number"), max_length=120)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("happened"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("use of an entitlement")
        verbose_name_plural = _("uses of entitlements")
        constraints = (
            models.UniqueConstraint(
                fields=["subscription", "entitlement", "window_on", "number"],
                name="entitlement_use_numbered_once",
                violation_error_message=_("Another use came first. Look at it again."),
            ),
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="entitlement_use_happens_once",
                violation_error_message=_("This number was used before."),
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(used__lte=F("most")) | Q(kind="given_back"),
                name="entitlement_used_within_its_limit",
                violation_error_message=_("It is used up."),
            ),
            models.CheckConstraint(
                condition=Q(kind="used", use__isnull=True, used__gte=1) | Q(kind="given_back", use__isnull=False),
                name="entitlement_gives_back_a_use",
                violation_error_message=_("What is given back was used before."),
            ),
        )
        indexes = (models.Index("programme", "source", "receipt", condition=~Q(receipt=""), name="entitlement_use_by_receipt"),)

    def __str__(self) -> str:
        return f"{self.entitlement} {self.used}"
