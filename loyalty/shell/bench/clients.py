"""Database clients in processes of their own, each with one connection: told what to post, they post for a while and tell how many."""

import datetime as dt
import multiprocessing
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any, Self

import psycopg

from loyalty.kit.ids import uuid7

GRANT = (
    "SELECT * FROM ledger_grant(%s::uuid, %s::smallint, %s::uuid, 1::smallint, %s, '\\x01'::bytea, 20, false, 1::smallint, %s, %s, %s,"
    " 1::smallint, 1, 2000, 2000, 0.9, NULL, NULL, NULL)"
)
EARN = "SELECT bench.earn(%s::uuid, %s, 20)"
Wallet = tuple[uuid.UUID, int]


class Clients:
    """So many clients of one database. Use as a context manager; ends them all."""

    def __init__(self, conninfo: str, count: int, sides: Mapping[str, Sequence[Wallet]]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes = []
        self.processes = []
        for number in range(count):
            near, far = context.Pipe()
            process = context.Process(target=_client, args=(far, conninfo, number, sides), daemon=True)
            process.start()
            self.pipes.append(near)
            self.processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)

    def run(self, side: str, seconds: float) -> float:
        """Let all clients post to `side` for so long; return how many a second they posted together."""
        for pipe in self.pipes:
            pipe.send((side, seconds))
        return float(sum(pipe.recv() for pipe in self.pipes))


def _client(pipe: Connection, conninfo: str, number: int, sides: Mapping[str, Sequence[Wallet]]) -> None:
    chance = random.Random(number)  # noqa: S311 (which wallet comes next)
    with psycopg.connect(conninfo, autocommit=True, prepare_threshold=0) as connection:
        while (order := pipe.recv()) is not None:
            side, seconds = order
            pipe.send(_post(connection, side, sides[side], seconds, chance))


def _post(connection: "psycopg.Connection[Any]", side: str, wallets: Sequence[Wallet], seconds: float, chance: random.Random) -> float:
    """Post for so many seconds; the floor's side is called `floor`, every other side grants."""
    now = dt.datetime.now(dt.UTC)
    today, later = now.date(), now.date() + dt.timedelta(days=365)
    done = 0
    started = time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        wallet, unit = chance.choice(wallets)
        made = uuid7()
        if side == "floor":
            connection.execute(EARN, (wallet, str(made)))
        else:
            connection.execute(GRANT, (wallet, unit, made, str(made), now, today, later))
        done += 1
    return done / passed
