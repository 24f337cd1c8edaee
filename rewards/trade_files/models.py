"""Files of trade: the file, its pieces while it is read, and its lines."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7


class TradeFile(models.Model):
    """Which trade came in, how far is it read, and what is in it? The row is also its lock."""

    class State(models.TextChoices):
        READING = "reading", _("is being read")
        READY = "ready", _("ready")
        UNUSABLE = "unusable", _("cannot be used")
        FORGOTTEN = "forgotten", _("forgotten")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="trade_files", verbose_name=_("programme"))
    name = models.CharField(_("file"), max_length=150)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    header = models.TextField(_("header"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("handed in by"))
    handed_in_at = models.DateTimeField(_("handed in"))
    lines_count = models.PositiveIntegerField(_("lines"))
    read_through = models.PositiveIntegerField(_("read through line"), default=1)
    faulty_count = models.PositiveIntegerField(_("lines that do not count"), default=0)
    faults = models.JSONField(_("the first lines that do not count"), default=list)
    receipts = models.PositiveIntegerField(_("receipts"), default=0)
    members = models.PositiveIntegerField(_("members"), default=0)
    spend_minor = models.BigIntegerField(_("sales"), default=0)
    redeemed_units = models.BigIntegerField(_("points redeemed"), default=0)
    first_on = models.DateField(_("first day"), null=True)
    last_on = models.DateField(_("last day"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("file of trade")
        verbose_name_plural = _("files of trade")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "sha256"],
                condition=Q(state__in=["reading", "ready"]),
                name="trade_file_is_there_once",
                violation_error_message=_("This file is there already."),
            ),
            models.CheckConstraint(
                condition=Q(read_through__lte=models.F("lines_count")),
                name="trade_file_is_read_once",
                violation_error_message=_("More was read than there is."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(read_at__isnull=False, first_on__isnull=False, last_on__isnull=False, receipts__gt=0),
                name="trade_file_ready_has_days",
                violation_error_message=_("A file that is ready has purchases."),
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="trade_file_by_programme"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_reading(self) -> bool:
        return self.state == TradeFile.State.READING


class TradePiece(models.Model):
    """Some whole lines of a file that nobody has read yet; it goes when they are read."""

    file = models.ForeignKey(TradeFile, models.PROTECT, related_name="pieces", db_index=False, verbose_name=_("file"))
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("piece of a file of trade")
        verbose_name_plural = _("pieces of files of trade")
        constraints = (
            models.UniqueConstraint(
                fields=["file", "number"], name="trade_piece_once", violation_error_message=_("This piece is there already.")
            ),
        )

    def __str__(self) -> str:
        return str(self.number)


class TradeLine(models.Model):
    """What was bought: one line of a receipt. `member` and `purchase` are pseudonyms, made of the file and of what it calls them."""

    file = models.ForeignKey(TradeFile, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("file"))
    line = models.PositiveIntegerField(_("line"))
    member = models.UUIDField(_("member"))
    purchase = models.UUIDField(_("purchase"))
    occurred_at = models.DateTimeField(_("bought"))
    business_on = models.DateField(_("business day"))
    store = models.CharField(_("store"), max_length=100, blank=True)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    sku = models.CharField(_("article"), max_length=100, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price_minor = models.BigIntegerField(_("price"))
    returned_on = models.DateField(_("came back"), null=True)
    redeemed_units = models.BigIntegerField(_("points redeemed"), default=0)

    class Meta:
        verbose_name = _("line of a file of trade")
        verbose_name_plural = _("lines of files of trade")
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price_minor__gte=0, redeemed_units__gte=0),
                name="trade_line_is_a_sale",
                violation_error_message=_("A line has a quantity and a price that is 0 or more."),
            ),
        )
        indexes = (models.Index(fields=["file", "member"], name="trade_line_by_member"),)

    def __str__(self) -> str:
        return str(self.line)
