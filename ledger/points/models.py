"""The points bank's tables. Rows of the hot ones are written by the functions in sql/, never by `save()`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.points.domain import ArrearsPolicy, ConsumptionOrder, Kind, Reason, State
from loyalty.kit.ids import uuid7


def _choices(codes: type[State] | type[Kind] | type[Reason]) -> list[tuple[int, str]]:
    return [(code.value, code.name.replace("_", " ").capitalize()) for code in codes]


class PointUnit(models.Model):
    """What is one point of this currency, and by which policies does it live?"""

    class Order(models.IntegerChoices):
        EXPIRY_FIRST = ConsumptionOrder.EXPIRY_FIRST.value, _("earliest expiry first")
        OLDEST_FIRST = ConsumptionOrder.OLDEST_FIRST.value, _("oldest first")
        NEWEST_FIRST = ConsumptionOrder.NEWEST_FIRST.value, _("newest first")

    class Arrears(models.IntegerChoices):
        FORBID = ArrearsPolicy.FORBID.value, _("refuse to take back spent points")
        LIMIT = ArrearsPolicy.LIMIT.value, _("owe spent points up to a limit")
        FORGIVE = ArrearsPolicy.FORGIVE.value, _("forgive spent points")

    id = models.SmallAutoField(primary_key=True)
    programme = models.UUIDField(help_text=_("The programme that this currency belongs to."))
    book = models.ForeignKey("ledger.Book", models.PROTECT, related_name="units")
    code = models.CharField(max_length=20)
    scale = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=50)
    consumption_order = models.PositiveSmallIntegerField(choices=Order, default=Order.EXPIRY_FIRST)
    arrears_policy = models.PositiveSmallIntegerField(choices=Arrears, default=Arrears.LIMIT)
    arrears_limit = models.BigIntegerField(null=True, blank=True, help_text=_("Empty: no limit."))

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="unit_code_is_unique_in_programme",
                violation_error_message=_("This programme already has a currency with that code."),
            ),
            models.CheckConstraint(
                condition=models.Q(scale__lte=4),
                name="unit_scale_is_at_most_4",
                violation_error_message=_("A currency has at most four decimals."),
            ),
            models.CheckConstraint(
                condition=models.Q(arrears_limit__isnull=True) | models.Q(arrears_limit__gte=0),
                name="unit_arrears_limit_is_not_negative",
                violation_error_message=_("The limit of arrears cannot be negative."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class PointsAccount(models.Model):
    """Which wallet is this? One per member and programme, for life; the shard column of every hot table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.UUIDField()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Owned(models.Model):
    """A row that belongs to one wallet. The database key is (id, points_account)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    points_account = models.ForeignKey(PointsAccount, models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class Balance(Owned):
    """How many points of one currency does a wallet hold now? The row is lock, check and gapless counter."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    available = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    arrears = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.available} available"


class Act(Owned):
    """Was this act done before, and with which facts?"""

    source = models.SmallIntegerField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Movement(Owned):
    """What moved, when, and why? One row, two sides: debit and credit."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    act = models.ForeignKey(Act, models.PROTECT, db_constraint=False, db_index=False, related_name="movements")
    seq = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=_choices(Kind))
    debit = models.SmallIntegerField(choices=_choices(State))
    credit = models.SmallIntegerField(choices=_choices(State))
    amount = models.BigIntegerField()
    reason = models.SmallIntegerField(choices=_choices(Reason))
    available_after = models.BigIntegerField()
    pending_after = models.BigIntegerField()
    held_after = models.BigIntegerField()
    arrears_after = models.BigIntegerField()
    business_on = models.DateField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reverses = models.ForeignKey("self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="reversals")
    paid_minor = models.BigIntegerField(null=True)
    standalone_minor = models.BigIntegerField(null=True)
    ssp_point = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    estimate_id = models.IntegerField(null=True)
    tender = models.ForeignKey("self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+")
    face_minor = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def signed_amount(self) -> int:
        """The change of what the member has (available, pending and held, less arrears); 0 for moves between them."""
        member_side = State.AVAILABLE
        gain = self.amount if self.credit >= member_side else 0
        loss = self.amount if self.debit >= member_side else 0
        return gain - loss


class Lot(Owned):
    """Which points of one grant are left, and until when? Its id is the id of the movement that granted it."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    granted_on = models.DateField()
    grant_month = models.DateField()
    source_kind = models.SmallIntegerField(choices=_choices(Reason))
    portfolio = models.SmallIntegerField()
    expires_on = models.DateField(null=True)
    matures_on = models.DateField(null=True)
    granted = models.BigIntegerField()
    remaining = models.BigIntegerField()
    held = models.BigIntegerField()
    reversed = models.BigIntegerField()
    is_pending = models.BooleanField()
    terms = models.IntegerField()
    returned_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.remaining} of {self.granted}"


class LotMove(Owned):
    """What did this movement take from which lot? Its id is the movement's id with a number in the last two bytes."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, db_constraint=False, db_index=False, related_name="moves")
    movement = models.ForeignKey(Movement, models.PROTECT, db_constraint=False, db_index=False, related_name="lot_moves")
    from_state = models.SmallIntegerField(choices=_choices(State))
    to_state = models.SmallIntegerField(choices=_choices(State))
    units = models.BigIntegerField()
    business_on = models.DateField()
    reason = models.SmallIntegerField(choices=_choices(Reason))
    grant_month = models.DateField()
    source_kind = models.SmallIntegerField(choices=_choices(Reason))
    portfolio = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.units} units"
