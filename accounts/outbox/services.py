"""Write down what outsiders must hear, and deliver it.

An event is claimed in a transaction of its own that already plans the next try; only then its handler runs. So no lock is
held while mail is sent, and an event whose handler dies with its process is tried again and never blocks the others.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.outbox.domain import wait_after
from accounts.outbox.models import OutboxEvent
from loyalty.kit.problems import Problem

Handler = Callable[[OutboxEvent], None]

DELIVERY_ERRORS = (Problem, OSError)
"""What a handler may fail with when the outside is at fault (mail and network errors are OSErrors); all else is a defect."""


def publish(
    *,
    topic: str,
    payload: Mapping[str, Any],
    at: dt.datetime,
    programme_id: uuid.UUID | None = None,
    member_id: uuid.UUID | None = None,
    due_at: dt.datetime | None = None,
) -> OutboxEvent:
    """Write one event in the caller's transaction; it is delivered after `due_at` (default: at once) if that commits."""
    event = event_of(topic=topic, payload=payload, at=at, programme_id=programme_id, member_id=member_id, due_at=due_at)
    return publish_many(events=[event])[0]


def event_of(
    *,
    topic: str,
    payload: Mapping[str, Any],
    at: dt.datetime,
    programme_id: uuid.UUID | None = None,
    member_id: uuid.UUID | None = None,
    due_at: dt.datetime | None = None,
) -> OutboxEvent:
    """Return an event that is not yet written, for `publish_many`."""
    return OutboxEvent(
        topic=topic,
        payload=dict(payload),
        programme_id=programme_id,
        member_id=member_id,
        created_at=at,
        due_at=due_at or at,
    )


def publish_many(*, events: Iterable[OutboxEvent]) -> list[OutboxEvent]:
    """Write events in the caller's transaction."""
    assert transaction.get_connection().in_atomic_block, "publish inside the transaction of the act itself"
    return OutboxEvent.objects.bulk_create(events, batch_size=1_000)


PUBLISH = """
    INSERT INTO accounts_outboxevent (id, topic, payload, programme_id, member_id, due_at, created_at, attempts, last_error)
    SELECT id, '{topic}', {payload}, programme_id, member_id, {at}, {at}, 0, '' FROM {told}
"""
"""How a statement publishes on its way: an event of one topic for each row of `told`, with the row's own id, due at once if it commits."""


def deliver_next(*, handlers: Mapping[str, Handler], at: dt.datetime) -> OutboxEvent | None:
    """Deliver the event that has been due longest among the handled topics; return it, or None if nothing is due.

    Several workers may call this at once: each claims another event. A failure is written into the event and tried again
    later, twelve times; then the event stays parked until `retry_event`.
    """
    event = _claim(handlers.keys(), at)
    if event is None:
        return None
    try:
        handlers[event.topic](event)
    except DELIVERY_ERRORS as error:
        event.last_error = f"{type(error).__name__}: {error}"[:500]
        event.save(update_fields=["last_error"])
        return event
    event.delivered_at, event.last_error = at, ""
    event.save(update_fields=["delivered_at", "last_error"])
    return event


@transaction.atomic
def pass_over_unheard(*, handled: Collection[str], at: dt.datetime, limit: int = 5_000) -> int:
    """Mark due events delivered whose topics nobody listens to; return how many."""
    unheard = OutboxEvent.objects.due(at).exclude(topic__in=handled).order_by("due_at", "id")
    chosen = list(unheard.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    return OutboxEvent.objects.filter(pk__in=chosen).update(delivered_at=at)


def retry_event(*, event: OutboxEvent, at: dt.datetime) -> None:
    """Let a parked or waiting event be tried again at once. A delivered one is left alone."""
    OutboxEvent.objects.filter(pk=event.pk, delivered_at__isnull=True).update(attempts=0, due_at=at)


def forget_delivered(*, before: dt.datetime, limit: int = 10_000) -> int:
    """Delete events delivered before a moment; return how many."""
    old = OutboxEvent.objects.filter(delivered_at__lt=before).order_by("id").values("pk")[:limit]
    return OutboxEvent.objects.filter(pk__in=old).delete()[0]


@transaction.atomic
def _claim(topics: Collection[str], at: dt.datetime) -> OutboxEvent | None:
    """Take the next due event by counting a try and planning the next one, whatever becomes of this one."""
    due = OutboxEvent.objects.due(at).filter(topic__in=topics).order_by("due_at", "id")
    event = due.select_for_update(skip_locked=True).first()
    if event is None:
        return None
    event.attempts += 1
    event.due_at = at + wait_after(event.attempts)
    event.last_error = _("The last try did not finish.")
    event.save(update_fields=["attempts", "due_at", "last_error"])
    return event
