"""What stores sold, by day. Rows are only added."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7


class StoreDayQuerySet(models.QuerySet["StoreDay"]):
    def current(self) -> "StoreDayQuerySet":
        """Choose the reports that count: the last of each store and day."""
        later = StoreDay.objects.filter(
            programme=models.OuterRef("programme"),
            store=models.OuterRef("store"),
            business_on=models.OuterRef("business_on"),
            number__gt=models.OuterRef("number"),
        )
        return self.filter(~models.Exists(later))


class StoreDay(models.Model):
    """What did a store sell on a day to everybody, members or not, as its shop system says?

    A correction is another row with the next number; of a day's rows the last one counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    business_on = models.DateField(_("business day"))
    number = models.PositiveIntegerField(_("report of the day"))
    sales_minor = models.BigIntegerField(_("sales"))
    tickets = models.PositiveIntegerField(_("tickets"))
    returns_minor = models.BigIntegerField(_("returns"))
    source = models.CharField(_("sent by"), max_length=60)
    reported_at = models.DateTimeField(_("reported"))

    objects = StoreDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a store")
        verbose_name_plural = _("days of stores")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                F("programme"),
                F("store"),
                F("business_on"),
                F("number"),
                name="store_day_report_numbered_once",
                violation_error_message=_("Another report of this day came first. Send yours again."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, sales_minor__gte=0, returns_minor__gte=0),
                name="store_day_counts_from_zero",
                violation_error_message=_("Sales, tickets and returns are not less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(sales_minor=0) | Q(tickets__gt=0),
                name="store_day_sells_on_tickets",
                violation_error_message=_("Sales have at least one ticket."),
            ),
        )
        indexes = (models.Index(fields=["programme", "business_on", "id"], name="store_day_by_day"),)

    def __str__(self) -> str:
        return f"{self.business_on} ({self.number})"

    @property
    def net_minor(self) -> int:
        """Sales less what came back that day."""
        return self.sales_minor - self.returns_minor
