import datetime as dt
import smtplib

import pytest

from accounts.outbox import services, tasks
from accounts.outbox.domain import MOST_ATTEMPTS, wait_after
from accounts.outbox.models import OutboxEvent
from loyalty.kit.problems import Refused
from tests.accounts.factories import AT, OutboxEventFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def handlers(heard):
    return {"test.happened": heard.append}


def failing(error):
    def handler(event):
        raise error

    return {"test.happened": handler}


def test_an_event_is_delivered_once(handlers, heard, django_assert_num_queries):
    event = OutboxEventFactory.create()

    with django_assert_num_queries(5):
        delivered = services.deliver_next(handlers=handlers, at=AT)

    assert delivered == heard[0] == event
    assert services.deliver_next(handlers=handlers, at=AT + 99 * MINUTE) is None
    event.refresh_from_db()
    assert (event.delivered_at, event.attempts, event.last_error) == (AT, 1, "")


def test_what_is_due_longest_comes_first(handlers, heard):
    late, early = OutboxEventFactory.create(due_at=AT), OutboxEventFactory.create(due_at=AT - MINUTE)
    OutboxEventFactory.create(due_at=AT + MINUTE)

    while services.deliver_next(handlers=handlers, at=AT):
        pass

    assert heard == [early, late]


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), Refused("not now"), TimeoutError("slow")])
def test_a_failure_is_written_down_and_tried_again_later(error, handlers):
    event = OutboxEventFactory.create()

    services.deliver_next(handlers=failing(error), at=AT)

    event.refresh_from_db()
    assert (event.attempts, event.due_at, event.delivered_at) == (1, AT + MINUTE, None)
    assert event.last_error == f"{type(error).__name__}: {error}"
    assert services.deliver_next(handlers=handlers, at=AT) is None
    assert services.deliver_next(handlers=handlers, at=AT + MINUTE) == event


def test_a_defect_is_loud_and_does_not_block_others(handlers, heard):
    broken, sound = OutboxEventFactory.create(due_at=AT - MINUTE), OutboxEventFactory.create()

    with pytest.raises(ZeroDivisionError):
        services.deliver_next(handlers=failing(ZeroDivisionError()), at=AT)
    services.deliver_next(handlers=handlers, at=AT)

    broken.refresh_from_db()
    assert (broken.attempts, broken.last_error) == (1, "The last try did not finish.")
    assert heard == [sound]


def test_an_event_that_fails_twelve_times_is_parked_until_somebody_retries_it(handlers, heard):
    event = OutboxEventFactory.create()
    for day in range(MOST_ATTEMPTS + 3):
        services.deliver_next(handlers=failing(OSError()), at=AT + dt.timedelta(days=day))

    event.refresh_from_db()
    assert (event.attempts, OutboxEvent.objects.parked().get()) == (12, event)
    services.retry_event(event=event, at=AT + dt.timedelta(days=99))
    services.deliver_next(handlers=handlers, at=AT + dt.timedelta(days=99))
    assert heard == [event]


def test_a_delivered_event_is_not_sent_again_by_a_retry(handlers, heard):
    event = OutboxEventFactory.create()
    services.deliver_next(handlers=handlers, at=AT)

    services.retry_event(event=event, at=AT)

    assert services.deliver_next(handlers=handlers, at=AT + MINUTE) is None
    assert heard == [event]


def test_waits_double_up_to_half_a_day():
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]

    assert waits[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert waits[-1] == dt.timedelta(hours=12)
    assert dt.timedelta(hours=24) < sum(waits, dt.timedelta()) < dt.timedelta(hours=48)


def test_topics_that_nobody_hears_are_passed_over():
    unheard, waiting = OutboxEventFactory.create(topic="test.unheard"), OutboxEventFactory.create()
    OutboxEventFactory.create(topic="test.unheard", due_at=AT + MINUTE)

    assert services.pass_over_unheard(handled=["test.happened"], at=AT) == 1

    unheard.refresh_from_db()
    waiting.refresh_from_db()
    assert (unheard.delivered_at, waiting.delivered_at) == (AT, None)


def test_the_task_delivers_all_that_is_due(monkeypatch, settings, heard):
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)
    monkeypatch.setattr("tests.accounts.outbox.test_services.listen", heard.append)
    settings.OUTBOX_HANDLERS = {"test.happened": "tests.accounts.outbox.test_services.listen"}
    OutboxEventFactory.create_batch(3)
    OutboxEventFactory.create(topic="test.unheard")

    assert (tasks.deliver_due_events(most=2), tasks.deliver_due_events(), tasks.deliver_due_events()) == (2, 1, 0)
    assert len(heard) == 3
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()


def listen(event):
    """What the test puts its own listener in the place of; it is never called itself."""
    raise AssertionError(event)


def test_delivered_events_are_forgotten_after_thirty_days(monkeypatch):
    OutboxEventFactory.create(delivered_at=AT - dt.timedelta(days=31))
    kept = [
        OutboxEventFactory.create(delivered_at=AT - dt.timedelta(days=29)),
        OutboxEventFactory.create(due_at=AT - dt.timedelta(days=99)),
    ]
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)

    assert tasks.forget_delivered_events() == 1
    assert set(OutboxEvent.objects.all()) == set(kept)


def test_publishing_writes_one_row_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        event = services.publish(topic="test.happened", payload={"a": 1}, at=AT, due_at=AT + MINUTE)

    stored = OutboxEvent.objects.get(pk=event.pk)
    assert (stored.payload, stored.created_at, stored.due_at, stored.programme, stored.member_id) == ({"a": 1}, AT, AT + MINUTE, None, None)
