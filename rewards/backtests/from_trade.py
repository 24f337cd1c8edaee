"""The past as a file of trade tells it, under rules, ladders and segments as they are when somebody asks. Locks nothing.

The purchases may be of years in which the programme was not there. So what is in force on the day of asking is in force on all of their days.
"""

import datetime as dt
import operator
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.backtests.lane import Rules
from rewards.backtests.past import Bought, CameBack, Past
from rewards.earning.domain import Line
from rewards.earning.domain.rulebook import Rulebook
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.surroundings import Scene
from rewards.segments.domain import SegmentKind
from rewards.segments.models import SegmentVersion
from rewards.tiers.models import TierLadderVersion
from rewards.trade_files.models import TradeFile, TradeLine

_Moment = tuple[dt.datetime, int]


class AsOf:
    """The rules of one day, on every day."""

    def __init__(self, rules: Rules, day: dt.date) -> None:
        self.rules, self.day = rules, day

    def rules_on(self, day: dt.date) -> Rulebook:  # noqa: ARG002 that is the point
        return self.rules.rules_on(self.day)


def standing_on(programme: Programme, day: dt.date) -> dict[str, Any]:
    """Return the definitions of ladders and of described segments that are in force on a day, by code."""
    ladders = TierLadderVersion.objects.in_force_on(day).filter(ladder__programme=programme)
    segments = SegmentVersion.objects.in_force_on(day).filter(segment__programme=programme, segment__kind=SegmentKind.RULE)
    return {
        "ladders": {of.ladder.code: of.definition for of in ladders.select_related("ladder")},
        "segments": {of.segment.code: of.definition for of in segments.select_related("segment")},
    }


def member_ids(file: TradeFile) -> Iterator[uuid.UUID]:
    """Return the pseudonyms of a file's members in their order."""
    return TradeLine.objects.filter(file=file).order_by("member").values_list("member", flat=True).distinct().iterator(10_000)


def members_between(file: TradeFile, programme: Programme, first: uuid.UUID, before: uuid.UUID | None) -> list[Member]:
    """Return people who bought in a file, as members who joined with their first purchase; nothing else is known of them."""
    rows = TradeLine.objects.filter(file=file, member__gte=first)
    if before is not None:
        rows = rows.filter(member__lt=before)
    joined = rows.values("member").annotate(joined=Min("occurred_at")).order_by("member").values_list("member", "joined")
    return [Member(pk=pk, programme=programme, joined_at=at) for pk, at in joined]


def pasts_in_file(file: TradeFile, members: Sequence[Member], *, last_on: dt.date) -> list[Past]:
    """Return the pasts of these members up to a day; one query."""
    known = {member.pk: member for member in members}
    of_member: dict[uuid.UUID, dict[uuid.UUID, list[TradeLine]]] = {pk: defaultdict(list) for pk in known}
    bounds = min(known), max(known)
    rows = TradeLine.objects.filter(file=file, member__range=bounds, business_on__lte=last_on)
    for line in rows.order_by("line").iterator(10_000):
        of_member[line.member][line.purchase].append(line)
    return [_past(member, of_member[member.pk], last_on) for member in members]


def _past(member: Member, purchases: dict[uuid.UUID, list[TradeLine]], last_on: dt.date) -> Past:
    happened: list[tuple[_Moment, Bought | CameBack]] = []
    redeemed: dict[dt.date, int] = defaultdict(int)
    for pk, lines in purchases.items():
        first = lines[0]
        happened.append(((first.occurred_at, first.line), _bought(member, pk, lines)))
        happened += _returns(member, pk, lines, last_on)
        if units := sum(line.redeemed_units for line in lines):
            redeemed[first.business_on.replace(day=1)] += units
    return Past(member, [of for _moment, of in sorted(happened, key=operator.itemgetter(0))], redeemed)


def _bought(member: Member, pk: uuid.UUID, lines: Sequence[TradeLine]) -> Bought:
    first, programme = lines[0], member.programme
    facts = PurchaseFacts(
        "file", str(pk), first.occurred_at, programme.currency, first.channel, (), store=first.store or None, member=member.pk
    )
    return Bought(
        pk,
        Scene(facts, member, first.business_on),
        tuple(Line(of.category, of.sku, of.price_minor, of.price_minor, 0, of.quantity, of.brand) for of in lines),
        tuple(of.quantity for of in lines),
        sum(of.price_minor for of in lines),
    )


def _returns(member: Member, pk: uuid.UUID, lines: Sequence[TradeLine], last_on: dt.date) -> Iterator[tuple[_Moment, CameBack]]:
    """Return what came back, each day by itself, at its end."""
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.returned_on is not None and line.returned_on <= last_on:
            by_day[line.returned_on].append(place)
    zone = ZoneInfo(member.programme.time_zone)
    for day, places in by_day.items():
        quantities = {place: lines[place].quantity for place in places}
        price = sum(lines[place].price_minor for place in places)
        back = CameBack(uuid.uuid5(pk, day.isoformat()), pk, day, quantities, price)
        yield (dt.datetime.combine(day, dt.time.max, zone), lines[0].line), back
