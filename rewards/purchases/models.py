"""What was bought and what came back. Rows are never edited."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Channel, Store
from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.models import Owned
from loyalty.kit.ids import uuid7
from rewards.earning.domain import Line
from rewards.purchases.domain import AMOUNT_ONLY, pieces


class Purchase(Owned):
    """What did a member buy, where, for how much, and what did the rules make of it?"""

    member = models.ForeignKey(Member, models.PROTECT, related_name="purchases", db_constraint=False, verbose_name=_("member"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("receipt"), max_length=100)
    occurred_at = models.DateTimeField(_("bought"))
    business_on = models.DateField(_("business day"))
    buyer = models.CharField(_("buyer"), max_length=40, default="", db_default="", help_text=_("The code of who bought for the member."))
    fulfilled_on = models.DateField(_("fulfilled on"), null=True, help_text=_("What it earned is pending until then."))
    recorded_at = models.DateTimeField(_("recorded"))
    currency = models.CharField(_("currency"), max_length=3)
    price_minor = models.BigIntegerField(_("price"))
    tender_minor = models.BigIntegerField(_("paid with points"), default=0)
    tender = models.UUIDField(_("redemption"), null=True)
    gift_card_minor = models.BigIntegerField(_("paid with gift cards"), default=0, db_default=0)
    reward_units = models.BigIntegerField(_("points for rewards"), default=0, db_default=0)
    units = models.BigIntegerField(_("points earned"), default=0)
    earned = models.JSONField(_("earned"), default=list)
    evaluation = models.JSONField(_("evaluation"), default=list)
    facts = models.JSONField(_("facts of the evaluation"), default=dict, help_text=_("What the rules asked for beside the lines."))

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reward_units__gte=0),
                name="purchase_rewards_cost_points",
                violation_error_message=_("Rewards do not cost less than no points."),
            ),
        )
        indexes = (models.Index("programme", "business_on", name="purchase_by_day"),)

    def __str__(self) -> str:
        return self.external_id

    @property
    def paid_minor(self) -> int:
        return self.price_minor - self.tender_minor

    @property
    def due_minor(self) -> int:
        """What is left to pay in another way than with points or gift cards."""
        return self.paid_minor - self.gift_card_minor


class PurchaseLine(Owned):
    """What was on one line? Its id is the purchase's id with the line's position in the last two bytes."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    position = models.PositiveIntegerField(_("position"))
    external_id = models.CharField(_("line"), max_length=100)
    sku = models.CharField(_("article"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price_minor = models.BigIntegerField(_("price"))
    paid_minor = models.BigIntegerField(_("paid in money"))
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    flags = ArrayField(models.CharField(max_length=40), verbose_name=_("flags"), default=list)

    class Meta:
        verbose_name = _("purchase line")
        verbose_name_plural = _("purchase lines")
        indexes = (models.Index("purchase", name="purchaseline_by_purchase"),)

    def __str__(self) -> str:
        return self.sku or self.external_id

    @property
    def is_amount_only(self) -> bool:
        """Whether it stands for a purchase that was sent with an amount: its quantity is money, and it has no name."""
        return AMOUNT_ONLY in self.flags

    def as_bought(self) -> Line:
        """The whole line as rules see it."""
        return Line(
            category=self.category,
            sku=self.sku,
            price_minor=self.price_minor,
            paid_minor=self.paid_minor,
            tax_minor=self.tax_minor,
            quantity=pieces(self.quantity, self.flags),
            brand=self.brand,
            flags=frozenset(self.flags),
            discount_minor=self.discount_minor,
        )


class PurchaseClaim(models.Model):
    """Has this source sent this receipt before, for whichever member, with the same facts?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, help_text=_("The id of the purchase."))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=100)
    fingerprint = models.BinaryField(max_length=16)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="purchase_is_claimed_once",
                violation_error_message=_("This receipt has been sent before."),
            ),
        )

    def __str__(self) -> str:
        return self.external_id


class Return(Owned):
    """What did a member bring back of a purchase, and what was undone by it?"""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="returns", db_constraint=False, verbose_name=_("purchase"))
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("receipt"), max_length=100)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("returned"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    price_minor = models.BigIntegerField(_("value"))
    refunded_minor = models.BigIntegerField(_("refunded in money"))
    gift_card_minor = models.BigIntegerField(_("of it to gift cards"), default=0, db_default=0)
    restored_units = models.BigIntegerField(_("points given back"), default=0)
    restored = models.JSONField(_("given back"), default=list, db_default=Value([], models.JSONField()))
    reversed_units = models.BigIntegerField(_("points taken back"), default=0)
    arrears_units = models.BigIntegerField(_("points owed"), default=0)
    reversed = models.JSONField(_("taken back"), default=list)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "source", "external_id"],
                name="return_is_recorded_once",
                violation_error_message=_("This return has been sent before."),
            ),
        )
        indexes = (
            models.Index(
                fields=["business_on"], include=["points_account", "purchase", "price_minor", "refunded_minor"], name="return_by_day"
            ),
        )

    def __str__(self) -> str:
        return self.external_id


class PurchaseRevision(Owned):
    """What did a recalculation, or the return of an earlier purchase, make of a purchase afterwards? The newest one says by which rules and facts returns are judged.

    `evaluation` is that of everything that was bought. An outcome of a rule that was added says by which revision (`since`), and so does
    each entry of `earned`; each entry of `reversed` names the grant that it was taken from.
    """

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="revisions", db_constraint=False, verbose_name=_("purchase"))
    number = models.PositiveSmallIntegerField(_("number"))
    cause = models.UUIDField(_("recalculation"), help_text=_("Or the return of an earlier purchase, on whose total its bands stood."))
    follows_return = models.BooleanField(_("follows from a return"), default=False, db_default=False)
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    units = models.BigIntegerField(_("points"), help_text=_("Given less taken back."))
    arrears_units = models.BigIntegerField(_("points owed"), default=0)
    earned = models.JSONField(_("earned"), default=list)
    reversed = models.JSONField(_("taken back"), default=list)
    evaluation = models.JSONField(_("evaluation"), default=list)
    facts = models.JSONField(_("facts of the evaluation"), default=dict)

    class Meta:
        verbose_name = _("revision of a purchase")
        verbose_name_plural = _("revisions of purchases")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "purchase", "number"],
                name="revision_numbers_are_unique",
                violation_error_message=_("Somebody else has just revised this purchase. Try again."),
            ),
            models.UniqueConstraint(
                fields=["points_account", "cause", "purchase"],
                name="revision_once_by_cause",
                violation_error_message=_("This recalculation has revised the purchase before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class ReturnLine(Owned):
    """How much of one line came back?"""

    of = models.ForeignKey(Return, models.PROTECT, related_name="lines", db_constraint=False, verbose_name=_("return"))
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="returned", db_constraint=False, verbose_name=_("line"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price_minor = models.BigIntegerField(_("value"))
    refunded_minor = models.BigIntegerField(_("refunded in money"))

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f}"
