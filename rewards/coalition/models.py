"""Prices of points for partners, and the statements of their months."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.partners.models import Partner
from accounts.programmes.models import PointCurrency, Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.coalition import domain


class PartnerPrice(models.Model):
    """What does a point cost a partner through which it is issued, or bring one where it is redeemed, from this day on?"""

    class Way(models.TextChoices):
        ISSUE = domain.Way.ISSUE.value, _("points issued through the partner")
        REDEEM = domain.Way.REDEEM.value, _("points redeemed at the partner")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    currency = models.ForeignKey(PointCurrency, models.PROTECT, related_name="+", verbose_name=_("currency"))
    way = models.CharField(_("for"), max_length=6, choices=Way)
    price_minor = models.DecimalField(_("price of one unit"), max_digits=16, decimal_places=domain.PLACES)
    marketing_minor = models.DecimalField(
        _("marketing services with one unit"),
        max_digits=16,
        decimal_places=domain.PLACES,
        default=0,
        db_default=0,
        help_text=_(
            "Stand-alone price of what the partner gets beside the points: that share of the price is revenue at once (IFRS 15.73-80)."
        ),
    )
    valid_from = models.DateField(_("valid from"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    proposed_at = models.DateTimeField(_("proposed at"))
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approver"))
    approved_at = models.DateTimeField(_("approved"), null=True)

    class Meta:
        verbose_name = _("price of points for a partner")
        verbose_name_plural = _("prices of points for partners")
        constraints = (
            models.UniqueConstraint(
                fields=["partner", "currency", "way", "valid_from"],
                condition=Q(approved_at__isnull=False),
                name="partner_price_once_a_day",
                violation_error_message=_("This partner has another price from that day on."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="partner_price_needs_two_people",
                violation_error_message=_("Another person must approve this."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True, approved_at__isnull=True) | Q(approver__isnull=False, approved_at__isnull=False),
                name="partner_price_in_force_has_approver",
                violation_error_message=_("A price in force names its approver."),
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0),
                name="partner_price_is_positive",
                violation_error_message=_("Write a number above 0."),
            ),
            models.CheckConstraint(
                condition=Q(marketing_minor=0) | Q(marketing_minor__gt=0, way=domain.Way.ISSUE.value),
                name="partner_price_marketing_comes_with_points",
                violation_error_message=_("Marketing services come with points that are issued. Leave it at 0."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.price_minor.normalize():f}"


class PartnerStatement(models.Model):
    """What did a month come to between the programme and a partner? Never edited: what comes late stands in the next one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    month = models.DateField(_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    invoiced_minor = models.BigIntegerField(_("owed by the partner"))
    payable_minor = models.BigIntegerField(_("owed to the partner"))
    tendered_minor = models.BigIntegerField(_("paid with points there"), default=0, db_default=0)
    digest = models.CharField(_("hash"), max_length=64)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))

    class Meta:
        verbose_name = _("partner statement")
        verbose_name_plural = _("partner statements")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "partner", "month"],
                name="partner_statement_once_a_month",
                violation_error_message=_("This month has been stated before."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="partner_statement_is_of_a_month",
                violation_error_message=_("Write the first day of a month."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PartnerStatementLine(models.Model):
    """What did a business day bring of one kind at one price that no earlier statement has?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.ForeignKey(PartnerStatement, models.PROTECT, related_name="lines", verbose_name=_("statement"))
    points = models.CharField(_("points"), max_length=40)
    business_on = models.DateField(_("business day"))
    what = models.CharField(_("what happened"), max_length=10, choices=[(what.value, what.value) for what in domain.What])
    count = models.IntegerField(_("how often"))
    units = models.BigIntegerField(_("units"))
    price_minor = models.DecimalField(_("price of one unit"), max_digits=16, decimal_places=domain.PLACES)
    amount_minor = models.BigIntegerField(_("amount"))
    face_minor = models.BigIntegerField(_("paid with the points"), default=0, db_default=0)

    class Meta:
        verbose_name = _("line of a partner statement")
        verbose_name_plural = _("lines of partner statements")
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "points", "business_on", "what", "price_minor"],
                name="partner_statement_line_once",
                violation_error_message=_("This line stands there already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.business_on} {self.what}"
