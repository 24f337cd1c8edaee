"""Events for partners."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from ledger.points.queries import holdings
from loyalty.kit.problems import Problem
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.earning.batches import BatchAnswer, BatchView
from rewards.earning.queries import setting_of
from rewards.events import queries, services
from rewards.events.domain import UndoReason
from rewards.events.filters import EventFilters
from rewards.events.models import Event
from rewards.events.representations import (
    EventAnswer,
    EventListed,
    EventsAnswer,
    EventUndoAnswer,
    event_answer,
    event_listed,
    undo_answer,
)
from rewards.events.services import EventFacts, EventRecord
from rewards.events.shapes import EventBatch, EventShape, UndoShape


class Events(PartnerView):
    """What members do beside buying."""

    posts = True
    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE, "GET": Scope.EVENTS_WRITE}
    queries: ClassVar = {"GET": EventFilters.query()}

    @described(
        operation="recordEvent",
        summary="Record an event and give what its rules say",
        body=EventShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: EventAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        facts = read(EventShape, request.data).facts(self.source)
        return self.once(lambda: self._record(facts))

    def _record(self, facts: EventFacts) -> Answer:
        record = services.record_event_here(programme=self.programme, facts=facts, at=self.at)
        return Answer(event_answer(record, setting_of(self.programme)), 201, record.replayed)

    @described(operation="listEvents", summary="List events, newest first", query=EventFilters.query(), answers={200: EventsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        rows = EventFilters.narrow(queries.events_of(self.programme), self.query, scene=self.programme)
        page, setting = page_of(rows, order=queries.NEWEST_FIRST, query=self.query), setting_of(self.programme)
        undone = queries.undone_among(page.rows) if page.rows else {}

        def shown(event: Event) -> dict[str, Any]:
            return event_listed(event, undone.get(event.pk), setting)

        return self.show(page.as_dict(shown))


class OneEvent(PartnerView):
    """An event."""

    scopes: ClassVar = {"GET": Scope.EVENTS_WRITE}

    @described(operation="getEvent", summary="See an event, what it earned and why", answers={200: EventListed})
    def get(self, _request: Request, event: uuid.UUID) -> HttpResponse:
        found = queries.event_by_id(programme=self.programme, event_id=event)
        return self.show(event_listed(found, queries.undone_among([found]).get(found.pk), setting_of(self.programme)))


class UndoEvent(PartnerView):
    """What an event gave, taken back."""

    posts = True
    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @described(
        operation="undoEvent",
        summary="Take back everything that an event of yours gave; above the key's limit of the day this waits for a second person (202)",
        body=UndoShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: EventUndoAnswer, 202: EventUndoAnswer},
    )
    def post(self, request: Request, event: uuid.UUID) -> HttpResponse:
        shape = read(UndoShape, request.data)
        return self.once(lambda: self._undo(event, shape))

    def _undo(self, event_id: uuid.UUID, shape: UndoShape) -> Answer:
        event = queries.event_by_id(programme=self.programme, event_id=event_id, source=self.source)
        asker = services.Asker(key=self.credential.key_id)
        wish = services.request_undo(event=event, reason=UndoReason(shape.reason), note=shape.note, asker=asker, at=self.at)
        undo, left = queries.undone_among([event]).get(event.pk), holdings(points_account=event.points_account_id, today=self.today)
        return Answer(undo_answer(wish, undo, left, setting_of(self.programme)), 202 if wish.is_waiting else 201)


class EventBatches(BatchView):
    """Up to 500 events at once."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @described(
        operation="recordEvents",
        summary="Record up to 500 events, each by itself",
        body=EventBatch,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: BatchAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.each(request, EventShape, EventShape.facts, self._record, event_answer)

    def _record(self, events: list[EventFacts]) -> list[EventRecord | Problem]:
        return services.record_events(programme=self.programme, events=events, at=self.at)
