"""The points bank's tables. Rows of the hot ones are written by the functions in sql/, never by `save()`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.points.domain import ArrearsPolicy, ConsumptionOrder, EndMoved, Kind, Reason, State
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
    programme = models.UUIDField(_("programme"), help_text=_("The programme that this currency belongs to."))
    book = models.ForeignKey("ledger.Book", models.PROTECT, related_name="units", verbose_name=_("book"))
    code = models.CharField(_("code"), max_length=20)
    scale = models.PositiveSmallIntegerField(_("scale"), default=0)
    time_zone = models.CharField(_("time zone"), max_length=50)
    consumption_order = models.PositiveSmallIntegerField(_("order of use"), choices=Order, default=Order.EXPIRY_FIRST)
    arrears_policy = models.PositiveSmallIntegerField(_("policy of points owed"), choices=Arrears, default=Arrears.LIMIT)
    arrears_limit = models.BigIntegerField(_("limit of points owed"), null=True, blank=True, help_text=_("Empty: no limit."))
    is_valued = models.BooleanField(_("in the books"), default=True, help_text=_("Whether the points are a promise that the books carry."))
    ends_move = models.BooleanField(
        _("ends may move"), default=False, help_text=_("Whether an act of this wallet may move the end of points.")
    )

    class Meta:
        verbose_name = _("currency unit")
        verbose_name_plural = _("currency units")
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
    programme = models.UUIDField(_("programme"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")

    def __str__(self) -> str:
        return str(self.id)


class Owned(models.Model):
    """A row that belongs to one wallet. The database key is (id, points_account)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    points_account = models.ForeignKey(
        PointsAccount, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("wallet")
    )

    class Meta:
        abstract = True


class Balance(Owned):
    """How many points of one currency does a wallet hold now? The row is lock, check and gapless counter."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    available = models.BigIntegerField(_("available"), default=0)
    pending = models.BigIntegerField(_("pending"), default=0)
    held = models.BigIntegerField(_("held"), default=0)
    arrears = models.BigIntegerField(_("owed"), default=0)
    seq = models.BigIntegerField(_("number in the wallet"), default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")

    def __str__(self) -> str:
        return f"{self.available} available"


class Act(Owned):
    """Was this act done before, and with which facts?"""

    source = models.SmallIntegerField(_("source"))
    key = models.TextField(_("key"))
    fingerprint = models.BinaryField(_("fingerprint"))

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")

    def __str__(self) -> str:
        return self.key


class Movement(Owned):
    """What moved, when, and why? One row, two sides: debit and credit."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    act = models.ForeignKey(Act, models.PROTECT, db_constraint=False, db_index=False, related_name="movements", verbose_name=_("act"))
    seq = models.BigIntegerField(_("number in the wallet"))
    kind = models.SmallIntegerField(_("kind"), choices=_choices(Kind))
    debit = models.SmallIntegerField(_("from"), choices=_choices(State))
    credit = models.SmallIntegerField(_("to"), choices=_choices(State))
    amount = models.BigIntegerField(_("amount"))
    reason = models.SmallIntegerField(_("reason"), choices=_choices(Reason))
    available_after = models.BigIntegerField(_("available after it"))
    pending_after = models.BigIntegerField(_("pending after it"))
    held_after = models.BigIntegerField(_("held after it"))
    arrears_after = models.BigIntegerField(_("owed after it"))
    business_on = models.DateField(_("business day"))
    occurred_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="reversals", verbose_name=_("takes back")
    )
    paid_minor = models.BigIntegerField(_("paid"), null=True)
    standalone_minor = models.BigIntegerField(_("stand-alone price of the goods"), null=True)
    ssp_point = models.DecimalField(_("stand-alone price of a point"), max_digits=20, decimal_places=10, null=True)
    estimate_id = models.IntegerField(_("estimate"), null=True)
    tender = models.ForeignKey(
        "self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+", verbose_name=_("payment with points")
    )
    face_minor = models.BigIntegerField(_("face value"), null=True)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")

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
    """Which points of one grant are left, and until when? Its id is the id of the movement that granted it, or by which it was received."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    granted_on = models.DateField(_("granted on"))
    grant_month = models.DateField(_("month of the grant"))
    source_kind = models.SmallIntegerField(_("kind of source"), choices=_choices(Reason))
    portfolio = models.SmallIntegerField(_("portfolio"))
    expires_on = models.DateField(_("ends on"), null=True)
    matures_on = models.DateField(_("available from"), null=True)
    granted = models.BigIntegerField(_("granted"))
    remaining = models.BigIntegerField(_("remaining"))
    held = models.BigIntegerField(_("held"))
    reversed = models.BigIntegerField(_("reversed"))
    is_pending = models.BooleanField(_("pending"))
    terms = models.IntegerField(_("terms"))
    returned_on = models.DateField(_("given back on"), null=True)
    ends_moved = models.BooleanField(_("end was moved"), default=False)
    first_expires_on = models.DateField(_("first end"), null=True)
    came_from = models.ForeignKey(
        "LotMove", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+", verbose_name=_("came from")
    )

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")

    def __str__(self) -> str:
        return f"{self.remaining} of {self.granted}"


class LotMove(Owned):
    """What did this movement take from which lot? Its id is the movement's id with a number in the last two bytes."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    lot = models.ForeignKey(Lot, models.PROTECT, db_constraint=False, db_index=False, related_name="moves", verbose_name=_("lot"))
    movement = models.ForeignKey(
        Movement, models.PROTECT, db_constraint=False, db_index=False, related_name="lot_moves", verbose_name=_("movement")
    )
    from_state = models.SmallIntegerField(_("from"), choices=_choices(State))
    to_state = models.SmallIntegerField(_("to"), choices=_choices(State))
    units = models.BigIntegerField(_("units"))
    business_on = models.DateField(_("business day"))
    reason = models.SmallIntegerField(_("reason"), choices=_choices(Reason))
    grant_month = models.DateField(_("month of the grant"))
    source_kind = models.SmallIntegerField(_("kind of source"), choices=_choices(Reason))
    portfolio = models.SmallIntegerField(_("portfolio"))

    class Meta:
        verbose_name = _("lot move")
        verbose_name_plural = _("lot moves")

    def __str__(self) -> str:
        return f"{self.units} units"


class Conversion(Owned):
    """What did this conversion take and give, and how many units made how many? Its id is that of the movement that took them."""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    to_unit = models.ForeignKey(
        PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency given")
    )
    units = models.BigIntegerField(_("units taken"))
    given = models.BigIntegerField(_("units given"))
    step_units = models.BigIntegerField(_("units of a step"), null=True)
    gives_units = models.BigIntegerField(_("units that a step gives"), null=True)
    rate = models.DecimalField(_("rate"), max_digits=12, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")

    def __str__(self) -> str:
        return f"{self.units} to {self.given}"


class LotEnding(Owned):
    """When did the end of a lot move, from when to when, and why?"""

    unit = models.ForeignKey(PointUnit, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("currency"))
    lot = models.ForeignKey(Lot, models.PROTECT, db_constraint=False, db_index=False, related_name="endings", verbose_name=_("lot"))
    from_on = models.DateField(_("end before"), null=True)
    to_on = models.DateField(_("end after"), null=True)
    why = models.SmallIntegerField(_("reason"), choices=[(why.value, why.name.capitalize()) for why in EndMoved])
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("moved end")
        verbose_name_plural = _("moved ends")

    def __str__(self) -> str:
        return f"{self.from_on} → {self.to_on}"
