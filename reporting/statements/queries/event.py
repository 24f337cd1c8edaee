"""Why did something that the member did, other than buying, earn what it earned?"""

import dataclasses
import uuid

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from rewards.earning.queries import explanations
from rewards.earning.words import Explanation
from rewards.events.models import Event
from rewards.events.queries import EventNotFound, undone_among
from rewards.events.words import particulars, reason_text, what_happened


@dataclasses.dataclass(frozen=True, slots=True)
class EventStory:
    """An event and its points. `undone` says why it was taken back, empty if it was not; `tender` is empty: events are not paid."""

    title: str
    when: str
    units: int
    scale: int
    undone: str
    particulars: list[dict[str, str]]
    gave: list[Explanation]
    missed: list[Explanation]
    tender: str = ""


def event_story_of(member: Member, event_id: uuid.UUID, locale: str) -> EventStory:
    """Return the story of one event. Raises: EventNotFound (also for another member's event)."""
    event = Event.objects.filter(member=member, pk=event_id).select_related("type_version__setup").first()
    if event is None:
        raise EventNotFound(_("There is no such event. Look it up in your activity."))
    said = explanations(event.evaluation, currency=member.programme.currency, locale=locale)
    undo = undone_among([event]).get(event.pk)
    currency = currency_of(member.programme_id)
    return EventStory(
        title=what_happened(event),
        when=date_format(localtime(event.occurred_at), "j F Y, H:i"),
        units=sum(of["units"] for of in event.earned if of["currency"] == currency.code),
        scale=currency.unit.scale,
        undone=reason_text(undo.reason) if undo else "",
        particulars=particulars(event),
        gave=[one for one in said if one.gave],
        missed=[one for one in said if not one.gave],
    )
