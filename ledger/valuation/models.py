"""Tables of the valuation. Allocations, takings, rates and statements are append-only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.books.models import Book, Period
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey
from loyalty.kit.ids import uuid7


class Pool(models.Model):
    """Which points are valued together? Those of one book, currency, grant month, reason and class of expiry terms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="pools", verbose_name=_("book"))
    unit = models.ForeignKey(PointUnit, on_delete=models.PROTECT, related_name="pools", verbose_name=_("currency"))
    grant_month = models.DateField(_("month of the grant"))
    source_kind = models.SmallIntegerField(_("kind of source"))
    portfolio = models.SmallIntegerField(_("portfolio"))

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "grant_month", "source_kind", "portfolio"],
                name="pool_is_unique",
                violation_error_message="This pool exists.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_month:%Y-%m} / {self.source_kind} / {self.portfolio}"

    @property
    def key(self) -> PoolKey:
        return PoolKey(self.unit_id, self.grant_month, self.source_kind, self.portfolio)


class Estimate(models.Model):
    """How many of the points granted will members redeem in the end, who says so, and who agreed?"""

    class State(models.TextChoices):
        DRAFT = "draft"
        APPROVED = "approved"
        SUPERSEDED = "superseded"

    class Method(models.TextChoices):
        FIXED_PERCENTAGE = "fixed_percentage"

    id = models.AutoField(primary_key=True)
    unit = models.ForeignKey(PointUnit, on_delete=models.PROTECT, related_name="estimates", verbose_name=_("currency"))
    portfolio = models.SmallIntegerField(_("portfolio"), null=True, blank=True, help_text="Empty: every class of expiry terms.")
    grant_month = models.DateField(_("month of the grant"), null=True, blank=True, help_text="Empty: every grant month.")
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.FIXED_PERCENTAGE)
    percentage = models.DecimalField(_("percentage"), max_digits=23, decimal_places=20)
    valid_from = models.DateField(_("valid from"), help_text="First day of the first period whose close uses it.")
    evidence = models.TextField(_("evidence"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    prepared_by = models.UUIDField(_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    approved_by = models.UUIDField(_("approved by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        constraints = [
            models.CheckConstraint(
                condition=Q(percentage__gte=0, percentage__lte=100),
                name="estimate_percentage_0_to_100",
                violation_error_message="An estimate lies between 0 and 100 percent.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="estimate_approved_by_somebody_else",
                violation_error_message="Whoever prepared an estimate cannot approve it.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_by__isnull=True, approved_at__isnull=True)
                | (~Q(state="draft") & Q(approved_by__isnull=False, approved_at__isnull=False)),
                name="estimate_in_force_has_approver",
                violation_error_message="An estimate in force names its approver.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percentage.normalize():f}% from {self.valid_from}"


class ValuationRun(models.Model):
    """When were facts turned into allocations, and up to which day?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="valuation_runs", verbose_name=_("book"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="valuation_runs", verbose_name=_("period"))
    through_on = models.DateField(_("through"))
    ran_at = models.DateTimeField(_("ran at"))

    class Meta:
        verbose_name = _("valuation run")
        verbose_name_plural = _("valuation runs")

    def __str__(self) -> str:
        return f"through {self.through_on}"


class Allocation(models.Model):
    """What did a run find new for a pool and a business date, and what did it post for it?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("run"))
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("pool"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("period"))
    business_on = models.DateField(_("business day"))
    granted = models.BigIntegerField(_("granted"))
    reversed = models.BigIntegerField(_("reversed"))
    redeemed = models.BigIntegerField(_("redeemed"))
    tendered = models.BigIntegerField(_("paid with points"), help_text="Of the redeemed points, those that paid for a sale.")
    expired = models.BigIntegerField(_("expired"))
    adjusted = models.BigIntegerField(_("adjusted"))
    face_minor = models.BigIntegerField(_("face value"))
    converted = models.BigIntegerField(
        _("converted"), default=0, help_text="Points that came back from another currency, less those that became it."
    )
    deferred = models.DecimalField(_("deferred"), max_digits=34, decimal_places=14)
    returned = models.DecimalField(_("returned"), max_digits=34, decimal_places=14)
    deferred_minor = models.BigIntegerField(_("deferred, posted"))
    returned_minor = models.BigIntegerField(_("returned, posted"))
    tendered_minor = models.BigIntegerField(_("paid with points, posted"))
    released_minor = models.BigIntegerField(_("released, posted"))
    carried_minor = models.BigIntegerField(
        _("carried, posted"), default=0, help_text="Deferred money that came with converted points, or went with them."
    )

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "pool", "business_on"],
                name="allocation_once_a_run",
                violation_error_message="A run allocates a pool's day once.",
            ),
        ]
        indexes = [models.Index(fields=["pool", "business_on"], name="allocation_pool_day")]

    def __str__(self) -> str:
        return f"{self.business_on}: {self.granted} granted"


class Carry(models.Model):
    """Which deferred money of a pool went with its points when they were converted into another's on a day, or came back?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="carries", verbose_name=_("run"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="carries", verbose_name=_("period"))
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="carries", verbose_name=_("from"))
    target = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="carries_in", verbose_name=_("to"))
    business_on = models.DateField(_("business day"))
    carried = models.DecimalField(_("carried"), max_digits=34, decimal_places=14)
    carried_minor = models.BigIntegerField(_("carried, posted"))

    class Meta:
        verbose_name = _("carried money")
        verbose_name_plural = _("carried money")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "pool", "target", "business_on"],
                name="carry_once_a_run",
                violation_error_message="A run carries a pool's day once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_on}: {self.carried_minor}"


class DayTaking(models.Model):
    """What did a run find new of the money that a programme's sales took and gave back on a day?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="takings", verbose_name=_("run"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="takings", verbose_name=_("period"))
    programme = models.UUIDField(_("programme"))
    business_on = models.DateField(_("business day"))
    source_kind = models.SmallIntegerField(_("kind of source"), help_text="Reason of the grant; 0 for sales that earned nothing.")
    paid_minor = models.BigIntegerField(_("paid"))
    refunded_minor = models.BigIntegerField(_("paid back"))

    class Meta:
        verbose_name = _("takings of a day")
        verbose_name_plural = _("takings of days")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "programme", "business_on", "source_kind"],
                name="taking_once_a_run",
                violation_error_message="A run takes a day once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_on}: {self.paid_minor}"


class PlainSale(models.Model):
    """Which sales (or, when negative, refunds) earned no points but belong into full books?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="plain_sales", verbose_name=_("book"))
    programme = models.UUIDField(_("programme"))
    business_on = models.DateField(_("business day"))
    paid_minor = models.BigIntegerField(_("paid"))
    source = models.SmallIntegerField(_("source"))
    key = models.CharField(_("key"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("sale without points")
        verbose_name_plural = _("sales without points")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "source", "key"],
                name="plain_sale_once",
                violation_error_message="This sale was recorded before.",
            ),
            models.CheckConstraint(
                condition=~Q(paid_minor=0), name="plain_sale_is_not_zero", violation_error_message="A sale of nothing is not recorded."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_on}: {self.paid_minor}"


class PoolRate(models.Model):
    """What did a redeemed point of a pool without a statement release on a day, once a sale's allocation used it?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="rates", verbose_name=_("pool"))
    business_on = models.DateField(_("business day"))
    rate = models.DecimalField(_("rate"), max_digits=40, decimal_places=20)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="rates", verbose_name=_("run"))

    class Meta:
        verbose_name = _("rate of a pool")
        verbose_name_plural = _("rates of pools")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "business_on"],
                name="pool_rate_once_a_day",
                violation_error_message="A pool's rate of a day never changes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_on}: {self.rate}"


