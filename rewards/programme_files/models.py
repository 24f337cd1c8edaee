"""Programme files that colleagues hand in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.versions.models import Costed, cost_is_accepted, cost_is_accepted_by_a_third


class ProgrammeDraft(Costed):
    """Which file was handed in for a programme, by whom, for which first day, and who approved it?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="drafts")
    text = models.TextField(_("file"))
    effective_on = models.DateField(_("first day"))
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"), related_name="+")
    drafted_at = models.DateTimeField(_("handed in"))
    approver = models.ForeignKey(User, models.PROTECT, verbose_name=_("approver"), null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("programme draft")
        verbose_name_plural = _("programme drafts")
        constraints = (
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="programme_draft_needs_two_people",
                violation_error_message=_("Another person must approve the file."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True, approved_at__isnull=True)
                | Q(approver__isnull=False, approved_at__isnull=False, withdrawn_at__isnull=True),
                name="programme_draft_says_who_approved",
                violation_error_message=_("An approved file names its approver; a withdrawn one has none."),
            ),
            cost_is_accepted("programme_draft_cost_is_accepted"),
            cost_is_accepted_by_a_third("programme_draft_cost_is_accepted_by_a_third"),
        )
        indexes = (models.Index(fields=["programme", "id"], name="programme_draft_of_programme"),)

    def __str__(self) -> str:
        return str(_("file for %(day)s") % {"day": self.effective_on})

    @property
    def waits(self) -> bool:
        return self.approved_at is None and self.withdrawn_at is None
