"""What the books took in of what is owed to causes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from ledger.books.models import Book, Period
from loyalty.kit.ids import uuid7
from rewards.setups.models import Setup


class CausePosting(models.Model):
    """What did the books find new of what is owed to a cause for a month? Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", verbose_name=_("book"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    cause = models.ForeignKey(Setup, models.PROTECT, related_name="+", verbose_name=_("cause"))
    month = models.DateField(_("month"))
    business_on = models.DateField(_("business day"))
    amount_minor = models.BigIntegerField(_("amount"))
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("posting of a cause")
        verbose_name_plural = _("postings of causes")
        constraints = (
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="cause_posting_moves_something", violation_error_message=_("Post an amount.")
            ),
        )
        indexes = (models.Index("book", "cause", "month", name="cause_posting_by_month"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.amount_minor}"
