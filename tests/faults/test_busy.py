"""No connection is left, or somebody sleeps on a lock: a clear 503 that says when to come back, never a 500, and the others go on."""

import contextlib
import threading

import psycopg
import pytest

from loyalty.postgres.cluster import APPLICATION, DATABASE, OWNER
from tests.faults.processes import Web, running, until
from tests.faults.server import private_server
from tests.faults.tills import purchase, request, send
from tests.faults.truth import assert_all_is_there_once, assert_well

THREADS_OF_WEB = 8


def session(server, role: str = APPLICATION) -> psycopg.Connection:
    return psycopg.connect(host=str(server.places.sockets), user=role, dbname=DATABASE)


def take_all_connections(server, taken: contextlib.ExitStack) -> None:
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            taken.enter_context(session(server))


def test_without_connections_every_address_says_when_to_come_back():
    with private_server(max_connections="12") as server, running(web := Web(server)):
        act = purchase(server.scene.members[0], "R1")
        with contextlib.ExitStack() as taken:
            take_all_connections(server, taken)
            busy = {
                "API": send(web.port, server.scene, act),
                "page": request(web.port, "GET", f"/p/{server.scene.slug}/join/"),
                "admin": request(web.port, "GET", "/admin/login/"),
            }
            ready, alive = request(web.port, "GET", "/readyz"), request(web.port, "GET", "/healthz")
        until(lambda: request(web.port, "GET", "/readyz").status == 200, "the database answers again")
        after = send(web.port, server.scene, act)
        page = request(web.port, "GET", f"/p/{server.scene.slug}/join/")

        assert {name: (answer.status, answer.headers.get("retry-after")) for name, answer in busy.items()} == dict.fromkeys(
            busy, (503, "2")
        )
        assert busy["API"].json()["code"] == "unavailable"
        assert b"Please try again in a moment." in busy["page"].body
        assert (ready.status, alive.status) == (503, 200)
        assert (after.status, page.status) == (201, 200)
        with server.looked_at():
            assert_all_is_there_once([(act, after)])


@pytest.mark.parametrize("lock", ["wallet", "key"])
def test_a_sleeper_keeps_nobody_else_waiting(shop, lock):
    """As many callers as the web server has threads want what is locked; without a limit they would fill all of them until it wakes up."""
    port, scene = shop.web.port, shop.server.scene
    stuck, *others = scene.members[10:16]
    waiting = [purchase(stuck, f"{lock}-{number}", key=f"{lock}-asleep-{number}") for number in range(THREADS_OF_WEB)]
    free = [purchase(member, f"{lock}-free-{number}") for number, member in enumerate(others)]
    answers = {}

    with asleep_on(shop.server, lock, stuck):
        callers = [threading.Thread(target=lambda act=act: answers.update({act: send(port, scene, act)})) for act in waiting]
        for caller in callers:
            caller.start()
        meanwhile = [send(port, scene, act) for act in free]
        for caller in callers:
            caller.join()
    afterwards = [send(port, scene, act) for act in waiting]

    assert [answer.status for answer in meanwhile] == [201] * len(free)
    assert [(answers[act].status, answers[act].json()["code"], answers[act].headers["retry-after"]) for act in waiting] == [
        (503, "unavailable", "2")
    ] * THREADS_OF_WEB
    assert [answer.status for answer in afterwards] == [201] * THREADS_OF_WEB
    with shop.server.looked_at():
        assert_well()


@contextlib.contextmanager
def asleep_on(server, lock: str, member: str):
    """Hold the locks of a member's wallet, or of the keys under which somebody acts, and do nothing."""
    statement = {
        "wallet": "SELECT FROM ledger_balance WHERE points_account_id = (SELECT points_account_id FROM accounts_member WHERE id = %s) FOR UPDATE",
        "key": "INSERT INTO accounts_idempotencykey (credential, programme_id, key, fingerprint, created_at)"
        " SELECT k.prefix, m.programme_id, 'key-asleep-' || n, '', now() FROM accounts_member m, accounts_partnerkey k, generate_series(0, 99) n"
        " WHERE m.id = %s",
    }[lock]
    with session(server, OWNER) as sleeper:
        sleeper.execute(statement, [member])
        yield
        sleeper.rollback()
