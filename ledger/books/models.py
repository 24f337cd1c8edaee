"""Tables of the books. Journals, lines and sources are append-only; the database refuses to change them."""

import enum
from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ledger.books import domain
from loyalty.kit.ids import uuid7


def _choices(closed_list: type[enum.StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.name.replace("_", " ").capitalize()) for member in closed_list]


def _values(closed_list: type[enum.StrEnum]) -> list[str]:
    return [member.value for member in closed_list]


class Book(models.Model):
    """In which currency and calendar, and under which accounting policies, are one legal entity's books kept?"""

    name = models.CharField(_("name"), max_length=200, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    minor_digits = models.PositiveSmallIntegerField(_("decimals"), default=2, validators=[MaxValueValidator(4)])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    profile = models.CharField(_("profile"), max_length=8, choices=_choices(domain.Profile), default=domain.Profile.OVERLAY.value)
    allocation_basis = models.CharField(
        _("basis of allocation"), max_length=12, choices=_choices(domain.AllocationBasis), default=domain.AllocationBasis.PAID.value
    )
    ratio_decimals = models.PositiveSmallIntegerField(
        _("decimals of ratios"),
        null=True,
        blank=True,
        help_text="Round the points' share of a sale to so many decimals; empty keeps it exact.",
    )
    min_pool_size = models.PositiveIntegerField(
        _("smallest pool"), default=100, help_text="Members a pool must have before unused points may be estimated."
    )
    award_cost_percentage = models.DecimalField(
        _("cost of a reward, percent"),
        max_digits=7,
        decimal_places=4,
        default=Decimal(100),
        help_text="Cost of a granted point, of its value.",
    )
    accrues_employee_points = models.BooleanField(
        _("accrues employee points"),
        default=True,
        help_text=_("Points for employees are a cost when they are given (IAS 19.11); without it when they are redeemed."),
    )
    is_agent_for_rewards = models.BooleanField(
        _("agent for rewards"),
        default=False,
        help_text=_("Partners hand the rewards over in their own name: revenue is what is left of the points' price (IFRS 15.B36)."),
    )
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        constraints = [
            models.CheckConstraint(
                condition=Q(profile__in=_values(domain.Profile)),
                name="book_profile_is_known",
                violation_error_message="A book posts in full or as an overlay.",
            ),
            models.CheckConstraint(
                condition=Q(allocation_basis__in=_values(domain.AllocationBasis)),
                name="book_allocation_basis_is_known",
                violation_error_message="Revenue is deferred on the amount paid or on the continuation view.",
            ),
            models.CheckConstraint(
                condition=Q(ratio_decimals__isnull=True) | Q(ratio_decimals__lte=12),
                name="book_ratio_decimals_at_most_12",
                violation_error_message="Round the share to at most 12 decimals, or leave it exact.",
            ),
            models.CheckConstraint(
                condition=Q(award_cost_percentage__gte=0),
                name="book_award_cost_not_negative",
                violation_error_message="The cost of a granted point cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BookAccount(models.Model):
    """What is an account of this book called, here and in the entity's ERP?"""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="book_accounts", verbose_name=_("book"))
    code = models.CharField(_("code"), max_length=16)
    name = models.CharField(_("name"), max_length=120)
    type = models.CharField(_("type"), max_length=9, choices=_choices(domain.AccountType))
    erp_code = models.CharField(_("code in the ERP"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("account of a book")
        verbose_name_plural = _("accounts of a book")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "code"],
                name="book_account_code_unique_in_book",
                violation_error_message="This book already has an account with that code.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=_values(domain.AccountType)),
                name="book_account_type_is_known",
                violation_error_message="An account is an asset, liability, equity, income or expense.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Period(models.Model):
    """Which month of a book still takes journals?"""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="periods", verbose_name=_("book"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=11, choices=_choices(domain.PeriodState), default=domain.PeriodState.OPEN.value)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.UUIDField(_("closed by"), null=True, blank=True)
    known_at = models.DateTimeField(_("known at"), null=True, blank=True, help_text="Facts recorded later are not in this period.")

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="period_ends_after_start",
                violation_error_message="A period cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(domain.PeriodState)),
                name="period_state_is_known",
                violation_error_message="A period is open, soft-closed or closed.",
            ),
            models.UniqueConstraint(
                fields=["book", "starts_on"],
                name="period_starts_once_in_book",
                violation_error_message="This book already has a period with that first day.",
            ),
            models.UniqueConstraint(
                fields=["book"],
                condition=~Q(state=domain.PeriodState.CLOSED.value),
                name="period_one_at_a_time",
                violation_error_message="Close the earlier period first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m}"

    @property
    def is_closed(self) -> bool:
        return self.state == domain.PeriodState.CLOSED


class Journal(models.Model):
    """What was posted, in which period, for which business date, and why?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="journals", verbose_name=_("book"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="journals", verbose_name=_("period"))
    entry_on = models.DateField(_("entry day"), help_text="The day inside the period.")
    business_on = models.DateField(_("business day"), help_text="The day of the facts; earlier than the period for a late event.")
    event_type = models.CharField(_("event"), max_length=16, choices=_choices(domain.EventType))
    basis = models.CharField(_("basis"), max_length=5, choices=_choices(domain.Basis))
    narration = models.CharField(_("narration"), max_length=200)
    programme = models.UUIDField(_("programme"), null=True, blank=True)
    unit = models.SmallIntegerField(_("currency"), null=True, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("takes back")
    )
    line_count = models.PositiveIntegerField(_("lines"))
    total_minor = models.BigIntegerField(_("total"))
    posted_at = models.DateTimeField(_("posted at"))
    posted_by = models.UUIDField(_("posted by"), null=True, blank=True)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "year", "number"],
                name="journal_number_unique_in_book_and_year",
                violation_error_message="This number is taken.",
            ),
            models.CheckConstraint(
                condition=Q(line_count__gte=2) & Q(total_minor__gt=0),
                name="journal_moves_something",
                violation_error_message="A journal has at least two lines and an amount.",
            ),
        ]
        indexes = [models.Index(fields=["period", "event_type"], name="journal_period_event")]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:06d}"

    @property
    def is_prior_period(self) -> bool:
        return self.business_on < self.entry_on


class JournalLine(models.Model):
    """Which account does a journal move, by how much, and for which pool?"""

    id = models.BigAutoField(primary_key=True)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="lines", verbose_name=_("journal"))
    position = models.PositiveSmallIntegerField(_("position"))
    book_account = models.ForeignKey(BookAccount, on_delete=models.PROTECT, related_name="lines", verbose_name=_("account"))
    debit_minor = models.BigIntegerField(_("debit"), default=0)
    credit_minor = models.BigIntegerField(_("credit"), default=0)
    movement_type = models.CharField(_("kind of movement"), max_length=15, choices=_choices(domain.MovementType))
    pool_id = models.UUIDField(_("pool"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "position"],
                name="journal_line_position_unique",
                violation_error_message="Two lines of a journal have the same position.",
            ),
            models.CheckConstraint(
                condition=Q(debit_minor__gt=0, credit_minor=0) | Q(debit_minor=0, credit_minor__gt=0),
                name="journal_line_is_debit_or_credit",
                violation_error_message="A line is either a debit or a credit, and more than zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.debit_minor or -self.credit_minor}"

    @property
    def amount_minor(self) -> int:
        """Debit positive."""
        return self.debit_minor - self.credit_minor


class JournalSource(models.Model):
    """From which rows was a journal made?"""

    id = models.BigAutoField(primary_key=True)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="sources", verbose_name=_("journal"))
    kind = models.CharField(_("kind"), max_length=20)
    source_id = models.UUIDField(_("source"), db_index=True)

    class Meta:
        verbose_name = _("source of a journal")
        verbose_name_plural = _("sources of journals")

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"
