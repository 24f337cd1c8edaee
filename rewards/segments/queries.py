"""Who belongs to which segment?"""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.domain import normalise_card
from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.earning.domain.basket import Value
from rewards.earning.domain.conditions import Condition
from rewards.segments.domain import SegmentKind, belongs, compile_segment
from rewards.segments.models import Segment, SegmentMember, SegmentVersion

Person = tuple[uuid.UUID, dt.date]
"""A member, and the day on which they are looked at."""
Learn = Callable[[Collection[str]], Sequence[Mapping[str, Value]]]
"""Returns the facts with these names for each of the people."""
_known: dict[uuid.UUID, Condition] = {}


class SegmentNotFound(NotFound):
    code = "segment_not_found"


def segment_by_code(programme: Programme | uuid.UUID, code: str) -> Segment:
    """Raises: SegmentNotFound."""
    found = Segment.objects.select_related("programme").filter(programme=programme, code=code).first()
    if found is None:
        raise SegmentNotFound(_("There is no such segment. Look it up in the list of segments."))
    return found


def listed(segment: Segment) -> QuerySet[SegmentMember]:
    """Return who is on the list now, with their members."""
    return SegmentMember.objects.filter(segment=segment, removed_at__isnull=True).select_related("member")


def members_listed(segment: Segment) -> QuerySet[Member]:
    """Return the members who are on a list now."""
    return Member.objects.filter(pk__in=SegmentMember.objects.filter(segment=segment, removed_at__isnull=True).values("member"))


def members_to_ask(programme: Programme) -> QuerySet[Member]:
    """Return the members among whom a rule finds its own."""
    return Member.objects.filter(programme=programme)


def members_among(programme: Programme, members: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of the members whom the programme has; one query."""
    return set(Member.objects.filter(programme=programme, pk__in=members).values_list("pk", flat=True))


def segments_among(programme: uuid.UUID, codes: Collection[str], people: Sequence[Person], learn: Learn) -> list[frozenset[str]]:
    """Return which of these segments each of the people belongs to now; three queries at most, and those that the rules ask for."""
    found: list[set[str]] = [set() for _person in people]
    segments = Segment.objects.filter(programme=programme, code__in=codes).order_by("code")
    by_kind: dict[str, dict[int, str]] = defaultdict(dict)
    for segment in segments:
        by_kind[segment.kind][segment.pk] = segment.code
    if lists := by_kind[SegmentKind.STATIC]:
        _add_listed(lists, people, found)
    if rules := by_kind[SegmentKind.RULE]:
        _add_described(rules, people, learn, found)
    return [frozenset(of) for of in found]


def _add_listed(lists: Mapping[int, str], people: Sequence[Person], found: list[set[str]]) -> None:
    rows = SegmentMember.objects.filter(segment__in=lists, member__in={member for member, _day in people}, removed_at__isnull=True)
    of_member: dict[uuid.UUID, set[str]] = defaultdict(set)
    for segment, member in rows.values_list("segment", "member"):
        of_member[member].add(lists[segment])
    for (member, _day), of in zip(people, found, strict=True):
        of.update(of_member[member])


def _add_described(rules: Mapping[int, str], people: Sequence[Person], learn: Learn, found: list[set[str]]) -> None:
    conditions: dict[tuple[int, dt.date], Condition] = {}
    for day in {day for _member, day in people}:
        for version in SegmentVersion.objects.filter(segment__in=rules).in_force_on(day):
            conditions[version.segment_id, day] = compiled(version)
    needs = frozenset[str]().union(*(condition.fields() for condition in conditions.values()))
    facts = learn(needs)
    for (_member, day), known, of in zip(people, facts, found, strict=True):
        of.update(code for pk, code in rules.items() if (pk, day) in conditions and belongs(conditions[pk, day], known))


def compiled(version: SegmentVersion) -> Condition:
    """Make a version runnable; an approved one never changes, so it is kept."""
    if version.approved_at is None:
        return compile_segment(version.definition)
    return _known.get(version.pk) or _known.setdefault(version.pk, compile_segment(version.definition))


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """Members that a list names by card, number in the shop system or e-mail, and the lines (from 1) that name nobody."""

    members: list[uuid.UUID]
    unknown: list[tuple[int, str]]


def members_named(programme: Programme, lines: Sequence[str]) -> Named:
    """Find the members of a programme whom the lines name, one in each; empty lines say nothing. Three queries at most."""
    names = [(place, text.strip()) for place, text in enumerate(lines, start=1) if text.strip()]
    known: dict[str, uuid.UUID] = {}
    members = Member.objects.filter(programme=programme)
    ways = {"email": [text.lower() for _place, text in names if "@" in text], "external_id": [text for _place, text in names]}
    for way, texts in (*ways.items(), ("number", [normalise_card(text) for _place, text in names])):
        if texts:
            known |= {str(name): pk for name, pk in members.filter(**{f"{way}__in": texts}).values_list(way, "pk")}
    found: dict[uuid.UUID, None] = {}
    unknown = []
    for place, text in names:
        member = known.get(text) or known.get(text.lower()) or known.get(normalise_card(text))
        if member is None:
            unknown.append((place, text))
        else:
            found[member] = None
    return Named(list(found), unknown)
