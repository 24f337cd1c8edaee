"""What two people make in versions: one writes a version, another approves it, and then it is never edited."""

import datetime as dt
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from loyalty.kit.ids import uuid7

Row_co = TypeVar("Row_co", bound="Version", covariant=True)


class VersionQuerySet(models.QuerySet[Row_co]):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)


class DatedVersionQuerySet(VersionQuerySet[Row_co]):
    def in_force_on(self, day: dt.date) -> Self:
        """Choose of each the newest approved version that has begun on `day`."""
        of = f"{self.model.OF}_id"
        newest = self.approved().filter(valid_from__lte=day).order_by(of, "-valid_from", "-version").distinct(of)
        return self.filter(pk__in=newest.values("pk"))


class EndingVersionQuerySet(DatedVersionQuerySet[Row_co]):
    def in_force_on(self, day: dt.date) -> Self:
        """Choose of each the newest approved version that is valid on `day`; what has ended has none."""
        return super().in_force_on(day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Version(models.Model):
    """What does it say since this was approved? A new version supersedes it. A model names in `OF` the field of what it is a version of."""

    OF: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approver"))
    approved_at = models.DateTimeField(_("approved"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(_("version %(version)s") % {"version": self.version})


class DatedVersion(Version):
    """A version that begins on a day."""

    valid_from = models.DateField(_("valid from"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(_("version %(version)s, from %(day)s") % {"version": self.version, "day": self.valid_from})


class EndingVersion(DatedVersion):
    """A version that begins on a day and may end on one."""

    valid_to = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True


class Costed(models.Model):
    """A draft that a back-test may have found dearer than its budget; then a third person accepts the cost before it is approved."""

    over_budget = models.ForeignKey(
        "rewards.BackTest",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("back-test that found it dearer than its budget"),
    )
    cost_accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("cost accepted by")
    )

    class Meta:
        abstract = True


def cost_is_accepted(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(approved_at__isnull=True) | Q(over_budget__isnull=True) | Q(cost_accepted_by__isnull=False),
        name=name,
        violation_error_message=_("Its back-test is above its budget: somebody must accept the cost first."),
    )


def cost_is_accepted_by_a_third(name: str) -> models.CheckConstraint:
    other = (Q(author__isnull=True) | ~Q(author=F("cost_accepted_by"))) & (Q(approver__isnull=True) | ~Q(approver=F("cost_accepted_by")))
    return models.CheckConstraint(
        condition=Q(cost_accepted_by__isnull=True) | other,
        name=name,
        violation_error_message=_("Who wrote or approves a rule cannot accept its cost."),
    )


def numbered_once(of: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[of, "version"], name=name, violation_error_message=_("Somebody else has just written this version. Reload the page.")
    )


def needs_two_people(name: str, message: Any) -> models.CheckConstraint:
    """Nobody approves what they wrote; what the product itself wrote or approved has no person. `message` is a lazy text."""
    alone = Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver"))
    return models.CheckConstraint(condition=alone, name=name, violation_error_message=message)


def ends_after_it_begins(name: str, message: Any) -> models.CheckConstraint:
    in_order = Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
    return models.CheckConstraint(condition=in_order, name=name, violation_error_message=message)
