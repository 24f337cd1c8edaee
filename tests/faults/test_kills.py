"""kill -9 under tills that never give up: nothing acknowledged is lost, nothing is done twice, and all is back by itself."""

import random
import time

from tests.faults.conftest import MINUTES
from tests.faults.processes import Web, running
from tests.faults.tills import Till, at_work, purchase, send
from tests.faults.truth import assert_all_is_there_once, assert_well

TILLS = 200 if MINUTES else 20
KILLS = max(3, int(MINUTES * 6))
BETWEEN_KILLS_SECONDS = 10.0 if MINUTES else 0.8


def answered(tills: list[Till]) -> int:
    return sum(len(till.acknowledged) for till in tills)


def go_on_until_answered(tills: list[Till], more: int) -> None:
    """Return once so many further acts were answered: the product is back."""
    before, deadline = answered(tills), time.monotonic() + 60
    while answered(tills) < before + more:
        assert time.monotonic() < deadline, "the product did not come back by itself"
        time.sleep(0.02)


def test_killed_processes_cost_nothing_that_was_acknowledged(server):
    web = Web(server)
    kills = [lambda: (server.kill(), server.start()), lambda: (web.kill(), web.start()), web.kill_a_child]
    with running(web):
        with at_work(TILLS, web.port, server.scene) as tills:
            for number in range(KILLS):
                go_on_until_answered(tills, 20)
                time.sleep(BETWEEN_KILLS_SECONDS * random.random())
                kills[number % len(kills)]()
            go_on_until_answered(tills, 20)
        acknowledged = [one for till in tills for one in till.acknowledged]
        again = [(send(web.port, server.scene, act), first) for act, first in acknowledged[:: max(1, len(acknowledged) // 60)]]

    assert [till.unexpected for till in tills if till.unexpected] == []
    assert all((answer.status, answer.body) == (first.status, first.body) for answer, first in again)
    assert all(answer.headers.get("idempotent-replayed") == "true" for answer, _first in again)
    with server.looked_at():
        assert_all_is_there_once(acknowledged)
        assert_well()


def test_idle_connections_to_a_database_that_was_restarted_are_made_anew(server):
    acts = [purchase(server.scene.members[number], f"idle-{number}") for number in range(32)]
    with running(web := Web(server)):
        before = [send(web.port, server.scene, act) for act in acts[:16]]
        server.kill()
        server.start()
        after = [send(web.port, server.scene, act) for act in acts[16:]]

    assert [answer.status for answer in before + after] == [201] * 32
