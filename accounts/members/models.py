"""Who collects points."""

import datetime as dt
from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.members import domain
from accounts.programmes.models import Programme, ProgrammeTerms
from accounts.users.domain import normalise_email
from accounts.users.models import User, languages
from loyalty.kit.ids import uuid7


class MemberStatus(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    FROZEN = "frozen", _("Frozen")
    CLOSED = "closed", _("Closed")


class MemberQuerySet(models.QuerySet["Member"]):
    def of(self, programme: Programme) -> Self:
        return self.filter(programme=programme)

    def by_card(self, card: str) -> Self:
        return self.filter(number=domain.normalise_card(card))

    def by_external_id(self, external_id: str) -> Self:
        return self.filter(external_id=external_id)

    def by_email(self, email: str) -> Self:
        return self.filter(email=normalise_email(email))

    def by_phone(self, phone: str, country: str) -> Self:
        """Choose the member with this phone number, written as people in `country` write it."""
        return self.filter(phone=domain.normalise_phone(phone, country) or "")

    def named(self, text: str) -> Self:
        """Choose members whose given or family name begins with each of the words."""
        chosen = self
        for word in domain.normalise_name(text).split():
            chosen = chosen.filter(Q(given_name__istartswith=word) | Q(family_name__istartswith=word))
        return chosen

    def matching(self, text: str, country: str) -> Self:
        """Choose members by whatever was typed or scanned: card, phone, e-mail or name."""
        text = text.strip()
        if "@" in text:
            return self.by_email(text)
        if any(character.isdigit() for character in text):
            phone = domain.normalise_phone(text, country) or ""
            return self.filter(Q(number=domain.normalise_card(text)) | Q(phone=phone) | Q(external_id=text))
        return self.named(text) if text else self.none()


class Member(models.Model):
    """Who belongs to a programme, how are they reached, and which wallet is theirs?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="members")
    number = models.CharField(_("card number"), max_length=19)
    external_id = models.CharField(_("number in the shop system"), max_length=100, null=True, blank=True)  # noqa: DJ001 unknown is NULL, for the unique index
    email = models.EmailField(_("e-mail"), null=True, blank=True)  # noqa: DJ001 unknown is NULL, for the unique index
    phone = models.CharField(_("phone"), max_length=16, null=True, blank=True)  # noqa: DJ001 unknown is NULL, for the unique index
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    birth_date = models.DateField(_("birthday"), null=True, blank=True)
    locale = models.CharField(_("language"), max_length=10, choices=languages)
    status = models.CharField(_("status"), max_length=10, choices=MemberStatus, default=MemberStatus.ACTIVE)
    joined_at = models.DateTimeField(_("joined"))
    home_store = models.ForeignKey(Store, verbose_name=_("home store"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    points_account = models.OneToOneField(
        "ledger.PointsAccount", verbose_name=_("points account"), on_delete=models.PROTECT, related_name="member"
    )
    user = models.ForeignKey(User, verbose_name=_("login"), null=True, blank=True, on_delete=models.SET_NULL, related_name="memberships")
    attributes = models.JSONField(_("further facts"), default=dict, blank=True)
    enrolment_fingerprint = models.BinaryField(max_length=32, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="member_card_once_per_programme",
                violation_error_message=_("Another member already has this card."),
            ),
            models.UniqueConstraint(
                fields=["programme", "external_id"],
                name="member_external_id_once_per_programme",
                violation_error_message=_("Another member already has this number in the shop system."),
            ),
            models.UniqueConstraint(
                fields=["programme", "email"],
                name="member_email_once_per_programme",
                violation_error_message=_("Another member already has this e-mail address."),
            ),
            models.UniqueConstraint(
                fields=["programme", "phone"],
                name="member_phone_once_per_programme",
                violation_error_message=_("Another member already has this phone number."),
            ),
            models.UniqueConstraint(
                fields=["programme", "user"],
                name="member_user_once_per_programme",
                violation_error_message=_("This login already belongs to another member of the programme."),
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{12,19}$"),
                name="member_card_is_digits",
                violation_error_message=_("A card number has 12 to 19 digits."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="member_email_is_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{5,14}$"),
                name="member_phone_is_e164",
                violation_error_message=_("Write the phone number with + and the country code."),
            ),
            models.CheckConstraint(
                condition=~Q(external_id="") & ~Q(email="") & ~Q(phone=""),
                name="member_identity_is_null_or_text",
                violation_error_message=_("Leave out what is not known."),
            ),
        ]
        indexes = [
            models.Index("programme", OpClass(Upper("family_name"), "text_pattern_ops"), name="member_by_family_name"),
            models.Index("programme", OpClass(Upper("given_name"), "text_pattern_ops"), name="member_by_given_name"),
            models.Index("programme", "joined_at", "id", name="member_by_joining"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.grouped_number

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def grouped_number(self) -> str:
        """The card number as it is printed, in groups of four."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))

    @property
    def is_active(self) -> bool:
        return self.status == MemberStatus.ACTIVE


class ConsentKind(models.TextChoices):
    TERMS = "terms", _("Terms and conditions")
    EMAIL = "email", _("News by e-mail")
    SMS = "sms", _("News by text message")
    PROFILING = "profiling", _("Offers chosen from purchases")
    EXPIRY = "expiry", _("Reminders before points end")

    @property
    def is_given_unless_refused(self) -> bool:
        """Reminders belong to the membership: they come until a member says no."""
        return self is ConsentKind.EXPIRY


class ConsentQuerySet(models.QuerySet["Consent"]):
    def latest_of_each_kind(self) -> Self:
        return self.order_by("member_id", "kind", "-at", "-id").distinct("member_id", "kind")


class Consent(models.Model):
    """What did a member agree to, or take back, and when? Rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(_("for"), max_length=10, choices=ConsentKind)
    granted = models.BooleanField(_("agreed"))
    at = models.DateTimeField(_("at"))
    terms = models.ForeignKey(ProgrammeTerms, verbose_name=_("terms"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(terms__isnull=False) | ~Q(kind="terms"),
                name="consent_to_terms_names_the_version",
                violation_error_message=_("Say to which version of the terms the member agreed."),
            ),
        ]
        indexes = [models.Index(fields=["member", "kind", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {_('yes') if self.granted else _('no')}"


class ExpiryNotice(models.Model):
    """Was this member told, so many days ahead, that points end on this day?

    Rows are only added, in the transaction that writes the e-mail's event: a notice is told once, however often a run is repeated.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, db_index=False, related_name="+")
    expires_on = models.DateField(_("first day without the points"))
    lead_days = models.PositiveSmallIntegerField(_("days ahead"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("expiry notice")
        verbose_name_plural = _("expiry notices")
        constraints = [models.UniqueConstraint(fields=["member", "expires_on", "lead_days"], name="expiry_notice_told_once")]
        indexes = [models.Index(fields=["expires_on"], name="expiry_notice_by_day")]

    def __str__(self) -> str:
        return f"{self.expires_on}, {self.lead_days}"


class ClaimCode(models.Model):
    """May the person at the screen take over this card? Holds no code, only what a right code must hash to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="claim_codes")
    code_hash = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    attempts = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("claim code")
        verbose_name_plural = _("claim codes")
        indexes = [models.Index(fields=["member", "-created_at"], name="claim_code_newest")]

    def __str__(self) -> str:
        return str(_("code of %(day)s") % {"day": f"{self.created_at:%Y-%m-%d}"})

    def is_usable(self, at: dt.datetime) -> bool:
        return self.used_at is None and at < self.expires_at and self.attempts < domain.MOST_CODE_ATTEMPTS
