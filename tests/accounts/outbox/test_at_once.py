import datetime as dt
import threading

import pytest
from django.db import transaction

from accounts.outbox import services
from accounts.outbox.models import OutboxEvent
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, OutboxEventFactory
from tests.ledger.ticks.stage import open_transaction


def test_four_workers_deliver_each_event_once(committed_db):
    OutboxEventFactory.create_batch(40)
    heard, lock = [], threading.Lock()

    def hear(event):
        with lock:
            heard.append(event.pk)

    def work():
        tried = 0
        while services.deliver_next(handlers={"test.happened": hear}, at=AT):
            tried += 1
        return tried

    tried = at_once(*[work] * 4)

    assert sum(tried) == 40
    assert sorted(heard) == sorted(OutboxEvent.objects.filter(delivered_at=AT).values_list("pk", flat=True))


def test_an_act_that_fails_publishes_nothing(committed_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.publish(topic="test.happened", payload={}, at=AT)
        raise ZeroDivisionError

    assert not OutboxEvent.objects.exists()


def test_publishing_outside_a_transaction_is_a_defect(committed_db):
    with pytest.raises(AssertionError):
        services.publish(topic="test.happened", payload={}, at=AT)


def test_an_event_that_commits_after_younger_ones_is_delivered_too(committed_db):
    """Delivery asks which events are not delivered, never for those behind a last one: there is nothing to skip."""
    heard = []
    handlers = {"test.happened": lambda event: heard.append(event.pk)}
    with open_transaction(lambda: OutboxEventFactory.create(due_at=AT - dt.timedelta(minutes=5))) as commit:
        younger = OutboxEventFactory.create(due_at=AT)
        while services.deliver_next(handlers=handlers, at=AT):
            pass
        before = list(heard)
        commit()

    while services.deliver_next(handlers=handlers, at=AT):
        pass

    assert before == [younger.pk]
    assert len(heard) == 2
