"""Tables of the valuation. Allocations, takings, rates and statements are append-only."""

from django.db import models
from django.db.models import F, Q

from ledger.books.models import Book, Period
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey
from loyalty.kit.ids import uuid7


class Pool(models.Model):
    """Which points are valued together? Those of one book, currency, grant month, reason and class of expiry terms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="pools")
    unit = models.ForeignKey(PointUnit, on_delete=models.PROTECT, related_name="pools")
    grant_month = models.DateField()
    source_kind = models.SmallIntegerField()
    portfolio = models.SmallIntegerField()

    class Meta:
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
    unit = models.ForeignKey(PointUnit, on_delete=models.PROTECT, related_name="estimates")
    portfolio = models.SmallIntegerField(null=True, blank=True, help_text="Empty: every class of expiry terms.")
    grant_month = models.DateField(null=True, blank=True, help_text="Empty: every grant month.")
    method = models.CharField(max_length=20, choices=Method, default=Method.FIXED_PERCENTAGE)
    percentage = models.DecimalField(max_digits=23, decimal_places=20)
    valid_from = models.DateField(help_text="First day of the first period whose close uses it.")
    evidence = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    prepared_by = models.UUIDField()
    prepared_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
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
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="valuation_runs")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="valuation_runs")
    through_on = models.DateField()
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"through {self.through_on}"


class Allocation(models.Model):
    """What did a run find new for a pool and a business date, and what did it post for it?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="allocations")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="allocations")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="allocations")
    business_on = models.DateField()
    granted = models.BigIntegerField()
    reversed = models.BigIntegerField()
    redeemed = models.BigIntegerField()
    tendered = models.BigIntegerField(help_text="Of the redeemed points, those that paid for a sale.")
    expired = models.BigIntegerField()
    adjusted = models.BigIntegerField()
    face_minor = models.BigIntegerField()
    deferred = models.DecimalField(max_digits=34, decimal_places=14)
    returned = models.DecimalField(max_digits=34, decimal_places=14)
    deferred_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField()
    tendered_minor = models.BigIntegerField()
    released_minor = models.BigIntegerField()

    class Meta:
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


class DayTaking(models.Model):
    """What did a run find new of the money that a programme's sales took and gave back on a day?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="takings")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="takings")
    programme = models.UUIDField()
    business_on = models.DateField()
    source_kind = models.SmallIntegerField(help_text="Reason of the grant; 0 for sales that earned nothing.")
    paid_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField()

    class Meta:
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
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="plain_sales")
    programme = models.UUIDField()
    business_on = models.DateField()
    paid_minor = models.BigIntegerField()
    source = models.SmallIntegerField()
    key = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
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
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="rates")
    business_on = models.DateField()
    rate = models.DecimalField(max_digits=40, decimal_places=20)
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="rates")

    class Meta:
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
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="pool_statements")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="statements")
    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, null=True, related_name="statements")
    percentage = models.DecimalField(max_digits=23, decimal_places=20, null=True, help_text="Empty: no breakage recognised.")
    granted = models.BigIntegerField()
    reversed = models.BigIntegerField()
    redeemed = models.BigIntegerField()
    expired = models.BigIntegerField()
    adjusted = models.BigIntegerField()
    expected = models.DecimalField(max_digits=40, decimal_places=20)
    allocated_minor = models.BigIntegerField()
    recognised_minor = models.BigIntegerField()
    liability_minor = models.BigIntegerField()
    opening_minor = models.BigIntegerField()
    additions_minor = models.BigIntegerField()
    revenue_minor = models.BigIntegerField()
    revenue_from_opening_minor = models.BigIntegerField()
    catch_up_minor = models.BigIntegerField()
    catch_up_prior_minor = models.BigIntegerField(help_text="Of the catch-up, on redemptions of earlier periods.")

    class Meta:
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
        return self.granted - self.reversed

    @property
    def lapsed(self) -> int:
        return self.expired + self.adjusted
