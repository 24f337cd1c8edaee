"""The tables of the seals: a log per programme, its leaves and nodes, checkpoints, and where those were published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.points.models import PointsAccount


class SealLog(models.Model):
    """Which log seals the movements of this programme, and how far has it come? (`xid`, `movement`) is the last one taken."""

    id = models.SmallAutoField(primary_key=True)
    programme = models.UUIDField(_("programme"), unique=True)
    origin = models.CharField(_("origin"), max_length=200, unique=True, help_text=_("The log's name in its checkpoints; never changes."))
    opened_at = models.DateTimeField(_("opened at"))
    cluster = models.BigIntegerField(_("server"), help_text=_("The database server that counted the transactions."))
    xid = models.BigIntegerField(_("transaction"), default=0)
    movement = models.UUIDField(_("movement"), null=True)

    class Meta:
        verbose_name = _("seal log")
        verbose_name_plural = _("seal logs")

    def __str__(self) -> str:
        return self.origin


class SealSecret(models.Model):
    """What salts the leaves of this wallet? Forgetting it makes them unreadable; the tree stays valid."""

    points_account = models.OneToOneField(PointsAccount, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("wallet"))
    secret = models.BinaryField(_("secret"), null=True)
    forgotten_at = models.DateTimeField(_("forgotten at"), null=True)

    class Meta:
        verbose_name = _("seal secret")
        verbose_name_plural = _("seal secrets")

    def __str__(self) -> str:
        return str(self.pk)


class SealLeaf(models.Model):
    """Which place does a movement have in its log? The database keys are (log, index) and (movement, points_account)."""

    log = models.ForeignKey(SealLog, models.PROTECT, db_constraint=False, db_index=False, related_name="leaves", verbose_name=_("log"))
    index = models.BigIntegerField(_("index"))
    movement = models.UUIDField(_("movement"), primary_key=True, db_column="movement_id")
    points_account = models.ForeignKey(
        PointsAccount, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("wallet")
    )
    hash = models.BinaryField(_("hash"))

    class Meta:
        verbose_name = _("sealed movement")
        verbose_name_plural = _("sealed movements")

    def __str__(self) -> str:
        return f"{self.index}"


class SealCheckpoint(models.Model):
    """What did we sign about this log, and when?"""

    log = models.ForeignKey(SealLog, models.PROTECT, related_name="checkpoints", db_index=False, verbose_name=_("log"))
    size = models.BigIntegerField(_("size"))
    root = models.BinaryField(_("root"))
    note = models.TextField(_("note"), help_text=_("The signed text (c2sp.org/tlog-checkpoint)."))
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = (
            models.UniqueConstraint(
                fields=["log", "size"],
                name="checkpoint_is_signed_once",
                violation_error_message=_("There is a checkpoint of this size already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.size}"


class SealPublication(models.Model):
    """Where outside the database was this checkpoint put?"""

    checkpoint = models.ForeignKey(
        SealCheckpoint, models.PROTECT, related_name="publications", db_index=False, verbose_name=_("checkpoint")
    )
    place = models.CharField(_("place"), max_length=200)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("publication of a checkpoint")
        verbose_name_plural = _("publications of checkpoints")
        constraints = (
            models.UniqueConstraint(
                fields=["checkpoint", "place"],
                name="checkpoint_is_published_once",
                violation_error_message=_("This checkpoint is there already."),
            ),
        )

    def __str__(self) -> str:
        return self.place
