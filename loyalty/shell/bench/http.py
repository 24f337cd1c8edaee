"""Purchases over HTTP against a bare REST framework view on the same server: eight connections, a client process of its own.

`measure(kind, rounds=...)` interleaves both sides and returns the ratios of the rounds; the database named by DATABASE_URL of the
server is a scratch one, filled by `prepare`.
"""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from accounts.entities.models import Channel
from accounts.members.domain import Enrolment
from accounts.members.services import enrol_members
from accounts.partners.domain import Scope
from accounts.partners.models import Partner
from accounts.partners.services import issue_key
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from loyalty.kit import clock
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
_ITEM = {
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


@dataclasses.dataclass(frozen=True, slots=True)
class Ratios:
    """What each round measured: items a second of ours over requests a second of the bare view."""

    ours: list[float]
    bare: list[float]

    @property
    def ratios(self) -> list[float]:
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)


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


def measure(scene: Scene, port: int, *, batch: bool, rounds: int = 12, seconds: float = 2.0) -> Ratios:
    """Run both sides in turn. Raises: RuntimeError when a request was not answered well."""
    ours: list[float] = []
    bare: list[float] = []
    for _round in range(-1, rounds):
        bare.append(_load(scene, port, "/bench/bare", 0, seconds))
        ours.append(_load(scene, port, _path(scene, batch=batch), BATCH if batch else 0, seconds))
    return Ratios(ours[1:], bare[1:])


def _path(scene: Scene, *, batch: bool) -> str:
    return f"/api/v1/programmes/{scene.slug}/{'batches/' if batch else ''}purchases"


def _load(scene: Scene, port: int, path: str, items: int, seconds: float) -> float:
    """Return items (requests, if they carry none) a second."""
    item = json.dumps(_ITEM | {"occurred_at": clock.now().isoformat(timespec="seconds")}, separators=(",", ":"))
    plan = {"port": port, "path": path, "key": scene.key, "items": items, "members": scene.members, "item": item}
    plan |= {"connections": CONNECTIONS, "seconds": seconds}
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
