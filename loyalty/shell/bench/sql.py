"""The points bank by SQL call: one grant against the least that a ledger could do, and one programme against fifty."""

import datetime as dt
import uuid
from pathlib import Path

from django.db import connection

from accounts.programmes.queries import currency_of
from accounts.programmes.services import open_programme
from ledger.points.models import PointUnit
from ledger.points.services import open_points_accounts
from loyalty.kit import clock
from loyalty.shell.bench.clients import Clients, Wallet
from loyalty.shell.bench.measures import Rounds

CLIENTS = 8
WALLETS = 2_000
PROGRAMMES = 50
SECONDS = 1.5


def one_grant(conninfo: str, rounds: int) -> Rounds:
    """A grant with all that belongs to it, over a key, two legs and a balance."""
    wallets = _wallets(1, WALLETS)
    with connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "floor.sql").read_text())
    return _in_turn(conninfo, {"ours": wallets, "floor": wallets}, rounds, "grants")


def one_programme(conninfo: str, rounds: int) -> Rounds:
    """All members in one programme, over members spread on fifty."""
    return _in_turn(conninfo, {"ours": _wallets(1, WALLETS), "spread": _wallets(PROGRAMMES, WALLETS)}, rounds, "grants")


def _in_turn(conninfo: str, sides: dict[str, list[Wallet]], rounds: int, things: str) -> Rounds:
    first, second = sides
    ours, floor = [], []
    with Clients(conninfo, CLIENTS, sides) as clients:
        for turn in range(-1, rounds):
            pair = {side: clients.run(side, SECONDS) for side in ((first, second) if turn % 2 else (second, first))}
            if turn >= 0:
                ours.append(pair[first])
                floor.append(pair[second])
    middle = sorted(ours)[len(ours) // 2], sorted(floor)[len(floor) // 2]
    return Rounds(ours, floor, f"{middle[0]:,.0f} over {middle[1]:,.0f} {things}/s, {CLIENTS} clients")


def _wallets(programmes: int, count: int) -> list[Wallet]:
    """Open wallets, spread over so many new programmes; return each with its currency's unit."""
    at = clock.now()
    found: list[Wallet] = []
    for _number in range(programmes):
        slug = f"bench-{uuid.uuid4().hex[:8]}"
        programme = open_programme(
            slug=slug, name=slug, country="TR", time_zone="UTC", currency="EUR", at=at, valid_from=at.date() - dt.timedelta(days=1)
        )
        unit: PointUnit = currency_of(programme).unit
        wallets = open_points_accounts(programme=programme.pk, units=[unit], at=at, count=count // programmes)
        found += [(wallet.pk, unit.pk) for wallet in wallets]
    return found
