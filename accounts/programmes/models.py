"""Which programme, in which words, under which terms."""

import datetime as dt
from collections.abc import Collection
from typing import BinaryIO, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import LegalEntity, validate_time_zone
from accounts.programmes import domain
from accounts.users.models import User, languages
from loyalty.kit.figures import said_points_text
from loyalty.kit.ids import uuid7

currency_validator = RegexValidator(r"\A[A-Z]{3}\Z", _("Write the currency as three capital letters, for example EUR."))
code_validator = RegexValidator(r"\A[a-z][a-z0-9_-]*\Z", _("Use small letters, digits, hyphens and underscores."))
_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


EXPIRY_KINDS = [
    (domain.ExpiryKind.NONE.value, _("never")),
    (domain.ExpiryKind.DAYS.value, _("a number of days after earning")),
    (domain.ExpiryKind.MONTHS.value, _("a number of months after earning")),
    (domain.ExpiryKind.END_OF_MONTH.value, _("at the end of a month")),
    (domain.ExpiryKind.END_OF_QUARTER.value, _("at the end of a quarter")),
    (domain.ExpiryKind.END_OF_YEAR.value, _("at the end of a year")),
    (domain.ExpiryKind.FIXED_DAY.value, _("on a fixed day of the year")),
    (domain.ExpiryKind.FIXED_DATE.value, _("on a fixed date")),
    (domain.ExpiryKind.MEMBER_YEAR.value, _("on the member's anniversary of joining")),
]


def validate_accent(colour: str) -> None:
    if not domain.is_colour(colour):
        raise ValidationError(_("Write the colour as # and six hexadecimal digits, for example #0E6B4F."))
    if not domain.is_readable_accent(colour):
        raise ValidationError(_("This colour is too pale to read on white. Choose a darker one."))


def validate_image(file: BinaryIO) -> None:
    start = file.read(12)
    file.seek(0)
    if not start.startswith(_IMAGE_STARTS):
        raise ValidationError(_("This file is not a PNG, JPEG or WebP picture."))


def validate_notice_days(days: Collection[int]) -> None:
    if not domain.are_notice_days(days):
        raise ValidationError(_("Name up to five numbers of days, each once and from 1 to 365, for example 30, 7."))


def default_notice_days() -> list[int]:
    return [30, 7]


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class JoinPolicy(models.TextChoices):
    OPEN = "open", _("Anyone may join")
    CARD = "card", _("Only people with a card from a shop")


