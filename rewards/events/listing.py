"""Which events does a colleague look for?"""

import dataclasses
import datetime as dt

from django.db.models import QuerySet

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.clock import month_end
from rewards.events.models import Event, EventUndoRequest
from rewards.purchases.listing import with_number


@dataclasses.dataclass(frozen=True, slots=True)
class EventFilter:
    """What the list is narrowed to; None and empty mean: everything."""

    number: str = ""
    trigger: str = ""
    month: dt.date | None = None
    member: Member | None = None
    waiting: bool = False


def events_like(programme: Programme, wanted: EventFilter) -> QuerySet[Event]:
    """Return a programme's events with member and type, to be read by NEWEST_FIRST."""
    rows = Event.objects.filter(programme=programme).select_related("member", "type_version__setup")
    if wanted.number:
        rows = rows.filter(pk__in=with_number(Event, programme, wanted.number))
    if wanted.trigger:
        rows = rows.filter(trigger=wanted.trigger)
    if wanted.month is not None:
        rows = rows.filter(business_on__range=(wanted.month, month_end(wanted.month)))
    if wanted.member is not None:
        rows = rows.filter(member=wanted.member)
    if wanted.waiting:
        asked = EventUndoRequest.objects.filter(programme=programme, state=EventUndoRequest.State.WAITING)
        rows = rows.filter(pk__in=asked.values("event"))
    return rows.defer("evaluation", "facts")
