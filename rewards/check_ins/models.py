"""Where members check in, and who did."""

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.check_ins import domain
from rewards.check_ins.domain import Hours


class CheckInPointQuerySet(models.QuerySet["CheckInPoint"]):
    def counted(self) -> Self:
        """Add how many checked in, as `times`."""
        return self.annotate(times=models.Count("check_ins"))


class CheckInPoint(models.Model):
    """At which store or event may members check in, when, how often, and which event does that report?

    What was agreed stays: a point is closed and another one made, never edited.
    """

    class CodeKind(models.TextChoices):
        PRINTED = domain.CodeKind.PRINTED.value, _("printed: the same until the end")
        ROTATING = domain.CodeKind.ROTATING.value, _("on a screen: changes every few minutes")

    class Limit(models.TextChoices):
        DAY = domain.Limit.DAY.value, _("once a day")
        ONCE = domain.Limit.ONCE.value, _("once in all")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="check_in_points", verbose_name=_("programme"), db_index=False)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    title = models.CharField(_("title"), max_length=100)
    event_type = models.CharField(_("event type"), max_length=40)
    payload = models.JSONField(_("particulars"), default=dict)
    code_kind = models.CharField(_("code"), max_length=8, choices=CodeKind)
    limit = models.CharField(_("limit"), max_length=4, choices=Limit)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("until"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("made"))
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = CheckInPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in point")
        verbose_name_plural = _("check-in points")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="check_in_point_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first. Swap the two."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="check_in_point_closes_after_it_opens",
                violation_error_message=_("The hours end before they begin. Swap the two."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="check_in_point_closed_says_by_whom",
                violation_error_message=_("A closed point says who closed it."),
            ),
        )
        indexes = (models.Index("programme", "id", name="check_in_point_by_programme"),)

    def __str__(self) -> str:
        return self.title

    @property
    def hours(self) -> Hours:
        return Hours(self.first_on, self.last_on, self.opens_at, self.closes_at)

    def local(self, at: dt.datetime) -> dt.datetime:
        """Return a moment on the clock of the store, without one on the programme's; needs both loaded."""
        return at.astimezone(ZoneInfo(self.store.time_zone if self.store else self.programme.time_zone))


class CheckIn(models.Model):
    """When did a member check in at a point, and which event did that report?"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    point = models.ForeignKey(CheckInPoint, models.PROTECT, related_name="check_ins", verbose_name=_("check-in point"), db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    counted_on = models.DateField(_("counts for"))
    occurred_at = models.DateTimeField(_("checked in"))
    event = models.UUIDField(_("event"), editable=False)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = (
            models.UniqueConstraint(
                fields=["point", "member", "counted_on"],
                name="check_in_counts_once",
                violation_error_message=_("This member has checked in here before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.counted_on}"
