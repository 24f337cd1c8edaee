"""The deep health page notices each thing that must not be so."""

import datetime as dt
import os
import time

import pytest
from django.db import connection
from django.test import Client

from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from ledger.points.rights import apply_grants
from loyalty.kit import clock
from loyalty.shell.health import vitals
from tests.colleagues import colleague
from tests.ledger.points.stage import Purse
from tests.ledger.ticks.stage import open_transaction, rows, take_all

TOKEN = "a token of monitoring"
ROLE = f"pointbook_for_health_{os.getpid()}"  # roles are the server's, and test runs share it


@pytest.fixture
def well(committed_db, monkeypatch):
    """An installation with the application's role and its rights."""
    rows(f"CREATE ROLE {ROLE}")
    apply_grants(role=ROLE, sealer="nobody")
    monkeypatch.setattr(vitals, "application_role", lambda: ROLE)
    monkeypatch.setattr(vitals, "sealer_role", lambda: "nobody")
    yield
    rows(f"DROP OWNED BY {ROLE}")
    rows(f"DROP ROLE {ROLE}")


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """No answer of the test before, and a token that may know."""
    settings.METRICS_TOKEN = TOKEN
    vitals.kept.forget()
    yield
    vitals.kept.forget()


def asked(**headers):
    return Client().get("/healthz/deep", headers=headers)


def failing():
    vitals.kept.forget()
    answer = asked(authorization=f"Bearer {TOKEN}")
    found = {name for name, state in answer.json()["checks"].items() if state == "failing"}
    assert (answer.status_code, answer.json()["status"]) == ((503, "failing") if found else (200, "ok"))
    return found


def horizon_held(state):
    """The vitals once a transaction in that state holds the horizon: other tests' transactions on the same server end by themselves."""
    until = time.monotonic() + 60
    while True:
        found = {vital.name: vital for vital in vitals.examine(clock.now())}
        if state in str(found["horizon"].found) or time.monotonic() > until:
            return found


@pytest.mark.usefixtures("well")
def test_all_is_well():
    assert failing() == set()
    assert len(asked(authorization=f"Bearer {TOKEN}").json()["checks"]) == 8


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}, {"cookie": "sessionid=anything"}])
@pytest.mark.usefixtures("well")
def test_strangers_learn_no_more_than_whether_all_is_well(headers):
    assert asked(**headers).json() == {"status": "ok"}
    rows("DROP TRIGGER refuse_change ON ledger_tick")
    vitals.kept.forget()

    answer = asked(**headers)

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


@pytest.mark.usefixtures("well")
def test_without_a_token_in_the_settings_no_token_is_right(settings):
    settings.METRICS_TOKEN = ""

    assert asked(authorization="Bearer ").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("role", "knows"), [(Role.AUDITOR, True), (Role.ADMINISTRATOR, True), (Role.FINANCE_PREPARER, True), (Role.CASHIER, False)]
)
@pytest.mark.usefixtures("well")
def test_colleagues_who_may_see_the_page_see_the_checks(role, knows):
    client = Client()
    client.force_login(colleague(role))

    assert ("checks" in client.get("/healthz/deep").json()) is knows


@pytest.mark.usefixtures("well")
def test_asked_again_at_once_it_asks_the_database_nothing(django_assert_num_queries):
    asked()

    with django_assert_num_queries(0):
        for _ in range(20):
            assert asked().status_code == 200


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("ALTER TABLE ledger_movement DISABLE TRIGGER refuse_change", "triggers"),
        ("ALTER TABLE ledger_journal DISABLE TRIGGER ALL", "triggers"),
        ("DROP TRIGGER refuse_change ON ledger_tick", "triggers"),
        (f"GRANT UPDATE ON ledger_lotmove TO {ROLE}", "grants"),
        (f"GRANT DELETE ON ledger_rollup TO {ROLE}", "grants"),
        (f"GRANT TRUNCATE ON ledger_journalline TO {ROLE}", "grants"),
        (f"GRANT INSERT ON ledger_sealcheckpoint TO {ROLE}", "grants"),
        (f"GRANT DELETE ON ledger_sealpublication TO {ROLE}", "grants"),
        ("SET synchronous_commit = off", "durability"),
    ],
    ids=["trigger off", "all triggers off", "trigger gone", "update", "delete", "truncate", "checkpoints", "publications", "commits"],
)
@pytest.mark.usefixtures("well")
def test_it_notices_what_was_opened(sql, name):
    rows(sql)

    assert failing() == {name}


@pytest.mark.usefixtures("well")
def test_it_notices_clocks_that_differ(stopped_clock):
    stopped_clock(clock.now() - dt.timedelta(seconds=3))

    assert failing() == {"clock"}


@pytest.mark.usefixtures("well")
def test_it_notices_movements_that_wait_and_who_holds_the_horizon(settings):
    settings.MOST_TICK_LAG_SECONDS = settings.MOST_HORIZON_SECONDS = settings.MOST_SEAL_LAG_SECONDS = -1
    purse = Purse.of()
    take_all()

    with open_transaction(lambda: purse.grant(5)):
        found = horizon_held("idle in transaction")

    assert not found["horizon"].is_well
    assert "idle in transaction" in str(found["horizon"].found)
    assert not found["ticks"].is_well
    assert not found["seals"].is_well


@pytest.mark.usefixtures("well")
def test_it_notices_events_that_nobody_delivers():
    due = clock.now() - dt.timedelta(minutes=6)
    OutboxEvent.objects.create(topic="member.enrolled", due_at=due, created_at=due)

    assert failing() == {"outbox"}


def test_it_says_when_the_database_fails(committed_db, monkeypatch):
    monkeypatch.setattr(vitals, "CHECKS", [lambda _at: connection.cursor().execute("SELECT 1/0")])

    answer = asked(authorization=f"Bearer {TOKEN}")

    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "checks": {"database": "failing"}})
