"""What the background costs: writers while ticks and seals run, and the computing of ticks and seals over that of the posting."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from ledger.seals import publishing
from ledger.seals.services import checkpoint, seal
from ledger.ticks.services import take_ticks
from loyalty.kit import clock
from loyalty.shell.bench.clients import Clients, Side
from loyalty.shell.bench.cpu import seconds_of
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.wallets import new_unit, open_wallets

WALLETS = 2_000
CLIENTS = 8
BETWEEN_SECONDS = 1.0
"""How long the background rests between its turns; the product's schedule lets it rest for five."""


def writers(scratch: Scratch, scale: Scale) -> Found:
    """Writers while ticks and seals run beside them, over writers alone. What waits is taken in between the slots, outside of the clock."""
    with _scene(scratch) as (url, unit):
        running, alone = [], []
        with Clients(url, CLIENTS, {"grant": Side("grant", _wallets(unit))}) as clients:
            for turn in range(-1, scale.rounds):
                rates = {}
                for is_on in (turn % 2 == 0, turn % 2 != 0):
                    with _background(unit) if is_on else contextlib.nullcontext():
                        rates[is_on] = clients.run("grant", 2 * scale.seconds).rate
                    _take_in(unit)
                if turn >= 0:
                    running.append(rates[True])
                    alone.append(rates[False])
    told = f"{median(running):,.0f} over {median(alone):,.0f} grants/s, {CLIENTS} clients, a turn every {BETWEEN_SECONDS:.0f} s"
    return {"background": Rounds(running, alone, told)}


def share(scratch: Scratch, scale: Scale) -> Found:
    """What rollup, sealing and publishing compute for a movement, server and Python, over what the server computed to post it."""
    with _scene(scratch) as (url, unit):
        costs: dict[str, list[float]] = {"ticks": [], "seals": [], "posting": []}
        with Clients(url, CLIENTS, {"grant": Side("grant", _wallets(unit))}) as clients:
            for turn in range(-1, scale.rounds):
                slot = clients.run("grant", 2 * scale.seconds)
                found = {"posting": slot.cpu_us, "ticks": _cost(take_ticks) / slot.done, "seals": _cost(_seal, unit) / slot.done}
                for name, cost in found.items() if turn >= 0 else ():
                    costs[name].append(cost)
    ticks, seals, posting = costs["ticks"], costs["seals"], costs["posting"]
    told = f"a movement: ticks {median(ticks):.1f} µs, seals {median(seals):.1f} µs, posting {median(posting):.0f} µs"
    return {"ticks": Rounds(ticks, posting, told), "seals": Rounds(seals, posting, told)}


@contextlib.contextmanager
def _scene(scratch: Scratch) -> Iterator[tuple[str, Any]]:
    """Enter a fresh database with a currency; checkpoints go to a folder that goes away."""
    home = settings.SEAL_FOLDER
    with scratch.fresh() as url, tempfile.TemporaryDirectory() as folder:
        settings.SEAL_FOLDER = folder
        try:
            yield url, new_unit()
        finally:
            settings.SEAL_FOLDER = home


def _wallets(unit: Any) -> list[Any]:
    return [(wallet, unit.pk) for wallet in open_wallets(unit, WALLETS)]


@contextlib.contextmanager
def _background(unit: Any) -> Iterator[None]:
    """Let ticks and seals run in turns beside the caller."""
    ended = threading.Event()

    def run() -> None:
        try:
            while not ended.is_set():
                _take_in(unit)
                ended.wait(BETWEEN_SECONDS)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _take_in(unit: Any) -> None:
    take_ticks()
    _seal(unit)


def _seal(unit: Any) -> None:
    seal(programme=unit.programme, at=clock.now())
    checkpoint(programme=unit.programme, at=clock.now())
    for one in publishing.unpublished():
        publishing.publish(checkpoint=one, at=clock.now())


def _cost(act: Any, *arguments: Any) -> float:
    """Return the microseconds that an act computes, here and in its backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    before = seconds_of(pid) + time.thread_time()
    act(*arguments)
    return (seconds_of(pid) + time.thread_time() - before) * 1e6
