"""Who calls the API, and what was answered."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

from accounts.entities.models import LegalEntity
from accounts.partners.domain import Scope
from accounts.programmes.models import Programme
from loyalty.kit.ids import uuid7


class Partner(models.Model):
    """Whose tills, shops or systems call us?"""

    name = models.CharField(_("name"), max_length=150)
    legal_entity = models.ForeignKey(LegalEntity, verbose_name=_("company"), on_delete=models.PROTECT, related_name="partners")
    group_company = models.ForeignKey(
        LegalEntity,
        verbose_name=_("company of the group"),
        on_delete=models.PROTECT,
        related_name="partnerships",
        null=True,
        blank=True,
        help_text=_("Which of our own companies it is, with a book and stores of its own here; empty for others."),
    )
    is_active = models.BooleanField(_("may call"), default=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.CheckConstraint(
                condition=Q(group_company__isnull=True) | ~Q(group_company=F("legal_entity")),
                name="partner_company_is_another",
                violation_error_message=_("A company is not its own partner. Choose another company of the group."),
            ),
            models.UniqueConstraint(
                fields=["legal_entity", "group_company"],
                name="partner_company_once_per_entity",
                violation_error_message=_("This company takes part already."),
            ),
            models.UniqueConstraint(
                fields=["legal_entity", "name"],
                name="partner_name_once_per_entity",
                violation_error_message=_("Another partner of this company has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def scope_choices() -> list[tuple[str, str]]:
    return [(scope.value, scope.value) for scope in Scope]


class PartnerKeyManager(BaseAPIKeyManager):
    """Makes keys whose primary key is not made of the hash, so that no address or log shows it."""

    def assign_key(self, obj: AbstractAPIKey) -> str:
        raw, obj.prefix, obj.hashed_key = self.key_generator.generate()
        return str(raw)


class PartnerKey(AbstractAPIKey):
    """Which key is this, what may it do, and until when? The key itself is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)  # type: ignore[assignment]  # the parent's is text
    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="keys")
    scopes = ArrayField(models.CharField(max_length=30, choices=scope_choices), verbose_name=_("rights"))
    programmes = models.ManyToManyField(Programme, verbose_name=_("in programmes"), related_name="partner_keys")

    objects: ClassVar[PartnerKeyManager] = PartnerKeyManager()  # type: ignore[assignment]  # the library types its own subclass

    class Meta:
        verbose_name = _("partner key")
        verbose_name_plural = _("partner keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="partner_key_may_do_something",
                violation_error_message=_("Choose at least one thing that the key may do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, at: dt.datetime) -> bool:
        return not self.revoked and (self.expiry_date is None or at < self.expiry_date)


class IdempotencyKey(models.Model):
    """Was this request answered before, and with which bytes?

    The programme carries no database foreign key, because the check would lock the programme's row in every request.
    """

    pk = models.CompositePrimaryKey("credential", "programme_id", "key")
    credential = models.CharField(_("credential"), max_length=64)
    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.BinaryField(_("answer"), null=True)
    created_at = models.DateTimeField(_("first seen"))

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=True, body__isnull=True) | Q(status__isnull=False, body__isnull=False),
                name="idempotency_answer_is_whole",
                violation_error_message=_("A stored answer has a status and a body."),
            ),
        ]
        indexes = [BrinIndex(fields=["created_at"], name="idempotency_by_age")]

    def __str__(self) -> str:
        return self.key
