"""A worker that is killed again and again: every event is delivered, every movement is taken in and sealed, once."""

import functools
import os
import subprocess
import sys
import time

import pytest

from accounts.members.domain import Enrolment
from accounts.members.services import enrol_members
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import Programme
from ledger.points.models import Movement
from ledger.ticks.queries import lag
from loyalty.kit import clock
from tests.faults.conftest import MINUTES
from tests.faults.processes import Process, running, until
from tests.faults.server import ROOT, Server
from tests.faults.truth import assert_well, count

MEMBERS = 2_000 if MINUTES else 150
KILLS = max(2, int(MINUTES * 4))
WAKES = """
import django, sys, time
django.setup()
from accounts.outbox.tasks import deliver_due_events
from ledger.seals.tasks import seal_movements
from ledger.ticks.tasks import take_ticks
from loyalty.shell.up.orphans import end_with
end_with(int(sys.argv[1]))
while True:
    for task in (deliver_due_events, take_ticks, seal_movements):
        task.delay()
    time.sleep(0.2)
"""


@pytest.fixture
def woken(server: Server):
    """Something that wakes the worker up, as beat does every few seconds."""
    beat = subprocess.Popen([sys.executable, "-c", WAKES, str(os.getpid())], cwd=ROOT, env=server.environment())
    yield server
    beat.kill()
    beat.wait()


def test_a_worker_that_is_killed_again_and_again_does_everything(woken):
    with woken.looked_at():
        enrolments = [Enrolment(email=f"m{number}@example.org") for number in range(MEMBERS)]
        enrol_members(programme=Programme.objects.get(), enrolments=enrolments, at=clock.now())
        with running(worker := Process(woken, "worker")):
            for kill in range(KILLS):
                until(functools.partial(is_delivered, kill * MEMBERS // (KILLS + 1) + 1), "the worker delivers", worker.log)
                worker.kill()
                # What it had begun is planned for a minute later; nobody has to wait for that here.
                OutboxEvent.objects.filter(delivered_at__isnull=True).update(due_at=clock.now())
                worker.start()
                time.sleep(0.1)
            until(functools.partial(is_delivered, MEMBERS), "every event is delivered", worker.log)
            until(lambda: lag().total == Movement.objects.count(), "every movement is taken in", worker.log)
            until(
                lambda: count("SELECT count(*) FROM ledger_sealleaf") == (Movement.objects.count(),), "every movement is sealed", worker.log
            )

        assert set(letters(woken)) == {f"m{number}@example.org" for number in range(MEMBERS)}
        assert len(letters(woken)) <= MEMBERS + 4 * KILLS  # four at a time may die between the letter and the note that it was sent
        assert_well()


def is_delivered(events: int) -> bool:
    """Whether so many events are delivered."""
    return OutboxEvent.objects.filter(topic="member.enrolled", delivered_at__isnull=False).count() >= events


def letters(server: Server) -> list[str]:
    """Return the address of every e-mail."""
    folder = server.folder / "var" / "mail"
    return [line[4:].strip(" <>") for file in folder.glob("*") for line in file.read_text().splitlines() if line.startswith("To: ")]
