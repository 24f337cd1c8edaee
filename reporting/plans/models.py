"""What the books took in of the fees of paid memberships."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from ledger.books.models import Book, Period
from loyalty.kit.ids import uuid7
from reporting.plans import domain


class FeePosting(models.Model):
    """What did the books find new of a programme's membership fees on a business day? Append-only."""

    class What(models.TextChoices):
        PAID = domain.What.PAID.value, _("paid")
        REFUNDED = domain.What.REFUNDED.value, _("given back")
        EARNED = domain.What.EARNED.value, _("earned")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", verbose_name=_("book"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    month = models.DateField(_("month"))
    what = models.CharField(_("what happened"), max_length=8, choices=What)
    business_on = models.DateField(_("business day"))
    amount_minor = models.BigIntegerField(_("amount"))
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("posting of membership fees")
        verbose_name_plural = _("postings of membership fees")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | (Q(what="earned") & ~Q(amount_minor=0)),
                name="fee_posting_moves_something",
                violation_error_message=_("Only what was earned gets less, when a fee goes back."),
            ),
        )
        indexes = (models.Index("book", "programme", "month", name="fee_posting_by_month"),)

    def __str__(self) -> str:
        return f"{self.what} {self.amount_minor}"
