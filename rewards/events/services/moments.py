"""Notice a programme's own moments: who joined, whose birthday or anniversary it is, whose profile is whole.

May run often, late and twice at once: each moment has a number made of what it is, and is recorded once. Members are read in batches and
recorded one by one, so that a run that is cut short has done what it has done.
"""

import contextlib
import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.members.models import Member, MemberQuerySet, MemberStatus
from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Problem, StartAgain
from rewards.earning.domain.basket import Value
from rewards.earning.queries import setting_of
from rewards.events.domain import Moments, is_whole, latest_return, month_days_between
from rewards.events.models import Event
from rewards.events.services.record import SYSTEM_SOURCE, note_moment
from rewards.quests.queries import listens
from rewards.setups.queries import setups_of

BATCH = 500
JOINED_WITHIN = dt.timedelta(days=7)
"""Who joined longer ago is not welcomed any more (members who were taken over from elsewhere)."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Moment:
    """What is noted for a member: its number, and what it brings."""

    number: str
    payload: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def values(self) -> dict[str, Value]:
        return {f"event.{name}": Decimal(value) for name, value in self.payload.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class _Day:
    """A programme on a day of its own."""

    programme: Programme
    at: dt.datetime
    today: dt.date
    moments: Moments


def note_moments(*, programme: Programme, at: dt.datetime, triggers: Collection[str] | None = None) -> dict[str, int]:
    """Record what is due in a live programme by trigger; return how many of each. Triggers that nothing runs on cost no look at members."""
    today = business_date(at, programme.time_zone)
    day = _Day(programme, at, today, setups_of(programme).moments_on(today))
    found = {}
    for trigger, (choose, moment_of) in _KINDS.items():
        if triggers is not None and trigger not in triggers:
            continue
        if setting_of(programme).rules_on(today, trigger) or listens(programme, today, trigger):
            with timezone.override(programme.time_zone):
                found[trigger] = sum(_note(day, member, trigger, moment) for member, moment in _due(day, choose(day), moment_of))
    return found


def _note(day: _Day, member: Member, trigger: str, moment: _Moment) -> bool:
    """Record one; a member for whom it is refused (points that nobody can count) is left out."""
    while True:
        with contextlib.suppress(StartAgain, Problem), transaction.atomic():
            member.programme = day.programme
            record = note_moment(
                member=member,
                trigger=trigger,
                external_id=moment.number,
                values=moment.values,
                payload=moment.payload,
                occurred_at=day.at,
                at=day.at,
            )
            return not record.replayed
        return False


def _due(day: _Day, members: MemberQuerySet, moment_of: "Callable[[_Day, Member], _Moment | None]") -> Iterator[tuple[Member, _Moment]]:
    """The members with their moments, those left out that are noted already."""
    last = uuid.UUID(int=0)
    while batch := list(members.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        pairs = [(member, moment) for member in batch if (moment := moment_of(day, member)) is not None]
        numbers = [moment.number for _member, moment in pairs]
        rows = Event.objects.filter(programme=day.programme, source=SYSTEM_SOURCE, external_id__in=numbers)
        known = set(rows.values_list("external_id", flat=True))
        yield from ((member, moment) for member, moment in pairs if moment.number not in known)


def _active(day: _Day) -> MemberQuerySet:
    return Member.objects.of(day.programme).filter(status=MemberStatus.ACTIVE, joined_at__lte=day.at)


def _without(day: _Day, trigger: str) -> MemberQuerySet:
    """Members for whom a moment that comes once in a life has not been noted."""
    return _active(day).filter(~Exists(Event.objects.filter(member=OuterRef("pk"), trigger=trigger)))


def _on_days(field: str, day: _Day, window_days: int) -> Q:
    """Whose yearly day came within the window that ends today."""
    first = day.today - dt.timedelta(days=window_days)
    found = Q(pk__in=[])
    for month, number in sorted(month_days_between(first, day.today)):
        found |= Q(**{f"{field}__month": month, f"{field}__day": number})
    return found


def _joined(day: _Day) -> MemberQuerySet:
    return _without(day, "enrolment").filter(joined_at__gte=day.at - JOINED_WITHIN)


def _enrolment(_day: _Day, member: Member) -> _Moment:
    return _Moment(f"enrolment:{member.pk}")


def _born(day: _Day) -> MemberQuerySet:
    return _active(day).filter(_on_days("birth_date", day, day.moments.birthday_window_days), birth_date__isnull=False)


def _birthday(day: _Day, member: Member) -> _Moment | None:
    """The number names the year of the birthday, so that a birthday told anew is no second one of the year."""
    if member.birth_date is None or member.birth_date > day.today:
        return None
    return _Moment(f"birthday:{member.pk}:{latest_return(member.birth_date, day.today).year}")


def _jubilant(day: _Day) -> MemberQuerySet:
    return _active(day).filter(_on_days("joined_at", day, day.moments.anniversary_window_days))


def _anniversary(day: _Day, member: Member) -> _Moment | None:
    joined_on = business_date(member.joined_at, day.programme.time_zone)
    years = latest_return(joined_on, day.today).year - joined_on.year
    return _Moment(f"anniversary:{member.pk}:{years}", {"years": years}) if years else None


def _told(day: _Day) -> MemberQuerySet:
    members = _without(day, "profile_completed")
    for name in day.moments.profile_fields:
        if not name.startswith("attributes."):
            members = members.exclude(**{f"{name}__isnull": True})
    return members


def _profile_completed(day: _Day, member: Member) -> _Moment | None:
    profile = {
        "given_name": member.given_name,
        "family_name": member.family_name,
        "email": member.email,
        "phone": member.phone,
        "birth_date": member.birth_date,
        "home_store": member.home_store_id,
        "attributes": member.attributes,
    }
    return _Moment(f"profile_completed:{member.pk}") if is_whole(profile, day.moments.profile_fields) else None


_KINDS: Mapping[str, tuple[Callable[[_Day], MemberQuerySet], Callable[[_Day, Member], _Moment | None]]] = {
    "enrolment": (_joined, _enrolment),
    "birthday": (_born, _birthday),
    "anniversary": (_jubilant, _anniversary),
    "profile_completed": (_told, _profile_completed),
}
