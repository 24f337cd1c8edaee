"""Tills that never give up: each sends one act after the other and repeats it under its key until it is answered."""

import contextlib
import dataclasses
import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from loyalty.kit import clock
from tests.faults.scene import Scene

_PATIENCE_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class Sent:
    """An act: the same key and the same bytes however often it is sent."""

    path: str
    key: str
    body: bytes


@dataclasses.dataclass(frozen=True)
class Answered:
    """What came back, and how."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


class NoAnswer(Exception):
    """The line broke before an answer was there."""


def send(port: int, scene: Scene, act: Sent) -> Answered:
    """Send an act once, on a connection of its own. Raises: NoAnswer."""
    return request(port, "POST", f"/api/v1/programmes/{scene.slug}/{act.path}", act.body, key=scene.key, idempotency_key=act.key)


def request(port: int, method: str, address: str, body: bytes | None = None, *, key: str = "", idempotency_key: str = "") -> Answered:
    """Make one HTTP request. Raises: NoAnswer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}
    try:
        connection.request(method, address, body, {name: value for name, value in headers.items() if value.strip() not in {"", "Bearer"}})
        answer = connection.getresponse()
        return Answered(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(str(error)) from error
    finally:
        connection.close()


def purchase(member: str, number: str, *, points: str = "", key: str = "") -> Sent:
    """A purchase of 12.50, wholly or partly paid with points."""
    facts: dict[str, Any] = {
        "external_id": number,
        "member": member,
        "occurred_at": clock.now().isoformat(timespec="seconds"),
        "channel": "store",
        "currency": "EUR",
        "lines": [{"external_id": "1", "sku": "A1", "quantity": 1, "unit_price": "12.50"}],
    }
    if points:
        facts["tenders"] = [{"kind": "points", "amount": points}]
    return Sent("purchases", key or uuid.uuid4().hex, json.dumps(facts).encode())


def redemption(member: str, number: str) -> Sent:
    return Sent("redemptions", uuid.uuid4().hex, json.dumps({"external_id": number, "member": member, "amount": "0.01"}).encode())


class Till(threading.Thread):
    """Acts until it is told to stop, and finishes the act at hand: what it has been answered must be true, all else must not have been."""

    def __init__(self, number: int, port: int, scene: Scene, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[tuple[Sent, Answered]] = []
        self.repeated = 0
        self.unexpected: list[Answered] = []
        self._port, self._scene, self._stop_asked = port, scene, stop
        self._chance = random.Random(number)
        self._name = f"till{number}"

    def run(self) -> None:
        number = 0
        while not self._stop_asked.is_set() and not self.unexpected:
            number += 1
            self._until_answered(self._act(f"{self._name}-{number}"))

    def _act(self, number: str) -> Sent:
        member = self._chance.choice(self._scene.members)
        kind = self._chance.random()
        if kind < 0.2:
            return redemption(member, number)
        return purchase(member, number, points="0.01" if kind < 0.4 else "")

    def _until_answered(self, act: Sent) -> None:
        while True:
            with contextlib.suppress(NoAnswer):
                answer = send(self._port, self._scene, act)
                if answer.status == 201:
                    self.acknowledged.append((act, answer))
                    return
                if answer.status != 503 or "retry-after" not in answer.headers:
                    self.unexpected.append(answer)
                    return
            self.repeated += 1
            time.sleep(0.1)


@contextlib.contextmanager
def at_work(count: int, port: int, scene: Scene) -> Iterator[list[Till]]:
    """Let so many tills work; at the end each finishes its act."""
    stop = threading.Event()
    tills = [Till(number, port, scene, stop) for number in range(count)]
    for till in tills:
        till.start()
    try:
        yield tills
    finally:
        stop.set()
        for till in tills:
            till.join(180)
    assert not any(till.is_alive() for till in tills), "every act is answered in the end"
