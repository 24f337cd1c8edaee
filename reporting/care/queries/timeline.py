"""Everything that happened to a member, newest first: one reader for each kind of event, merged by moment."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Cast

from accounts.members.models import Consent, Member
from accounts.outbox.domain import MAIL_TOPICS
from accounts.outbox.models import OutboxEvent
from ledger.points.domain import Kind, Source
from ledger.points.models import Movement
from rewards.adjustments.models import Adjustment
from rewards.purchases.models import Purchase, Return
from rewards.redemptions.models import Redemption
from rewards.tiers.models import TierStanding
from rewards.transfers.models import Transfer

PAGE = 25
_TOLD_ELSEWHERE = (Source.PURCHASE, Source.RETURN, Source.REDEMPTION, Source.ADJUSTMENT, Source.TRANSFER)
_BETWEEN_OWN_STATES = (Kind.ACTIVATE, Kind.HOLD, Kind.RELEASE)


class Place(NamedTuple):
    """Where an event stands in the story: later moments first, at one moment by kind and id."""

    at: dt.datetime
    kind: int
    id: uuid.UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Read what `str` wrote; anything else begins at the top."""
        try:
            at, kind, key = text.split("_")
            return cls(dt.datetime.fromtimestamp(int(at) / 1_000_000, dt.UTC), int(kind), uuid.UUID(key))
        except (ValueError, OverflowError, OSError):
            return None

    def __str__(self) -> str:
        micro = (self.at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
        return f"{micro}_{self.kind}_{self.id.hex}"


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: the row that says so."""

    place: Place
    row: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    events: list[Event]
    next_place: Place | None


@dataclasses.dataclass(frozen=True, slots=True)
class _Reader:
    """Where events of one kind come from, and which column says when they happened."""

    name: str
    rows: Callable[[Member], QuerySet[Any]]
    moment: str


def timeline_of(member: Member, *, only: str = "", before: Place | None = None, limit: int = PAGE) -> Timeline:
    """Return one page of a member's story; one query for each kind of event. `only` names one kind (see KINDS)."""
    readers = [(kind, reader) for kind, reader in enumerate(_READERS) if only in ("", reader.name)]
    events = [event for kind, reader in readers for event in _read(reader, kind, member, before, limit)]
    events.sort(key=lambda event: event.place, reverse=True)
    shown = events[:limit]
    return Timeline(shown, shown[-1].place if len(events) > limit else None)


def _read(reader: _Reader, kind: int, member: Member, before: Place | None, limit: int) -> list[Event]:
    """Return the next events of one kind; at the moment where the last page ended, kinds told already are passed over."""
    rows = reader.rows(member)
    if before is not None:
        earlier = Q(**{f"{reader.moment}__lt": before.at})
        same = {reader.moment: before.at}
        if kind == before.kind:
            earlier |= Q(**same, pk__lt=before.id)
        elif kind < before.kind:
            earlier |= Q(**same)
        rows = rows.filter(earlier)
    found = rows.order_by(f"-{reader.moment}", "-pk")[: limit + 1]
    return [Event(Place(getattr(row, reader.moment), kind, row.pk), row) for row in found]


def _purchases(member: Member) -> QuerySet[Purchase]:
    return Purchase.objects.filter(member=member).select_related("store", "channel")


def _returns(member: Member) -> QuerySet[Return]:
    rows = Return.objects.filter(points_account=member.points_account_id, purchase__member=member)
    return rows.select_related("purchase__store", "purchase__channel")


def _redemptions(member: Member) -> QuerySet[Redemption]:
    return Redemption.objects.filter(member=member).select_related("reward_version__reward", "used_store", "programme")


def _movements(member: Member) -> QuerySet[Movement]:
    """Return movements that no purchase, return, redemption, adjustment or transfer tells: expiry, campaigns, imports."""
    wallet = member.points_account_id
    rows = Movement.objects.filter(points_account=wallet, act__points_account=wallet)
    return rows.exclude(act__source__in=_TOLD_ELSEWHERE).exclude(kind__in=_BETWEEN_OWN_STATES)


def _transfers(member: Member) -> QuerySet[Transfer]:
    """What the member sent or received; `is_sent` says which."""
    is_sent = ExpressionWrapper(Q(sender=member.pk), BooleanField())
    return Transfer.objects.with_people().of_member(member.pk).annotate(is_sent=is_sent)


def _adjustments(member: Member) -> QuerySet[Adjustment]:
    return Adjustment.objects.filter(member=member).select_related("requested_by", "partner_key__partner", "decided_by", "currency__unit")


def _tiers(member: Member) -> QuerySet[TierStanding]:
    """Standings at the first moment of the day from which they count; what is only judged for days to come is no story yet."""
    rows = TierStanding.objects.filter(member=member).that_came_true().select_related("tier")
    return rows.annotate(from_at=Cast("from_on", DateTimeField()))


def _consents(member: Member) -> QuerySet[Consent]:
    return Consent.objects.filter(member=member).select_related("terms")


def _mails(member: Member) -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(member_id=member.pk, topic__in=MAIL_TOPICS)


_READERS = (
    _Reader("mails", _mails, "created_at"),
    _Reader("consents", _consents, "at"),
    _Reader("tiers", _tiers, "from_at"),
    _Reader("movements", _movements, "occurred_at"),
    _Reader("transfers", _transfers, "occurred_at"),
    _Reader("adjustments", _adjustments, "requested_at"),
    _Reader("redemptions", _redemptions, "occurred_at"),
    _Reader("returns", _returns, "occurred_at"),
    _Reader("purchases", _purchases, "occurred_at"),
)
KINDS = tuple(reader.name for reader in _READERS)
