"""Name segments, write lists, draft and approve rules: the only code that writes segments."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from rewards.segments.domain import CODE, SegmentKind, compile_segment
from rewards.segments.models import Segment, SegmentMember, SegmentVersion

MOST_AT_ONCE = 10_000


class SegmentExists(Refused):
    code = "segment_exists"


class MalformedCode(Malformed):
    code = "malformed_code"


class NotAList(Refused):
    code = "segment_is_no_list"


class NotARule(Refused):
    code = "segment_is_no_rule"


class SegmentAlreadyApproved(Refused):
    code = "segment_already_approved"


class SegmentIsNotNew(Refused):
    code = "segment_is_not_new"


class AnotherPersonMustApproveSegment(Forbidden):
    code = "another_person_must_approve"


@transaction.atomic
def open_segment(*, programme: Programme, code: str, name: str, kind: SegmentKind) -> Segment:
    """Name a segment; the same once more changes nothing. Raises: MalformedCode, SegmentExists (another one has the code)."""
    check_code(code)
    segment, made = Segment.objects.get_or_create(programme=programme, code=code, defaults={"name": name, "kind": kind.value})
    if not made and (segment.name, segment.kind) != (name, kind.value):
        raise SegmentExists(_("Another segment of this programme has this code. Choose another code."))
    return segment


def check_code(code: str) -> None:
    """Raises: MalformedCode."""
    if not CODE.fullmatch(code):
        detail = _("A code has small letters, digits, hyphens and underscores only, at most 40.")
        raise MalformedCode(detail, errors=[FieldError("/code", "malformed", detail)])


@transaction.atomic
def add_to_list(*, segment: Segment, members: Collection[uuid.UUID], at: dt.datetime) -> int:
    """Put members on a list; who is on it stays. Members of other programmes are left out. Returns how many came. Raises: NotAList."""
    _lock_list(segment)
    own = Member.objects.filter(programme=segment.programme_id, pk__in=members)
    there = SegmentMember.objects.filter(segment=segment, removed_at__isnull=True, member__in=members).values("member")
    rows = [
        SegmentMember(segment=segment, member_id=pk, added_at=at)
        for pk in own.exclude(pk__in=there).order_by("pk").values_list("pk", flat=True)
    ]
    return len(SegmentMember.objects.bulk_create(rows, batch_size=1_000))


@transaction.atomic
def fill_list(*, segment: Segment, members: QuerySet[Member], at: dt.datetime) -> int:
    """Put all members that a query finds on a list, in one statement; who is on it stays. Returns how many came. Raises: NotAList."""
    _lock_list(segment)
    there = SegmentMember.objects.filter(segment=segment, removed_at__isnull=True, member=OuterRef("pk"))
    new = members.filter(~Exists(there), programme=segment.programme_id)
    sql, given = new.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO rewards_segmentmember (segment_id, member_id, added_at) SELECT %s, found.id, %s FROM ({sql}) AS found (id)",  # noqa: S608 Django's own
            [segment.pk, at, *given],
        )
        return int(cursor.rowcount)


@transaction.atomic
def take_off_list(*, segment: Segment, members: Collection[uuid.UUID], at: dt.datetime) -> int:
    """Take members off a list; who is not on it stays off. Returns how many went. Raises: NotAList."""
    _lock_list(segment)
    return SegmentMember.objects.filter(segment=segment, member__in=members, removed_at__isnull=True).update(removed_at=at)


@transaction.atomic
def draft_segment(*, segment: Segment, definition: Mapping[str, Any], valid_from: dt.date, author: User | None) -> SegmentVersion:
    """Write the next version of a rule segment. Raises: NotARule, MalformedSegment."""
    if segment.is_static:
        raise NotARule(_("This segment is a list. Add members to it, or make a segment of the kind rule."))
    compile_segment(definition)
    Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    version = segment.versions.count() + 1
    return SegmentVersion.objects.create(
        segment=segment, version=version, valid_from=valid_from, definition=dict(definition), author=author
    )


@transaction.atomic
def approve_segment(*, version: SegmentVersion, approver: User, at: dt.datetime) -> SegmentVersion:
    """Put a drafted version into force from its day on.

    Raises: SegmentAlreadyApproved, AnotherPersonMustApproveSegment, SegmentIsNotNew (its first day has passed).
    """
    locked = SegmentVersion.objects.select_for_update(of=["self"]).select_related("segment__programme").get(pk=version.pk)
    if locked.approved_at is not None:
        raise SegmentAlreadyApproved(_("This version has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveSegment(_("You wrote this segment. Another person must approve it."))
    if locked.valid_from <= business_date(at, locked.segment.programme.time_zone):
        raise SegmentIsNotNew(_("A version begins tomorrow or later. Draft it again with a later first day."))
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    return locked


@transaction.atomic
def write_first_segment(
    *,
    programme: Programme,
    code: str,
    name: str,
    kind: SegmentKind,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    at: dt.datetime,
    author: User | None = None,
) -> Segment:
    """Write a segment of a programme that is not live yet: the first version of its rule needs no second person. A list has no `definition`.

    Raises: SegmentIsNotNew when the programme is live; SegmentExists, MalformedCode, MalformedSegment.
    """
    if programme.is_live:
        raise SegmentIsNotNew(_("The programme is live. Draft the segment and let another person approve it."))
    segment = open_segment(programme=programme, code=code, name=name, kind=kind)
    if kind is SegmentKind.RULE:
        version = draft_segment(segment=segment, definition=definition, valid_from=valid_from, author=author)
        version.approved_at = at
        version.save(update_fields=["approved_at"])
    return segment


def _lock_list(segment: Segment) -> None:
    if not segment.is_static:
        raise NotAList(_("This segment is a rule: who belongs to it follows from its condition."))
    Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
