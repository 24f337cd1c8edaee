"""The close of one period: who prepared it, what was found, who approved it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from ledger.books.models import Period
from loyalty.kit.ids import uuid7
from reporting.close.domain import CheckCode, Step


class CloseRun(models.Model):
    """How far is the close of a period, and who answers for it?"""

    class State(models.TextChoices):
        PREPARING = "preparing"
        PREPARED = "prepared"
        SENT_BACK = "sent_back"
        APPROVED = "approved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.OneToOneField(Period, on_delete=models.PROTECT, related_name="close_run")
    state = models.CharField(max_length=9, choices=State, default=State.PREPARING)
    step = models.CharField(max_length=6, choices=[(step.value, step.name.capitalize()) for step in Step], default=Step.EXPIRE.value)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(db_default=Now())
    preparer = models.UUIDField()
    prepared_at = models.DateTimeField(null=True, blank=True)
    known_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    approver = models.UUIDField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("preparer")),
                name="close_approved_by_somebody_else",
                violation_error_message="Whoever prepared a close cannot approve it.",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approver__isnull=False, approved_at__isnull=False, known_at__isnull=False),
                name="close_approved_names_its_approver",
                violation_error_message="An approved close names its approver.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"


class CloseCheck(models.Model):
    """What did a close look at, did it hold, and who accepted what did not?"""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CloseRun, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=24, choices=[(code.value, code.name.replace("_", " ").capitalize()) for code in CheckCode])
    subject = models.CharField(max_length=80, blank=True, default="")
    passed = models.BooleanField()
    figures = models.JSONField(default=dict, blank=True)
    acknowledged_by = models.UUIDField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "code", "subject"],
                name="close_check_once",
                violation_error_message="This check was made for this close.",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True) | ~Q(note=""),
                name="close_exception_accepted_with_a_note",
                violation_error_message="Say why the exception is acceptable.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.subject}".strip()

    @property
    def is_open(self) -> bool:
        return not self.passed and self.acknowledged_by is None
