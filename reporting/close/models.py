"""The close of one period: who prepared it, what was found, who approved it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

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
    period = models.OneToOneField(Period, on_delete=models.PROTECT, related_name="close_run", verbose_name=_("period"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREPARING)
    step = models.CharField(
        _("step"), max_length=6, choices=[(step.value, step.name.capitalize()) for step in Step], default=Step.EXPIRE.value
    )
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), db_default=Now())
    preparer = models.UUIDField(_("preparer"))
    prepared_at = models.DateTimeField(_("prepared at"), null=True, blank=True)
    known_at = models.DateTimeField(_("known at"), null=True, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, default="")
    approver = models.UUIDField(_("approver"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("close")
        verbose_name_plural = _("closes")
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


class CloseHand(models.Model):
    """Who had a hand in the figures of this close, and may therefore not approve it? Rows are only added.

    A close that is prepared again, or whose checks are made anew, forgets who prepared and accepted before; these rows do not.
    """

    class Did(models.TextChoices):
        PREPARED = "prepared"
        ACCEPTED = "accepted"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CloseRun, on_delete=models.PROTECT, related_name="hands", verbose_name=_("run"))
    person = models.UUIDField(_("person"))
    did = models.CharField(_("did"), max_length=8, choices=Did)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("hand in a close")
        verbose_name_plural = _("hands in closes")
        constraints = [models.UniqueConstraint(fields=["run", "person", "did"], name="close_hand_once")]

    def __str__(self) -> str:
        return self.get_did_display()


class CloseCheck(models.Model):
    """What did a close look at, did it hold, and who accepted what did not?"""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CloseRun, on_delete=models.CASCADE, related_name="checks", verbose_name=_("run"))
    position = models.PositiveIntegerField(_("position"))
    code = models.CharField(
        _("code"), max_length=24, choices=[(code.value, code.name.replace("_", " ").capitalize()) for code in CheckCode]
    )
    subject = models.CharField(_("subject"), max_length=80, blank=True, default="")
    passed = models.BooleanField(_("passed"))
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    acknowledged_by = models.UUIDField(_("accepted by"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("check of a close")
        verbose_name_plural = _("checks of a close")
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
