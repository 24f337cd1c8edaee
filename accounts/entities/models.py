"""Who sells: legal entities with their books, stores and channels."""

import datetime as dt
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.entities import domain

_Place = TypeVar("_Place", bound=models.Model)

code_validator = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit.")
)


def validate_time_zone(name: str) -> None:
    if not domain.is_time_zone(name):
        raise ValidationError(_("%(name)s is not a time zone. Write it like Europe/Istanbul."), params={"name": name})


def validate_country(code: str) -> None:
    if not domain.is_country(code):
        raise ValidationError(_("Write the country as two capital letters, for example TR."))


class LegalEntity(models.Model):
    """Which company owes the points, and in which book does it say so?"""

    name = models.CharField(_("name"), max_length=150, unique=True, error_messages={"unique": _("Another company has this name.")})
    slug = models.SlugField(_("short name"), unique=True, error_messages={"unique": _("Another company has this short name.")})
    country = models.CharField(_("country"), max_length=2, validators=[validate_country])
    book = models.OneToOneField("ledger.Book", verbose_name=_("book"), on_delete=models.PROTECT, related_name="legal_entity")

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="entity_country_is_two_letters",
                violation_error_message=_("Write the country as two capital letters, for example TR."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def selling_for(operator: int) -> models.QuerySet[LegalEntity]:
    """Return the companies that sell in the programmes of a company: itself, and those of its group that take part as its partners."""
    return LegalEntity.objects.filter(Q(pk=operator) | Q(partnerships__legal_entity=operator))


class PlaceQuerySet(models.QuerySet[_Place]):
    def selling_for(self, operator: int) -> Self:
        """Choose the places of all companies that sell in the programmes of this one."""
        return self.filter(entity__in=selling_for(operator).values("pk"))


class StoreQuerySet(PlaceQuerySet["Store"]):
    def open_on(self, day: dt.date) -> "StoreQuerySet":
        """Choose stores that sell on `day`; a store is still open on its last day."""
        not_yet_closed = Q(closed_on__isnull=True) | Q(closed_on__gte=day)
        return self.filter(not_yet_closed, Q(opened_on__isnull=True) | Q(opened_on__lte=day))


class Store(models.Model):
    """Where did somebody buy?"""

    entity = models.ForeignKey(LegalEntity, verbose_name=_("company"), on_delete=models.PROTECT, related_name="stores")
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=150)
    city = models.CharField(_("city"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("last day"), null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "code"],
                name="store_code_once_per_entity",
                violation_error_message=_("Another store of this company has this code."),
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="store_closes_after_it_opens",
                violation_error_message=_("A store cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelQuerySet(PlaceQuerySet["Channel"]):
    pass


class Channel(models.Model):
    """How did somebody buy: in a store, on the web, by phone?"""

    entity = models.ForeignKey(LegalEntity, verbose_name=_("company"), on_delete=models.PROTECT, related_name="channels")
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=150)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "code"],
                name="channel_code_once_per_entity",
                violation_error_message=_("Another channel of this company has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
