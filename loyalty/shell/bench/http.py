"""Purchases over HTTP against a bare REST framework view on the same server: eight connections, a client process of its own."""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from accounts.entities.models import Channel
from accounts.members.domain import Enrolment
from accounts.members.services import enrol_members
from accounts.partners.domain import Scope
from accounts.partners.models import Partner
from accounts.partners.services import issue_key
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from loyalty.kit import clock
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from rewards.earning.services import write_first_rule

MEMBERS = 2_000
CONNECTIONS = 8
BATCH = 500
_SERVER = """
import os, sys
from loyalty.shell.up.orphans import end_with
end_with(int(sys.argv[1]))
from granian import Granian
from granian.constants import Interfaces
Granian("loyalty.wsgi:application", address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI, workers=2,
        blocking_threads=4, websockets=False, log_access=False, log_enabled=False).serve()
"""
ITEM = {
    "external_id": "{n}",
    "member": "{member}",
    "occurred_at": "",
    "channel": "store",
    "store": "S1",
    "currency": "EUR",
    "lines": [
        {"external_id": "1", "sku": "4006381333931", "category": "bakery", "quantity": 2, "unit_price": "1.95"},
        {"external_id": "2", "sku": "8711000530085", "category": "drinks", "quantity": 1, "unit_price": "8.49", "discount": "1.00"},
    ],
}


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """A live programme with members, and a key that may record purchases."""

    slug: str
    key: str
    members: list[str]

    def path(self, resource: str) -> str:
        return f"/api/v1/programmes/{self.slug}/{resource}"


def prepare(slug: str) -> Scene:
    """Fill the scratch database: a programme with one rule, a store, members and a key."""
    at = clock.now()
    first_day = at.date() - dt.timedelta(days=400)
    programme = open_programme(
        slug=slug,
        name=slug,
        country="TR",
        time_zone="Europe/Istanbul",
        currency="EUR",
        at=at,
        valid_from=first_day,
        terms_texts={"en": "-"},
    )
    entity = programme.legal_entity
    Channel.objects.get_or_create(entity=entity, code="store", defaults={"name": "Store"})
    entity.stores.create(code="S1", name="Store 1", time_zone="Europe/Istanbul")
    write_first_rule(
        programme=programme,
        code="every-euro",
        name="Every euro",
        currency=currency_of(programme),
        definition={"points": 1, "step_minor": 100},
        valid_from=first_day,
        at=at,
    )
    programme = change_programme_state(programme=programme, state="live")
    members = enrol_members(programme=programme, enrolments=[Enrolment() for _ in range(MEMBERS)], at=at, announce=False)
    partner = Partner.objects.create(name=slug, legal_entity=entity)
    _row, key = issue_key(partner=partner, name="bench", scopes=list(Scope), programmes=[programme])
    return Scene(slug, key, [str(member.pk) for member in members])


@contextlib.contextmanager
def server(database_url: str) -> Iterator[int]:
    """Serve the product as `up` does, on the scratch database, with the bare view beside it; yield the port."""
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "loyalty.shell.bench.settings",
        "POINTBOOK_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(os.getpid()), str(port)], env=environment, start_new_session=True)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def purchases(scratch: Scratch, scale: Scale) -> Found:
    """POST a purchase and POST 500 at once, over POST to a view that only answers. Raises: RuntimeError when a request was not answered well."""
    rates: dict[str, list[float]] = {"bare": [], "single": [], "batch": []}
    with scratch.fresh() as url:
        scene = prepare("bench")
        paths = {"bare": "/bench/bare", "single": scene.path("purchases"), "batch": scene.path("batches/purchases")}
        with server(url) as port:
            for turn in range(-1, scale.rounds):
                for name in sorted(rates, reverse=bool(turn % 2)):
                    rate = load(scene, port, paths[name], scale.seconds, items=BATCH if name == "batch" else 0)
                    if turn >= 0:
                        rates[name].append(rate)
    bare = f"over {median(rates['bare']):,.0f} requests/s, {CONNECTIONS} connections"
    return {
        "post": Rounds(rates["single"], rates["bare"], f"{median(rates['single']):,.0f} purchases/s {bare}"),
        "batch": Rounds(rates["batch"], rates["bare"], f"{median(rates['batch']):,.0f} purchases/s {bare}"),
    }


def load(
    scene: Scene, port: int, path: str, seconds: float, *, item: Mapping[str, Any] = ITEM, items: int = 0, connections: int = CONNECTIONS
) -> float:
    """Return items a second (requests, if they carry none). Raises: RuntimeError when a request was not answered well."""
    text = json.dumps({**item, "occurred_at": clock.now().isoformat(timespec="seconds")}, separators=(",", ":"))
    plan = {"port": port, "path": path, "key": scene.key, "items": items, "members": scene.members, "item": text}
    plan |= {"connections": connections, "seconds": seconds}
    command = [sys.executable, "-m", "loyalty.shell.bench.client"]
    found = json.loads(subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True).stdout)
    if found["failed"]:
        raise RuntimeError(found["failed"][0])
    return float(found["done"]) / float(found["seconds"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _try in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")