class PoolStatement(models.Model):
    """What did a pool look like when its month was closed?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="pool_statements", verbose_name=_("period"))
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="statements", verbose_name=_("pool"))
    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, null=True, related_name="statements", verbose_name=_("estimate"))
    percentage = models.DecimalField(
        _("percentage"), max_digits=23, decimal_places=20, null=True, help_text="Empty: no breakage recognised."
    )
    granted = models.BigIntegerField(_("granted"))
    reversed = models.BigIntegerField(_("reversed"))
    redeemed = models.BigIntegerField(_("redeemed"))
    expired = models.BigIntegerField(_("expired"))
    adjusted = models.BigIntegerField(_("adjusted"))
    converted = models.BigIntegerField(_("converted"), default=0)
    expected = models.DecimalField(_("expected to be redeemed"), max_digits=40, decimal_places=20)
    allocated_minor = models.BigIntegerField(_("allocated"))
    recognised_minor = models.BigIntegerField(_("recognised"))
    liability_minor = models.BigIntegerField(_("liability"))
    opening_minor = models.BigIntegerField(_("opening"))
    additions_minor = models.BigIntegerField(_("additions"))
    revenue_minor = models.BigIntegerField(_("revenue"))
    revenue_from_opening_minor = models.BigIntegerField(_("revenue from the opening"))
    catch_up_minor = models.BigIntegerField(_("catch-up"))
    catch_up_prior_minor = models.BigIntegerField(
        _("catch-up of earlier years"), help_text="Of the catch-up, on redemptions of earlier periods."
    )

    class Meta:
        verbose_name = _("pool statement")
        verbose_name_plural = _("pool statements")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "pool"],
                name="pool_statement_once_a_period",
                violation_error_message="This pool has its statement for the period.",
            ),
            models.CheckConstraint(
                condition=Q(liability_minor=F("allocated_minor") - F("recognised_minor"), liability_minor__gte=0, recognised_minor__gte=0),
                name="pool_liability_between_0_and_allocated",
                violation_error_message="A liability lies between zero and what was allocated.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.liability_minor}"

    @property
    def issued(self) -> int:
        return self.granted - self.reversed + self.converted

    @property
    def lapsed(self) -> int:
        return self.expired + self.adjusted