class Programme(models.Model):
    """Which loyalty programme is this, whose is it, and how does it look?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(_("address"), unique=True, error_messages={"unique": _("Another programme has this address.")})
    name = models.CharField(_("name"), max_length=100)
    legal_entity = models.ForeignKey(LegalEntity, verbose_name=_("company"), on_delete=models.PROTECT, related_name="programmes")
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, validators=[currency_validator])
    locale = models.CharField(_("language"), max_length=10, choices=languages, default="en")
    state = models.CharField(_("state"), max_length=10, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    accent = models.CharField(_("accent colour"), max_length=7, default="#0E6B4F", validators=[validate_accent])
    logo = models.FileField(
        _("logo"),
        upload_to="programmes",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), validate_image],
    )
    return_window_days = models.PositiveSmallIntegerField(_("return window in days"), default=30)
    expiry_notice_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days before points end on which members hear of it"),
        default=default_notice_days,
        blank=True,
        validators=[validate_notice_days],
        help_text=_("Numbers with commas, for example 30, 7. Empty: no such e-mails."),
    )
    devaluation_notice_days = models.PositiveSmallIntegerField(
        _("days before points buy less on which members hear of it"),
        default=domain.USUAL_NOTICE_DAYS,
        null=True,
        blank=True,
        validators=[MaxValueValidator(domain.MOST_NOTICE_DAYS)],
        help_text=_("0: no notice. Empty: the terms promise that points which members hold never come to buy less."),
    )
    former_notice_days = models.PositiveSmallIntegerField(_("notice before it was made shorter"), null=True, editable=False)
    former_notice_until = models.DateField(_("day from which the shorter notice counts"), null=True, editable=False)
    join_policy = models.CharField(_("who may join"), max_length=10, choices=JoinPolicy, default=JoinPolicy.OPEN)
    opened_at = models.DateTimeField(_("opened"), editable=False)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="programme_currency_is_three_letters",
                violation_error_message=_("Write the currency as three capital letters, for example EUR."),
            ),
            models.CheckConstraint(
                condition=Q(accent__regex=r"^#[0-9A-Fa-f]{6}$"),
                name="programme_accent_is_a_colour",
                violation_error_message=_("Write the colour as # and six hexadecimal digits, for example #0E6B4F."),
            ),
            models.CheckConstraint(
                condition=Q(devaluation_notice_days__isnull=True) | Q(devaluation_notice_days__lte=domain.MOST_NOTICE_DAYS),
                name="devaluation_notice_is_a_year_at_most",
                violation_error_message=_("Members hear of it a year ahead at most."),
            ),
            models.CheckConstraint(
                condition=Q(former_notice_days__isnull=True)
                | Q(former_notice_until__isnull=False, former_notice_days__lte=domain.MOST_NOTICE_DAYS),
                name="former_devaluation_notice_says_until_when",
                violation_error_message=_("A notice that was made shorter counts until a day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def former_notice(self) -> domain.FormerNotice | None:
        """The notice of devaluations before it was made shorter."""
        return domain.FormerNotice(self.former_notice_days, self.former_notice_until) if self.former_notice_until else None

    def notice_days_on(self, day: dt.date) -> int | None:
        """How many days ahead members hear on a day that points buy less; None: the terms promise that they never do."""
        return domain.notice_on(day, self.devaluation_notice_days, self.former_notice)

    @property
    def is_live(self) -> bool:
        return self.state == ProgrammeState.LIVE


class CurrencyKind(models.TextChoices):
    SPENDABLE = domain.CurrencyKind.SPENDABLE.value, _("points to spend")
    QUALIFYING = domain.CurrencyKind.QUALIFYING.value, _("qualifying points, for tiers only")
    STAMP = domain.CurrencyKind.STAMP.value, _("stamps")
    ACCRUAL = domain.CurrencyKind.ACCRUAL.value, _("accrual, converted later")
    CREDIT = domain.CurrencyKind.CREDIT.value, _("credit, like money")
    ALLOWANCE = domain.CurrencyKind.ALLOWANCE.value, _("allowance, to give to others")


class PointCurrency(models.Model):
    """What does a programme call its points, and which unit of the points bank are they?"""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="currencies")
    code = models.CharField(_("code"), max_length=20, validators=[code_validator])
    singular = models.CharField(_("one of them"), max_length=30, help_text=_("For example: point."))
    plural = models.CharField(_("many of them"), max_length=30, help_text=_("For example: points."))
    other_words = models.JSONField(
        _("words in other languages"), default=dict, blank=True, help_text=_('For example: {"tr": ["puan", "puan"]}.')
    )
    unit = models.OneToOneField("ledger.PointUnit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="currency")
    is_default = models.BooleanField(_("main currency"), default=False)
    kind = models.CharField(_("kind"), max_length=10, choices=CurrencyKind, default=CurrencyKind.SPENDABLE)

    class Meta:
        verbose_name = _("point currency")
        verbose_name_plural = _("point currencies")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="currency_code_once_per_programme",
                violation_error_message=_("Another currency of this programme has this code."),
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(is_default=True),
                name="programme_has_one_main_currency",
                violation_error_message=_("This programme already has a main currency."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CurrencyKind.values),
                name="currency_kind_is_known",
                violation_error_message=_("Choose one of the kinds of currency."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(kind__in=[CurrencyKind.SPENDABLE, CurrencyKind.STAMP, CurrencyKind.CREDIT]),
                name="main_currency_can_be_spent",
                violation_error_message=_("The main currency of a programme is one that members can spend."),
            ),
        ]

    def __str__(self) -> str:
        return self.plural

    def allows(self, use: domain.Use) -> bool:
        return domain.allows(self.kind, use)

    @property
    def is_spendable(self) -> bool:
        return domain.is_spendable(self.kind)

    def word(self, units: int, locale: str | None = None) -> str:
        """Return the word that follows so many points in `locale` (the page's language if none is named). Needs the unit loaded."""
        singular, plural = self._words(locale)
        return singular if abs(units) == 10**self.unit.scale else plural

    def say(self, units: int, locale: str | None = None) -> str:
        """Write so many points with their word, as in a sentence: 12 points, 1.5 stars. Needs the unit loaded."""
        return f"{said_points_text(units, self.unit.scale)} {self.word(units, locale)}"

    @property
    def plural_word(self) -> str:
        """What points are called in the page's language where no number stands before them."""
        return self._words(None)[1]

    def _words(self, locale: str | None) -> tuple[str, str]:
        singular, plural = self.other_words.get(locale or get_language() or "", (self.singular, self.plural))
        return str(singular), str(plural)


class CurrencyTermsQuerySet(models.QuerySet["CurrencyTerms"]):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def in_force_on(self, day: dt.date) -> Self:
        """Choose the newest approved version of each currency that is valid on `day`."""
        current = self.approved().filter(valid_from__lte=day)
        return current.order_by("currency_id", "-valid_from", "-version").distinct("currency_id")


class CurrencyTerms(models.Model):
    """How long did points live and what were they worth, when they were given? A version is never edited once approved."""

    currency = models.ForeignKey(PointCurrency, verbose_name=_("currency"), on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    expiry_kind = models.CharField(
        _("points lapse"),
        max_length=16,
        choices=EXPIRY_KINDS,
    )
    expiry_number = models.PositiveSmallIntegerField(_("number of days, months or years"), default=0)
    expiry_month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    expiry_day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    expiry_date = models.DateField(_("date"), null=True, blank=True)
    slide_kind = models.CharField(
        _("points lapse after the last activity"), max_length=16, blank=True, default="", choices=EXPIRY_KINDS[1:6]
    )
    slide_number = models.PositiveSmallIntegerField(_("number of days or periods after it"), default=0)
    slide_by = models.CharField(
        _("what counts as an activity"),
        max_length=8,
        blank=True,
        default="",
        choices=[
            (domain.Activity.EARN.value, _("earning points")),
            (domain.Activity.REDEEM.value, _("spending points")),
            (domain.Activity.ANY.value, _("earning or spending points")),
        ],
    )
    tier_expiry = models.JSONField(_("how points lapse for members of a tier"), default=dict, blank=True)
    pending_days = models.PositiveSmallIntegerField(_("days until points can be spent"), default=0)
    point_value_minor = models.DecimalField(
        _("value of one point"),
        max_digits=14,
        decimal_places=6,
        validators=[MinValueValidator(0)],
        help_text=_("In the currency's smallest unit, for example 1 cent."),
    )
    tender_step_units = models.PositiveIntegerField(
        _("points pay in steps of"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("1: any number of points can pay. 100: they pay in hundreds."),
    )
    may_be_sent = models.BooleanField(_("members may send points to one another"), default=False)
    send_least_units = models.PositiveBigIntegerField(_("fewest points to send"), default=1, validators=[MinValueValidator(1)])
    send_most_units = models.PositiveBigIntegerField(
        _("most points to send at once"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    send_most_units_30_days = models.PositiveBigIntegerField(
        _("most points that a member sends in 30 days"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    send_after_days = models.PositiveSmallIntegerField(_("days of membership before points can be sent"), default=0)
    send_every_hours = models.PositiveSmallIntegerField(_("hours between two transfers of a member"), default=0)
    portfolio = models.PositiveSmallIntegerField(_("class of expiry terms"))
    author = models.ForeignKey(User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="authored_currency_terms")
    approver = models.ForeignKey(
        User, verbose_name=_("approver"), null=True, on_delete=models.PROTECT, related_name="approved_currency_terms"
    )
    approved_at = models.DateTimeField(_("approved"), null=True)

    objects = CurrencyTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("currency terms")
        verbose_name_plural = _("currency terms")
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "version"],
                name="currency_terms_version_once",
                violation_error_message=_("Somebody else has just written this version. Reload the page."),
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="currency_terms_need_two_people",
                violation_error_message=_("Another person must approve the terms."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(approved_at__isnull=True) | Q(author__isnull=False, approver__isnull=False),
                name="currency_terms_say_who_approved",
                violation_error_message=_("Approved terms name their author and their approver."),
            ),
            models.CheckConstraint(
                condition=Q(point_value_minor__gte=0),
                name="point_value_is_not_negative",
                violation_error_message=_("A point cannot be worth less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(tender_step_units__gte=1),
                name="points_pay_in_steps_of_one_or_more",
                violation_error_message=_("Points pay in steps of one or more."),
            ),
            models.CheckConstraint(
                condition=Q(send_least_units__gte=1)
                & (Q(send_most_units__isnull=True) | Q(send_most_units__gte=F("send_least_units")))
                & (Q(send_most_units_30_days__isnull=True) | Q(send_most_units_30_days__gte=F("send_least_units"))),
                name="points_to_send_have_room",
                violation_error_message=_("The most points to send cannot be fewer than the fewest."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("version %(version)s, from %(day)s") % {"version": self.version, "day": self.valid_from})

    def expires_on(self, earned_on: dt.date, tier: str | None = None, joined_on: dt.date | None = None) -> dt.date | None:
        return domain.expires_on(self, earned_on, tier, joined_on)


class ProgrammeTermsQuerySet(models.QuerySet["ProgrammeTerms"]):
    def in_force_on(self, day: dt.date) -> Self:
        """Choose the newest published version in each language that is effective on `day`."""
        current = self.filter(effective_on__lte=day)
        return current.order_by("programme_id", "locale", "-effective_on", "-version").distinct("programme_id", "locale")


class ProgrammeTerms(models.Model):
    """Which terms and conditions did a member accept?"""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField(_("version"))
    locale = models.CharField(_("language"), max_length=10, choices=languages)
    text = models.TextField(_("text"))
    effective_on = models.DateField(_("in force from"))
    published_at = models.DateTimeField(_("published"), editable=False)

    objects = ProgrammeTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms and conditions")
        verbose_name_plural = _("terms and conditions")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "version", "locale"],
                name="programme_terms_once_per_language",
                violation_error_message=_("This version of the terms already has a text in this language."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("version %(version)s, from %(day)s") % {"version": self.version, "day": self.effective_on})
