"""What the books took in of gift cards, and who said how much of it nobody will spend. Postings and statements are append-only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from ledger.books.models import Book, Period
from loyalty.kit.ids import uuid7
from rewards.gift_cards.models import GiftCard, GiftCardEvent


class CardPosting(models.Model):
    """What did the books find new of a programme's gift cards on a business day?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", verbose_name=_("book"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    card_month = models.DateField(_("month of issue"))
    card_kind = models.CharField(_("kind"), max_length=5, choices=GiftCard.Kind)
    what = models.CharField(_("what happened"), max_length=10, choices=GiftCardEvent.Kind)
    beside = models.BooleanField(_("beside purchases"), default=False)
    business_on = models.DateField(_("business day"))
    amount_minor = models.BigIntegerField(_("amount"))
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("posting of gift cards")
        verbose_name_plural = _("postings of gift cards")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0),
                name="card_posting_moves_something",
                violation_error_message=_("What happened to a card never gets less."),
            ),
        )
        indexes = (models.Index("book", "programme", "business_on", name="card_posting_by_day"),)

    def __str__(self) -> str:
        return f"{self.what} {self.amount_minor}"


class CardEstimate(models.Model):
    """How much of what gift cards are sold for will be spent, what goes to the state of the rest, who says so, and who agreed?"""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("In force")
        SUPERSEDED = "superseded", _("Replaced")

    id = models.AutoField(primary_key=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    percentage = models.DecimalField(
        _("percentage that will be spent"), max_digits=7, decimal_places=4, null=True, help_text=_("Empty: nothing before a card runs out.")
    )
    unclaimed_percentage = models.DecimalField(_("share of the rest that the law gives to the state"), max_digits=7, decimal_places=4)
    valid_from = models.DateField(_("from the close of"))
    evidence = models.TextField(_("evidence"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    prepared_by = models.UUIDField(_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    approved_by = models.UUIDField(_("approved by"), null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)

    class Meta:
        verbose_name = _("estimate for gift cards")
        verbose_name_plural = _("estimates for gift cards")
        constraints = (
            models.CheckConstraint(
                condition=(Q(percentage__isnull=True) | Q(percentage__gte=0, percentage__lte=100))
                & Q(unclaimed_percentage__gte=0, unclaimed_percentage__lte=100),
                name="card_estimate_0_to_100",
                violation_error_message=_("Write a percentage between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_by__isnull=True, approved_at__isnull=True)
                | (~Q(state="draft") & Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("prepared_by"))),
                name="card_estimate_in_force_has_another_approver",
                violation_error_message=_("Whoever prepared an estimate cannot approve it. Ask a colleague."),
            ),
            models.UniqueConstraint(
                fields=["programme", "valid_from"],
                condition=Q(state="approved"),
                name="card_estimate_one_in_force_a_month",
                violation_error_message=_("Another estimate is in force from that month on."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.percentage}% from {self.valid_from}"


class CardStatement(models.Model):
    """What did the sold cards of one month look like when a month was closed?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    card_month = models.DateField(_("month of issue"))
    estimate = models.ForeignKey(CardEstimate, models.PROTECT, null=True, related_name="+", verbose_name=_("estimate"))
    opening_minor = models.BigIntegerField(_("opening"))
    sold_minor = models.BigIntegerField(_("sold"))
    paid_minor = models.BigIntegerField(_("paid with them"))
    given_back_minor = models.BigIntegerField(_("given back"))
    breakage_minor = models.BigIntegerField(_("breakage"))
    unclaimed_minor = models.BigIntegerField(_("to the state"))
    liability_minor = models.BigIntegerField(_("liability"))
    breakage_total_minor = models.BigIntegerField(_("breakage so far"))
    unclaimed_total_minor = models.BigIntegerField(_("to the state so far"))

    class Meta:
        verbose_name = _("statement of gift cards")
        verbose_name_plural = _("statements of gift cards")
        constraints = (
            models.UniqueConstraint(
                fields=["period", "programme", "card_month"],
                name="card_statement_once_a_period",
                violation_error_message=_("These cards have their statement for the period."),
            ),
            models.CheckConstraint(
                condition=Q(
                    liability_minor=F("opening_minor")
                    + F("sold_minor")
                    - F("paid_minor")
                    + F("given_back_minor")
                    - F("breakage_minor")
                    - F("unclaimed_minor"),
                    liability_minor__gte=0,
                ),
                name="card_statement_rolls_forward",
                violation_error_message=_("The closing liability follows from the opening one and what moved it."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.card_month:%Y-%m} {self.liability_minor}"
