"""Wallets to post to."""

import datetime as dt
import uuid
from pathlib import Path

from django.db import connection

from accounts.programmes.queries import currency_of
from accounts.programmes.services import open_programme
from ledger.points.models import PointUnit
from ledger.points.services import open_points_accounts
from loyalty.kit import clock
from loyalty.shell.bench.clients import Wallet

_SQL = Path(__file__).parent / "sql"


def new_unit() -> PointUnit:
    """Open a programme and return its currency's unit."""
    at = clock.now()
    slug = f"bench-{uuid.uuid4().hex[:8]}"
    first_day = at.date() - dt.timedelta(days=1)
    programme = open_programme(slug=slug, name=slug, country="TR", time_zone="UTC", currency="EUR", at=at, valid_from=first_day)
    return currency_of(programme).unit


def open_wallets(unit: PointUnit, count: int) -> list[uuid.UUID]:
    """Open wallets with an empty balance."""
    return [wallet.pk for wallet in open_points_accounts(programme=unit.programme, units=[unit], at=clock.now(), count=count)]


def spread_wallets(programmes: int, count: int) -> list[Wallet]:
    """Open wallets, spread over so many new programmes; return each with its currency's unit."""
    units = [new_unit() for _ in range(programmes)]
    return [(wallet, unit.pk) for unit in units for wallet in open_wallets(unit, count // programmes)]


def install(*names: str) -> None:
    """Run files of sql/ in the present database."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute((_SQL / f"{name}.sql").read_text())
