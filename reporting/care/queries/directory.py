"""Which members does a colleague look for, and what do a list and a file show of them?"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.points.queries import holdings_of_many
from loyalty.kit.rest.paging import Key
from rewards.tiers.models import Tier, TierStanding
from rewards.tiers.queries import standings

NEWEST_FIRST = (Key("joined_at", dt.datetime.fromisoformat, descending=True), Key("id", uuid.UUID, descending=True))
NO_TIER = "none"
_CHUNK = 1_000

_ENDS = (TierStanding.Reason.RETURNED, TierStanding.Reason.ENDED)


@dataclasses.dataclass(frozen=True, slots=True)
class MemberFilter:
    """What the list is narrowed to; empty means: everybody. `tier` is a tier's code, or NO_TIER."""

    words: str = ""
    status: str = ""
    tier: str = ""
    store: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with today's tier and what they can spend of the main currency."""

    member: Member
    tier: str
    available: int


def members_like(programme: Programme, wanted: MemberFilter, today: dt.date) -> QuerySet[Member]:
    """Return a programme's members, to be read by NEWEST_FIRST."""
    rows = Member.objects.of(programme).select_related("home_store")
    if wanted.words:
        rows = rows.matching(wanted.words, programme.legal_entity.country)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.store is not None:
        rows = rows.filter(home_store=wanted.store)
    if wanted.tier:
        held = Subquery(_held(today).order_by("-tier__rank").values("tier__code")[:1])
        rows = rows.alias(held=held).filter(held__isnull=True) if wanted.tier == NO_TIER else rows.alias(held=held).filter(held=wanted.tier)
    return rows


def with_figures(programme: Programme, members: Sequence[Member], today: dt.date) -> list[MemberRow]:
    """Return the members with their tiers and points; three queries, however many they are."""
    unit = currency_of(programme).unit_id
    tiers = standings([member.pk for member in members], today)
    holdings = holdings_of_many(points_accounts=[member.points_account_id for member in members], today=today)
    return [
        MemberRow(
            member,
            str(tiers[member.pk].tier) if member.pk in tiers else "",
            next((held.available for held in holdings.get(member.points_account_id, ()) if held.unit == unit), 0),
        )
        for member in members
    ]


def tier_choices(programme: Programme) -> list[tuple[str, str]]:
    """Return (code, name) of the programme's tiers, lowest first."""
    return [
        (tier.code, tier.local_name) for tier in Tier.objects.filter(ladder__programme=programme, ladder__is_main=True).order_by("rank")
    ]


def all_with_figures(programme: Programme, wanted: MemberFilter, today: dt.date) -> Iterator[MemberRow]:
    """Return every member that fits, newest first, reading so many at a time that no list grows long."""
    rows = members_like(programme, wanted, today).order_by("-joined_at", "-pk")
    for members in _chunks(rows.iterator(chunk_size=_CHUNK)):
        yield from with_figures(programme, members, today)


def _held(today: dt.date) -> QuerySet[TierStanding]:
    """Return the standings that hold today and did not end before (the rule of rewards.tiers.domain.periods, in SQL)."""
    lost = TierStanding.objects.filter(
        member=OuterRef("member"),
        tier=OuterRef("tier"),
        year=OuterRef("year"),
        reason__in=_ENDS,
        id__gt=OuterRef("id"),
        from_on__lte=today,
    )
    held = TierStanding.objects.filter(member=OuterRef("pk"), tier__ladder__is_main=True, from_on__lte=today, to_on__gte=today)
    return held.filter(~Exists(lost))


def _chunks(members: Iterable[Member]) -> Iterator[list[Member]]:
    chunk: list[Member] = []
    for member in members:
        chunk.append(member)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
