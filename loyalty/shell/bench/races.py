"""One grant by SQL call, against the least that a ledger could do, a rival's shape, and pgbench; and one programme against fifty."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.db import connection

from loyalty.postgres import binaries
from loyalty.shell.bench.clients import SYSTEM, Clients, Side, Slot
from loyalty.shell.bench.measures import Found, Report, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.wallets import install, new_unit, open_wallets, spread_wallets

WALLETS = 2_000
PROGRAMMES = 50
SLOTS = 2
"""Clients that commit together share a disk's flushes: in a slot of the usual length, one slow flush decides."""
PGBENCH_CLIENTS = 16
PGBENCH_SCALE = 10
"""A million rows to update."""


def grants(scratch: Scratch, scale: Scale, *, clients: int) -> Found:
    """A grant with all that belongs to it, over a key, two legs and a balance, and over a transfer between two locked rows."""
    with scratch.fresh() as url:
        wallets = spread_wallets(1, WALLETS)
        install("floor", "rival")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench.rival_account (id, may_be_negative) SELECT id::text, id = %s FROM unnest(%s::uuid[]) id",
                [SYSTEM, [SYSTEM, *(wallet for wallet, _unit in wallets)]],
            )
        slots = in_turn(url, {name: Side(name, wallets) for name in ("grant", "floor", "rival")}, scale, clients)
    return {f"grant-{clients}": against(slots, "grant", "floor"), f"rival-{clients}": against(slots, "grant", "rival")}


def one_programme(scratch: Scratch, scale: Scale) -> Found:
    """All members in one programme, over members spread on fifty."""
    with scratch.fresh() as url:
        sides = {"one": Side("grant", spread_wallets(1, WALLETS)), "spread": Side("grant", spread_wallets(PROGRAMMES, WALLETS))}
        return {"programmes": against(in_turn(url, sides, scale, clients=8), "one", "spread")}


def simple_update(scratch: Scratch, scale: Scale) -> Found:
    """Grants posted by pgbench, over pgbench's own simple-update: a row updated and read, a row added, one durable commit."""
    program = binaries.find() / "pgbench"
    if not program.exists():
        return {"simple-update": Report("pgbench is not installed with the server")}
    with scratch.fresh() as url, tempfile.TemporaryDirectory() as folder:
        unit = new_unit()
        install("pgbench_wallets")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench.wallet (id) SELECT unnest(%s::uuid[])", [open_wallets(unit, WALLETS)])
        script = Path(folder) / "grant.sql"
        template = (Path(__file__).parent / "sql" / "pgbench_grant.sql").read_text()
        script.write_text(template.replace("{wallets}", str(WALLETS)).replace("{unit}", str(unit.pk)))
        _pgbench(program, url, "-i", "-q", "-s", str(PGBENCH_SCALE))
        ours, floor = [], []
        for turn in range(-1, scale.rounds):
            rates = {name: _rate(program, url, scale, *chosen) for name, chosen in _alternating(turn, script)}
            if turn >= 0:
                ours.append(rates["grant"])
                floor.append(rates["simple"])
    told = f"{median(ours):,.0f} over {median(floor):,.0f} transactions/s by pgbench, {PGBENCH_CLIENTS} clients"
    return {"simple-update": Rounds(ours, floor, told)}


def in_turn(url: str, sides: Mapping[str, Side], scale: Scale, clients: int) -> dict[str, list[Slot]]:
    """Let clients post to each side in turn, in changing order; return the slots of each. The first round warms up."""
    slots: dict[str, list[Slot]] = {name: [] for name in sides}
    with Clients(url, clients, sides) as running:
        for turn in range(-1, scale.rounds):
            for name in sorted(sides, reverse=bool(turn % 2)):
                slot = running.run(name, SLOTS * scale.seconds)
                if turn >= 0:
                    slots[name].append(slot)
    return slots


def against(slots: Mapping[str, list[Slot]], ours: str, floor: str) -> Rounds:
    """Compare the rates of two sides."""
    mine, other = ([slot.rate for slot in slots[name]] for name in (ours, floor))
    costs = [median([slot.cpu_us for slot in slots[name]]) for name in (ours, floor)]
    told = f"{median(mine):,.0f} over {median(other):,.0f} a second, {costs[0]:,.0f} over {costs[1]:,.0f} µs of backend CPU each"
    return Rounds(mine, other, told)


def _alternating(turn: int, script: Path) -> list[tuple[str, tuple[str, str]]]:
    sides = [("grant", ("-f", str(script))), ("simple", ("-b", "simple-update"))]
    return sides if turn % 2 else sides[::-1]


def _rate(program: Path, url: str, scale: Scale, *chosen: str) -> float:
    """Return the transactions a second that pgbench counts, connecting left out."""
    seconds = max(1, round(1.5 * scale.seconds))  # it connects anew for each slot, so its slots are longer
    told = _pgbench(program, url, "-n", "-M", "prepared", "-c", str(PGBENCH_CLIENTS), "-j", "2", "-T", str(seconds), *chosen)
    return float(next(line for line in told.splitlines() if line.startswith("tps")).split()[2])


def _pgbench(program: Path, url: str, *arguments: str) -> str:
    return subprocess.run([str(program), *arguments, url], check=True, capture_output=True, text=True).stdout
