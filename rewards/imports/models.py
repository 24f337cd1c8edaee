"""Imports of balances, and what became of each row of their files."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from accounts.staff.decided import DecidedByTwo
from loyalty.kit.ids import uuid7
from rewards.imports.domain import ImportMode, ImportState, RowKind, RowOutcome


class BalanceImport(DecidedByTwo):
    """Which file of balances came in, how is it meant, who agreed, and how far is it? The row is also its lock."""

    class Mode(models.TextChoices):
        ADD = ImportMode.ADD.value, _("add to balances")
        RESET = ImportMode.RESET.value, _("reset balances to the file")

    class State(models.TextChoices):
        READING = ImportState.READING.value, _("is being read")
        WAITING = ImportState.WAITING.value, _("waits for approval")
        RUNNING = ImportState.RUNNING.value, _("is being posted")
        DONE = ImportState.DONE.value, _("posted")
        REFUSED = ImportState.REFUSED.value, _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="balance_imports", verbose_name=_("programme"))
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.READING)
    file_name = models.CharField(_("file"), max_length=150)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    content = models.BinaryField(editable=False)
    header = models.TextField(_("header"), editable=False)
    lines_count = models.PositiveIntegerField(_("lines"))
    creates_missing = models.BooleanField(_("unknown members are created"), default=False)
    keeps_policy = models.BooleanField(_("rows without an end have the programme's"), default=False)
    counts_again = models.BooleanField(_("the same file counts once more"), default=False)
    read_bytes = models.PositiveIntegerField(_("bytes read"), default=0, editable=False)
    read_through = models.PositiveIntegerField(_("read through line"), default=1)
    figures = models.JSONField(_("figures of the preview"), default=dict)
    run_through = models.PositiveIntegerField(_("posted through line"), default=1)
    results = models.JSONField(_("figures of what was posted"), default=dict)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("import of balances")
        verbose_name_plural = _("imports of balances")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(author=F("decided_by")),
                name="balance_import_needs_two_people",
                violation_error_message=_("Another person must decide on the import."),
            ),
            models.UniqueConstraint(
                fields=["programme", "mode", "sha256"],
                condition=Q(counts_again=False) & ~Q(state="refused"),
                name="balance_import_counts_a_file_once",
                violation_error_message=_("This file has come in before."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reading", "waiting"], decided_by__isnull=True, decided_at__isnull=True, done_at__isnull=True)
                | Q(state__in=["running", "refused"], decided_by__isnull=False, decided_at__isnull=False, done_at__isnull=True)
                | Q(state="done", decided_by__isnull=False, decided_at__isnull=False, done_at__isnull=False),
                name="balance_import_state_fits_its_facts",
                violation_error_message=_("What is decided says by whom and when; what is done says when."),
            ),
            models.CheckConstraint(
                condition=Q(run_through__lte=F("lines_count"), read_through__lte=F("lines_count")),
                name="balance_import_is_read_and_posted_once",
                violation_error_message=_("More was done than there was to do."),
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="balance_import_by_programme"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        return self.state == BalanceImport.State.WAITING

    @property
    def is_reset(self) -> bool:
        return self.mode == BalanceImport.Mode.RESET


class BalanceImportRow(models.Model):
    """What does one row of a file say, whom does it mean, and what became of it? What was posted is written in the same transaction."""

    class Kind(models.TextChoices):
        FOUND = RowKind.FOUND.value, _("member found")
        CREATE = RowKind.CREATE.value, _("member is created")
        UNKNOWN = RowKind.UNKNOWN.value, _("unknown member")
        FAULTY = RowKind.FAULTY.value, _("cannot be read")

    class Outcome(models.TextChoices):
        POSTED = RowOutcome.POSTED.value, _("posted")
        EQUAL = RowOutcome.EQUAL.value, _("nothing to post")
        SKIPPED = RowOutcome.SKIPPED.value, _("skipped")
        FAILED = RowOutcome.FAILED.value, _("could not be posted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    balance_import = models.ForeignKey(BalanceImport, models.PROTECT, related_name="rows", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    named = models.CharField(_("named"), max_length=254, blank=True)
    identity = models.JSONField(_("how the file names the member"), default=dict)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    currency = models.ForeignKey(PointCurrency, models.PROTECT, null=True, related_name="+", verbose_name=_("currency"))
    units = models.BigIntegerField(_("points in the file"), null=True)
    planned_units = models.BigIntegerField(_("points in the preview"), null=True)
    starts_on = models.DateField(_("first day"), null=True)
    ends_on = models.DateField(_("first day without the points"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    faults = models.JSONField(_("faults"), default=list)
    signature = models.BinaryField(null=True, editable=False)
    outcome = models.CharField(_("result"), max_length=8, choices=Outcome, blank=True)
    moved_units = models.BigIntegerField(_("points posted"), null=True)
    movement = models.UUIDField(_("movement"), null=True)
    failure = models.CharField(_("why it could not be posted"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = (
            models.UniqueConstraint(
                fields=["balance_import", "line"],
                name="balance_import_reads_a_line_once",
                violation_error_message=_("This line was read before."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="found") | Q(member__isnull=False, currency__isnull=False, units__isnull=False),
                name="import_row_of_a_member_is_whole",
                violation_error_message=_("What is posted names its member, currency and points."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="posted", movement__isnull=False, moved_units__isnull=False, member__isnull=False) & ~Q(moved_units=0)
                | ~Q(outcome="posted") & Q(movement__isnull=True, moved_units__isnull=True),
                name="import_row_posted_names_its_movement",
                violation_error_message=_("What was posted names its movement."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["posted", "equal"]) | Q(kind__in=["found", "create"]),
                name="import_row_posts_for_members_only",
                violation_error_message=_("What cannot be read, or names nobody, is not posted."),
            ),
        )
        indexes = (models.Index(fields=["balance_import", "signature"], condition=Q(signature__isnull=False), name="import_row_repeats"),)

    def __str__(self) -> str:
        return f"{self.line}: {self.named}"
