"""Questions about events."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.events.models import Event, EventUndo, EventUndoRequest

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class EventNotFound(NotFound):
    code = "event_not_found"


def event_by_id(*, programme: Programme, event_id: uuid.UUID, source: str | None = None) -> Event:
    """Return a programme's event, or only if `source` sent it. Raises: EventNotFound."""
    sent = {} if source is None else {"source": source}
    found = Event.objects.filter(pk=event_id, programme=programme, **sent).select_related("member", "type_version__setup").first()
    if found is None:
        raise EventNotFound(_("There is no such event. Look it up in the list of events."))
    return found


def events_of(programme: Programme) -> QuerySet[Event]:
    """Return a programme's events, to be read by NEWEST_FIRST."""
    return Event.objects.filter(programme=programme)


def undone_among(events: Collection[Event]) -> dict[uuid.UUID, EventUndo]:
    """Return how those of the events that were taken back were undone, by event; one query."""
    wallets = {event.points_account_id for event in events}
    rows = EventUndo.objects.filter(points_account__in=wallets, event__in=[event.pk for event in events])
    return {row.event_id: row for row in rows}


def newest_request(event: Event) -> EventUndoRequest | None:
    """Return the last wish to take an event back, with its people."""
    rows = EventUndoRequest.objects.filter(event=event.pk).select_related("event", "requested_by", "decided_by", "partner_key__partner")
    return rows.order_by("-id").first()


def event_behind(key: str) -> uuid.UUID | None:
    """Return the event that gave or lost points by the key of the act: event:ID:CURRENCY, event-undo:ID:CURRENCY."""
    kind, _colon, rest = key.partition(":")
    return uuid.UUID(rest.partition(":")[0]) if kind in ("event", "event-undo") else None
