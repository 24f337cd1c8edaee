"""Groups of members, written down by name or described by a rule."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.segments.domain import SegmentKind
from rewards.versions.models import DatedVersion, DatedVersionQuerySet, needs_two_people, numbered_once


class Segment(models.Model):
    """Which group of members is meant?"""

    class Kind(models.TextChoices):
        STATIC = SegmentKind.STATIC.value, _("list of members")
        RULE = SegmentKind.RULE.value, _("rule")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="segments", verbose_name=_("programme"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="segment_code_once_per_programme",
                violation_error_message=_("Another segment of this programme has this code."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_static(self) -> bool:
        return self.kind == SegmentKind.STATIC


class SegmentVersionQuerySet(DatedVersionQuerySet["SegmentVersion"]):
    """Versions of segments."""


class SegmentVersion(DatedVersion):
    """Whom did the rule of a segment describe from this day on? Never edited once approved."""

    OF = "segment"

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="versions", verbose_name=_("segment"))

    objects = SegmentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a segment")
        verbose_name_plural = _("versions of segments")
        constraints = (
            numbered_once("segment", "segment_version_once"),
            needs_two_people("segment_version_needs_two_people", _("Another person must approve the segment.")),
        )


class SegmentMember(models.Model):
    """Who was on a list, from when until when?"""

    segment = models.ForeignKey(Segment, models.PROTECT, db_index=False, related_name="listed", verbose_name=_("segment"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    added_at = models.DateTimeField(_("added"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")
        constraints = (
            models.UniqueConstraint(
                fields=["segment", "member"],
                condition=Q(removed_at__isnull=True),
                name="segment_lists_a_member_once",
                violation_error_message=_("This member is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_at__gte=F("added_at")),
                name="segment_member_leaves_after_joining",
                violation_error_message=_("Nobody leaves a list before they join it."),
            ),
        )
        indexes = (models.Index(fields=["segment", "id"], name="segment_member_in_order"),)

    def __str__(self) -> str:
        return f"{self.added_at:%Y-%m-%d}"
