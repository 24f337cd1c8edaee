"""Which events a partner asks for."""

from typing import ClassVar

from django.db.models import QuerySet

from loyalty.kit.rest.filtering import DayFilters, Narrow, from_on, through_on
from loyalty.kit.rest.shapes import Code, Id, Reference
from rewards.events.models import Event
from rewards.purchases.listing import with_number


class EventFilters(DayFilters):
    """`scene` is the programme."""

    bounds: ClassVar = frozenset({"member", "external_id"})
    costly: ClassVar = frozenset({"trigger"})

    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The member's id.", "member_id")
    external_id = Narrow(Reference, "The event's number at the sender.", method="with_number")
    trigger = Narrow(Code, "What happened: event:CODE, birthday and so on.", "trigger")

    def with_number(self, rows: QuerySet[Event], _name: str, number: str) -> QuerySet[Event]:
        return rows.filter(pk__in=with_number(Event, self.scene, number))
