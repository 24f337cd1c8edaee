"""Database clients in processes of their own, each with one connection: told what to post, they post for a while and tell how many."""

import dataclasses
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

import psycopg

from loyalty.kit.ids import uuid7
from loyalty.shell.bench.cpu import seconds_of
from loyalty.shell.bench.crew import Crew

Wallet = tuple[uuid.UUID, int]
"""A wallet and the unit of its currency."""
GRANT = (
    "SELECT available FROM ledger_grant(%(wallet)s, {unit}::smallint, %(made)s, 1::smallint, %(made)s::text, '\\x01'::bytea, 20, false, 1::smallint,"
    " now(), CURRENT_DATE, CURRENT_DATE + 365, 1::smallint, 1, 2000, 2000, 0.9, NULL, NULL, NULL)"
)
"""All sides send a wallet and a fresh id and are told the balance, no more: measured is the database's work, not how a client packs values."""
EARN = "SELECT bench.earn(%(wallet)s, %(made)s::text, 20)"
TRANSFER = "SELECT bench.transfer(%(system)s, %(wallet)s, 20)"
SYSTEM = uuid.UUID(int=1)
"""The rival's one account of the programme."""


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """What is posted (a name of `_POSTS`), to which wallets."""

    post: str
    wallets: Sequence[Wallet]


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """What clients did together: how many posts a second, how many in all, and how long their backends computed for one of them."""

    rate: float
    done: int
    cpu_us: float


class Clients(Crew):
    """So many clients of one database."""

    def __init__(self, conninfo: str, count: int, sides: Mapping[str, Side]) -> None:
        super().__init__(count, _client, conninfo, sides)

    def run(self, side: str, seconds: float) -> Slot:
        """Let all clients post to `side` for so long."""
        for pipe in self.pipes:
            pipe.send((side, seconds))
        told = [pipe.recv() for pipe in self.pipes]
        done = sum(count for count, _seconds, _cpu in told)
        return Slot(sum(count / passed for count, passed, _cpu in told), done, sum(cpu for *_rest, cpu in told) / done * 1e6)


def _client(pipe: Connection, number: int, conninfo: str, sides: Mapping[str, Side]) -> None:
    chance = random.Random(number)  # noqa: S311 (which wallet comes next)
    with psycopg.connect(conninfo, autocommit=True, prepare_threshold=0) as connection:
        while (order := pipe.recv()) is not None:
            name, seconds = order
            pipe.send(_post(connection, sides[name], seconds, chance))


def _post(connection: "psycopg.Connection[Any]", side: Side, seconds: float, chance: random.Random) -> tuple[int, float, float]:
    """Post for so many seconds; return how often, how long, and how long the backend computed."""
    post, done = _POSTS[side.post], 0
    pid = connection.info.backend_pid
    computed, started = seconds_of(pid), time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        connection.execute(*post(*chance.choice(side.wallets)))
        done += 1
    return done, passed, seconds_of(pid) - computed


def _grant(wallet: uuid.UUID, unit: int) -> tuple[str, Mapping[str, Any]]:
    return GRANT.format(unit=unit), {"wallet": wallet, "made": uuid7()}


def _earn(wallet: uuid.UUID, _unit: int) -> tuple[str, Mapping[str, Any]]:
    return EARN, {"wallet": wallet, "made": uuid7()}


def _transfer(wallet: uuid.UUID, _unit: int) -> tuple[str, Mapping[str, Any]]:
    return TRANSFER, {"system": str(SYSTEM), "wallet": str(wallet)}


_POSTS: Mapping[str, Callable[[uuid.UUID, int], tuple[str, Mapping[str, Any]]]] = {"grant": _grant, "floor": _earn, "rival": _transfer}
