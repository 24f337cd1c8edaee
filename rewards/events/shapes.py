"""Events as partners send them."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Code, Id, InvalidInput, Moment, Reference, Shape, line
from rewards.earning.batches import MOST_ITEMS
from rewards.events.services import EventFacts


class EventShape(Shape):
    """Something that a member did: who, when, of which type, with the fields that the type describes."""

    external_id: Reference
    """The event's number, unique at the sender."""
    type: Code
    """The code of an event type of the programme, or social_share."""
    occurred_at: Moment
    payload: dict[str, Any] | None = None
    """What the type's schema describes; a fault is named by its path, for example /payload/distance."""
    member: Id | None = None
    member_external_id: Reference | None = None
    card: Code | None = None

    def facts(self, source: str) -> EventFacts:
        """Return what the partner says, in the service's words. Raises: InvalidInput."""
        whom = {"member": self.member, "member_external_id": self.member_external_id, "card": self.card}
        given = [name for name, value in whom.items() if value is not None]
        if len(given) != 1:
            detail = _("Send exactly one of %(names)s.") % {"names": ", ".join(whom)}
            pointer, code = (f"/{given[1]}", "too_many") if given else ("/member", "required")
            raise InvalidInput(_("Correct the marked fields."), errors=[FieldError(pointer, code, detail)])
        return EventFacts(
            source=source,
            external_id=self.external_id,
            type=self.type,
            occurred_at=self.occurred_at,
            payload=self.payload or {},
            member=self.member,
            member_external_id=self.member_external_id,
            card=self.card,
        )


class EventBatch(Shape):
    """Up to 500 events, each recorded or refused by itself."""

    items: Annotated[list[EventShape], Field(min_length=1, max_length=MOST_ITEMS)]


class UndoShape(Shape):
    """Why an event is to be taken back."""

    reason: Literal["mistake", "duplicate", "withdrawn", "dishonest"]
    note: Annotated[str, line(500)]
    """What happened, in a sentence; the second person reads it."""
