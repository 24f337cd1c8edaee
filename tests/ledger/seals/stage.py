"""A purse whose movements are sealed, in one transaction or really committed."""

import datetime as dt
import time

from ledger.seals import services
from ledger.seals.models import SealLeaf
from tests.ledger.points.stage import Purse

AT = dt.datetime(2026, 1, 11, tzinfo=dt.UTC)


def programme_of(purse: Purse):
    return purse.unit.programme


def seal(purse: Purse, **more) -> int:
    """Seal within the test's own transaction, whose number is above the horizon: by looking at all rows."""
    return services.seal(programme=purse.unit.programme, at=AT, catch_up=True, **more)


def seal_committed(purse: Purse, wanted: int, **more) -> int:
    """Seal committed movements; other tests' transactions on the same server may hold the horizon up for a moment."""
    until, sealed = time.monotonic() + 300, 0
    while sealed < wanted and time.monotonic() < until:
        sealed += services.seal(programme=purse.unit.programme, at=AT, **more)
        time.sleep(0.05)
    return sealed


def seal_until(purse: Purse, leaves: int, **more) -> None:
    """Seal beside others until there are so many leaves, whoever made them."""
    until = time.monotonic() + 300
    while SealLeaf.objects.filter(log__programme=programme_of(purse)).count() < leaves and time.monotonic() < until:
        services.seal(programme=programme_of(purse), at=AT, **more)
        time.sleep(0.01)


def checkpoint(purse: Purse, at: dt.datetime = AT):
    return services.checkpoint(programme=purse.unit.programme, at=at)
