"""Who was told of what?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member


class DevaluationNotice(models.Model):
    """Was this member told that points will buy less by this change?

    Rows are only added, in the transaction that writes the e-mail's event: a change is told once, however often a run is repeated.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="+", verbose_name=_("member"))
    change = models.CharField(_("change"), max_length=60)
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("notice that points will buy less")
        verbose_name_plural = _("notices that points will buy less")
        constraints = (models.UniqueConstraint(fields=["change", "member"], name="devaluation_told_once"),)

    def __str__(self) -> str:
        return self.change
