"""What rules ask about members beside what they bought, read once for many: segments, campaigns, chosen days, plans, ladders, tiers by hand."""

import dataclasses
import datetime as dt
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.campaigns.domain import State, Terms, is_held_out, standing_on
from rewards.campaigns.models import CampaignClip
from rewards.campaigns.queries import newest_versions, terms_of
from rewards.chosen_days.domain import FACT, fact_of
from rewards.chosen_days.models import DayChoice
from rewards.earning.domain.basket import Value
from rewards.earning.domain.conditions import Condition
from rewards.earning.domain.standing import PREFIX
from rewards.plans.domain import FACT as PLANS
from rewards.plans.queries import plan_days
from rewards.purchases.surroundings import referred_on
from rewards.segments.domain import SegmentKind, belongs
from rewards.segments.models import Segment, SegmentMember, SegmentVersion
from rewards.segments.queries import compiled
from rewards.tiers.domain import Fact
from rewards.tiers.domain.judging import Hand
from rewards.tiers.ladders import Ladders, ladders_of
from rewards.tiers.models import TierLadder, TierLadderVersion, TierStanding
from rewards.tiers.services.judgement import read

SEGMENTS = "member.segments."
TIERS = "member.tiers."
ATTRIBUTES = "member.attributes."


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """A segment's rule in its approved versions, oldest first, with their first days."""

    first_days: Sequence[dt.date]
    conditions: Sequence[Condition]

    def on(self, day: dt.date) -> Condition | None:
        place = bisect_right(self.first_days, day)
        return self.conditions[place - 1] if place else None


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A campaign as its newest version has it."""

    pk: int
    key: bytes
    terms: Terms


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """The plain ladder's name, when it was there, and the codes of its tiers."""

    code: str
    since: dt.datetime | None
    codes: Mapping[int, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Around:
    """What is known of a programme and some of its members; the campaigns and segments are those that somebody asks for."""

    programme: Programme
    ladders: Ladders
    plain: Plain | None
    described: Mapping[str, Described]
    campaigns: Mapping[str, Asked]
    listed: Mapping[uuid.UUID, frozenset[str]]
    clips: Collection[tuple[int, uuid.UUID]]
    choices: Mapping[uuid.UUID, Sequence[tuple[str, dt.date, dt.date, dt.date]]]
    plans: Mapping[uuid.UUID, Sequence[tuple[str, dt.date, dt.date]]]
    hands: Mapping[tuple[uuid.UUID, int], Sequence[Hand]]
    given: Mapping[uuid.UUID, Sequence[Fact]]
    """Standings on the plain ladder that somebody gave by hand."""
    referred: Mapping[uuid.UUID, dt.date]
    """Since when members are known as somebody's friends."""

    def segments(self, member: uuid.UUID, day: dt.date, codes: Collection[str], facts: Mapping[str, Value]) -> frozenset[str]:
        """Return to which of these segments a member belongs of whom these facts are known."""
        found = set(self.listed.get(member, frozenset())) & set(codes)
        for code in codes:
            condition = self.described[code].on(day) if code in self.described else None
            if condition is not None and belongs(condition, facts):
                found.add(code)
        return frozenset(found)

    def asked_by_segments(self, codes: Collection[str]) -> frozenset[str]:
        """Return the facts that the rules of these segments ask for."""
        return frozenset[str]().union(
            *(condition.fields() for code in codes if code in self.described for condition in self.described[code].conditions)
        )

    def standing(self, code: str, member: uuid.UUID, day: dt.date, segments: Collection[str]) -> str | None:
        """Return how a member stands to a campaign on a day, as if it ran all its days."""
        of = self.campaigns.get(code)
        if of is None:
            return None
        return standing_on(
            of.terms,
            State.RUNNING,
            day,
            is_asked=not of.terms.segment or of.terms.segment in segments,
            is_held_out=is_held_out(of.key, member, of.terms.holdout_percent),
            has_clipped=(of.pk, member) in self.clips,
        ).value

    def chosen(self, code: str, member: uuid.UUID, day: dt.date) -> str | None:
        """Return how a day stands to the one that the member chose for its period."""
        days = [chosen for of, first, through, chosen in self.choices.get(member, ()) if of == code and first <= day <= through]
        return fact_of(day, days[-1]) if days else None

    def plans_on(self, member: uuid.UUID, day: dt.date) -> frozenset[str]:
        """Return the paid memberships that a member had on a day."""
        return frozenset(code for code, from_on, to_on in self.plans.get(member, ()) if from_on <= day < to_on)


def around(programme: Programme, members: Sequence[Member], needs: Collection[str]) -> Around:
    """Read what these facts need, for some members of a programme; a dozen queries at most."""
    ids = [member.pk for member in members]
    campaigns = _campaigns(programme, {name.removeprefix(PREFIX) for name in needs if name.startswith(PREFIX)})
    codes = {name.removeprefix(SEGMENTS) for name in needs if name.startswith(SEGMENTS)}
    codes |= {of.terms.segment for of in campaigns.values() if of.terms.segment}
    ladders = ladders_of(programme.pk)
    asks_tiers = any(name == "member.tier" or name.startswith(TIERS) for name in needs)
    row = TierLadder.objects.prefetch_related("tiers").filter(programme=programme, is_plain=True).first() if ladders.plain else None
    return Around(
        programme=programme,
        ladders=ladders,
        plain=_plain(row) if row else None,
        described=_described(programme, codes),
        campaigns=campaigns,
        listed=_listed(programme, codes, ids),
        clips=set(
            CampaignClip.objects.filter(campaign__in=[of.pk for of in campaigns.values()], member__in=ids).values_list("campaign", "member")
        )
        if campaigns
        else set(),
        choices=_choices(programme, ids) if any(name.startswith(FACT) for name in needs) else {},
        plans=plan_days(ids, first=dt.date.min, last=dt.date.max) if PLANS in needs else {},
        hands=read(ladders.judged, ids, {}).hands if ladders.judged else {},
        given=_given(row, ids) if row and asks_tiers else {},
        referred=referred_on(ids),
    )


def _campaigns(programme: Programme, codes: Collection[str]) -> dict[str, Asked]:
    if not codes:
        return {}
    versions = newest_versions(programme).filter(campaign__code__in=codes)
    return {of.campaign.code: Asked(of.campaign_id, bytes(of.campaign.key), terms_of(of)) for of in versions}


def _described(programme: Programme, codes: Collection[str]) -> dict[str, Described]:
    if not codes:
        return {}
    rows: dict[str, list[SegmentVersion]] = defaultdict(list)
    wanted = SegmentVersion.objects.approved().filter(segment__programme=programme, segment__code__in=codes)
    for version in wanted.filter(segment__kind=SegmentKind.RULE).select_related("segment").order_by("valid_from", "version"):
        rows[version.segment.code].append(version)
    return {code: Described([of.valid_from for of in found], [compiled(of) for of in found]) for code, found in rows.items()}


def _listed(programme: Programme, codes: Collection[str], members: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    lists = (
        dict(Segment.objects.filter(programme=programme, code__in=codes, kind=SegmentKind.STATIC).values_list("pk", "code"))
        if codes
        else {}
    )
    if not lists:
        return {}
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = SegmentMember.objects.filter(segment__in=lists, member__in=members, removed_at__isnull=True)
    for segment, member in rows.values_list("segment", "member"):
        found[member].add(lists[segment])
    return {member: frozenset(of) for member, of in found.items()}


def _choices(programme: Programme, members: Collection[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, dt.date, dt.date, dt.date]]]:
    found: dict[uuid.UUID, list[tuple[str, dt.date, dt.date, dt.date]]] = defaultdict(list)
    rows = DayChoice.objects.filter(setup__programme=programme, member__in=members).order_by("number", "id")
    for member, code, first, through, day in rows.values_list("member", "setup__code", "first_on", "through_on", "day"):
        found[member].append((code, first, through, day))
    return found


def _plain(row: TierLadder) -> Plain:
    since = TierLadderVersion.objects.approved().filter(ladder=row).values_list("approved_at", flat=True).first()
    return Plain(row.code, since, {tier.pk: tier.code for tier in row.tiers.all()})


def _given(row: TierLadder, members: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Fact]]:
    found: dict[uuid.UUID, list[Fact]] = defaultdict(list)
    for standing in TierStanding.objects.filter(member__in=members, tier__ladder=row, year=0).select_related("tier").order_by("id"):
        found[standing.member_id].append(standing.fact)
    return found
