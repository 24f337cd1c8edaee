"""A load in a process of its own: python -m loyalty.shell.bench.client PLAN (JSON on standard input), figures on standard output.

Keeps connections open, sends on each the next request as soon as the answer is there, and spends as little as it can doing so.
"""

import dataclasses
import json
import selectors
import socket
import sys
import time
import uuid
from typing import Any


@dataclasses.dataclass(slots=True)
class Plan:
    """`body` is sent with every {n} replaced by a new number, of a purchase in every {member} by the next of `members`."""

    port: int
    path: str
    key: str
    items: int
    members: list[str]
    item: str
    connections: int
    seconds: float


class Requests:
    """Makes the bytes of one request after the other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = uuid.uuid4().hex[:12]
        self.number = 0

    def next(self) -> bytes:
        items = [self._item() for _ in range(max(1, self.plan.items))]
        body = ('{"items":[' + ",".join(items) + "]}" if self.plan.items else items[0]).encode()
        key = "" if self.plan.items else f"Idempotency-Key: {self.run}-{self.number}\r\n"
        head = (
            f"POST {self.plan.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.plan.key}\r\n{key}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _item(self) -> str:
        self.number += 1
        member = self.plan.members[self.number * 7919 % len(self.plan.members)]
        return self.plan.item.replace("{n}", f"{self.run}-{self.number}").replace("{member}", member)


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""

    def read(self) -> bytes | None:
        """Take what has arrived; return the answer once it is whole."""
        more = self.socket.recv(1 << 18)
        assert more, "the server closed the connection"
        self.got += more
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return None
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
        if len(body) < length:
            return None
        answer, self.got = self.got, b""
        return answer


def run(plan: Plan) -> dict[str, Any]:
    """Return how many items were answered well in how many seconds, and what was answered otherwise."""
    requests, chosen = Requests(plan), selectors.DefaultSelector()
    connections = [Connection(plan.port) for _ in range(plan.connections)]
    for connection in connections:
        chosen.register(connection.socket, selectors.EVENT_READ, connection)
    began = time.perf_counter()
    for connection in connections:
        connection.socket.sendall(requests.next())
    done, failed, waiting = 0, [], len(connections)
    while waiting:
        for ready, _events in chosen.select():
            answer = ready.data.read()
            if answer is None:
                continue
            good = answer[9:12] in {b"200", b"201"} and b'"status":4' not in answer
            done += max(1, plan.items) if good else 0
            failed += [] if good else [(answer[:12] + answer.partition(b"\r\n\r\n")[2][:400]).decode(errors="replace")]
            if time.perf_counter() - began < plan.seconds and len(failed) < 10:
                ready.data.socket.sendall(requests.next())
            else:
                waiting -= 1
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return {"done": done, "seconds": seconds, "failed": failed[:1]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Plan(**json.load(sys.stdin)))))
