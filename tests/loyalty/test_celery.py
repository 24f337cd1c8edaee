"""Background work: every task is found, every handler exists, and a message gets to a worker."""

import gc
import threading
import warnings

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.utils.module_loading import import_string

from loyalty.celery import app, topics_with_tasks


def test_topics_with_tasks_are_found():
    topics = topics_with_tasks()

    assert "accounts.outbox" in topics
    assert not any(topic.startswith("tests") for topic in topics)


def test_every_scheduled_task_is_registered():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_every_task_is_scheduled_or_asked_for():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.partition(".")[0] in {"accounts", "ledger", "loyalty", "reporting", "rewards"}}

    assert ours - {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == {"reporting.close.tasks.prepare_close"}


def test_every_outbox_handler_exists():
    handlers = [import_string(path) for path in settings.OUTBOX_HANDLERS.values()]

    assert all(callable(handler) for handler in handlers)


def forget_connections() -> None:
    """Collect what Celery's Redis client leaves open here, so that no later test is warned about it."""
    app.pool.force_close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.external
def test_a_message_gets_to_a_worker():
    done = threading.Event()
    app.task(done.set, name="tests.set_event")

    with start_worker(app, perform_ping_check=False, shutdown_timeout=20):
        app.send_task("tests.set_event")
        arrived = done.wait(20)
    app.tasks.pop("tests.set_event")
    forget_connections()

    assert arrived
