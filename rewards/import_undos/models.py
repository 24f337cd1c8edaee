"""Undos of imports, and what becomes of each row that the import had posted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from accounts.staff.decided import DecidedByTwo, RunState
from loyalty.kit.ids import uuid7
from rewards.import_undos.domain import LineOutcome
from rewards.imports.models import BalanceImport, BalanceImportRow


class ImportUndo(DecidedByTwo):
    """Which import is undone, who agreed, and how far is it? The row is also its lock."""

    State = RunState

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="import_undos", verbose_name=_("programme"))
    balance_import = models.ForeignKey(BalanceImport, models.PROTECT, related_name="undos", verbose_name=_("import"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREVIEWING)
    planned_through = models.PositiveIntegerField(_("looked at through line"), default=1, editable=False)
    figures = models.JSONField(_("figures of the preview"), default=dict)
    lines_count = models.PositiveIntegerField(_("lines"), default=0)
    run_through = models.PositiveIntegerField(_("posted through line"), default=1, editable=False)
    done_count = models.PositiveIntegerField(_("lines done"), default=0)
    results = models.JSONField(_("figures of what was posted"), default=dict)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("undo of an import")
        verbose_name_plural = _("undos of imports")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(author=F("decided_by")),
                name="import_undo_needs_two_people",
                violation_error_message=_("Another person must decide on the undo."),
            ),
            models.UniqueConstraint(
                fields=["balance_import"],
                condition=~Q(state="refused"),
                name="import_is_undone_once",
                violation_error_message=_("This import is undone, or its undo is asked for."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["previewing", "waiting"], decided_by__isnull=True, decided_at__isnull=True, done_at__isnull=True)
                | Q(state__in=["running", "refused"], decided_by__isnull=False, decided_at__isnull=False, done_at__isnull=True)
                | Q(state="done", decided_by__isnull=False, decided_at__isnull=False, done_at__isnull=False),
                name="import_undo_state_fits_its_facts",
                violation_error_message=_("What is decided says by whom and when; what is done says when."),
            ),
            models.CheckConstraint(
                condition=Q(done_count__lte=F("lines_count")) & (~Q(state="done") | Q(done_count=F("lines_count"))),
                name="import_undo_posts_each_line_once",
                violation_error_message=_("More was done than there was to do."),
            ),
        )

    def __str__(self) -> str:
        return str(self.balance_import)

    @property
    def is_waiting(self) -> bool:
        return self.state == ImportUndo.State.WAITING


class ImportUndoLine(models.Model):
    """What would the undo of one row move, and what became of it? What was posted is written in the same transaction."""

    class Outcome(models.TextChoices):
        POSTED = LineOutcome.POSTED.value, _("posted")
        SKIPPED = LineOutcome.SKIPPED.value, _("skipped")
        FAILED = LineOutcome.FAILED.value, _("could not be posted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    undo = models.ForeignKey(ImportUndo, models.PROTECT, related_name="lines", verbose_name=_("undo"))
    row = models.ForeignKey(BalanceImportRow, models.PROTECT, related_name="+", verbose_name=_("row"))
    line = models.PositiveIntegerField(_("line"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    currency = models.ForeignKey(PointCurrency, models.PROTECT, related_name="+", verbose_name=_("currency"))
    units = models.BigIntegerField(_("points in the preview"))
    spent_units = models.BigIntegerField(_("spent already"), default=0)
    ended_units = models.BigIntegerField(_("ended already"), default=0)
    held_units = models.BigIntegerField(_("on hold"), default=0)
    paid_minor = models.BigIntegerField(_("money that came with them"), default=0)
    outcome = models.CharField(_("result"), max_length=8, choices=Outcome, blank=True)
    moved_units = models.BigIntegerField(_("points taken or given back"), null=True)
    owed_units = models.BigIntegerField(_("owed"), default=0)
    forgiven_units = models.BigIntegerField(_("forgiven"), default=0)
    movement = models.UUIDField(_("movement"), null=True)
    failure = models.CharField(_("why not"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("line of an undo")
        verbose_name_plural = _("lines of undos")
        constraints = (
            models.UniqueConstraint(
                fields=["undo", "line"], name="import_undo_has_a_line_once", violation_error_message=_("This line is there already.")
            ),
            models.CheckConstraint(
                condition=Q(outcome="posted", movement__isnull=False, moved_units__isnull=False)
                | ~Q(outcome="posted") & Q(movement__isnull=True, moved_units__isnull=True),
                name="import_undo_line_posted_names_its_movement",
                violation_error_message=_("What was posted names its movement."),
            ),
            models.CheckConstraint(
                condition=Q(spent_units__gte=0, ended_units__gte=0, held_units__gte=0, owed_units__gte=0, forgiven_units__gte=0),
                name="import_undo_line_counts_from_zero",
                violation_error_message=_("Points are counted from 0."),
            ),
        )

    def __str__(self) -> str:
        return str(self.line)
