"""A database becomes ready for web and workers, however often one asks."""

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from kombu import Connection, Queue

from loyalty.postgres import broker, preparation
from loyalty.postgres.cluster import APPLICATION

pytestmark = pytest.mark.external


@pytest.fixture
def application(committed_db):
    """The name of a role that owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [APPLICATION])
        made = cursor.fetchone() is None
        if made:
            cursor.execute(f"create role {APPLICATION} login")
    yield APPLICATION
    with connection.cursor() as cursor:
        if made:
            cursor.execute(f"drop owned by {APPLICATION}")
            cursor.execute(f"drop role {APPLICATION}")


def conninfo(user: str) -> str:
    database = connection.settings_dict
    return psycopg.conninfo.make_conninfo("", host=database["HOST"], port=database["PORT"] or None, dbname=database["NAME"], user=user)


def test_nothing_is_left_to_migrate(db):
    assert preparation.is_behind() is False


def test_the_application_reads_movements_but_cannot_write_them(application):
    preparation.limit(application, sealer=application)

    with psycopg.connect(conninfo(application)) as web:
        assert web.execute("select count(*) from ledger_movement").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("delete from ledger_movement")


def test_preparing_twice_is_harmless(committed_db):
    call_command("prepare_database")

    call_command("prepare_database")

    assert preparation.is_behind() is False


def test_the_application_sends_and_receives_by_the_queue_in_the_database(application):
    assert broker.install(application=application) is True
    assert broker.install(application=application) is False
    options = {"init_extension": False, "conn_string": conninfo(application), "pool_size": 1, "wait_time_seconds": 1}
    received = []

    with Connection("pgmq://localhost/", transport_options=options) as kombu:
        queue = Queue("knock", routing_key="knock")
        kombu.Producer().publish({"job": 7}, routing_key="knock", declare=[queue], retry=False)
        with kombu.Consumer([queue], callbacks=[lambda body, message: (received.append(body), message.ack())]):
            kombu.drain_events(timeout=10)

    assert received == [{"job": 7}]


def test_the_role_is_read_from_the_url(monkeypatch):
    monkeypatch.setattr(settings, "APPLICATION_DATABASE_URL", "postgres://till%40shop@db.example/points")

    assert preparation.application_role() == "till@shop"
