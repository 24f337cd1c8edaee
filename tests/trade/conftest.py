"""The trade's files: the shipped sample, or others of the same formats named by the environment."""

import csv
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.programmes.models import Programme
from loyalty.shell.trade.programme import enrol_households, open_trade_programme, open_trade_stores
from loyalty.shell.trade.reading import DATA, Basket, Parameters, read_baskets, read_parameters
from loyalty.shell.trade.replay import Replay

AT = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2017, 1, 1)
BASKETS = Path(os.environ.get("TRADE_BASKETS", DATA / "baskets.csv.gz"))

Row = dict[str, str]


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return read_parameters(Path(os.environ.get("TRADE_PARAMS", DATA / "params.json")))


@pytest.fixture(scope="session")
def baskets() -> list[Basket]:
    return read_baskets(BASKETS)


@pytest.fixture(scope="session")
def expected() -> Callable[[str], list[Row]]:
    folder = Path(os.environ.get("TRADE_EXPECTED", Path(__file__).parent / "expected"))

    def read(name: str) -> list[Row]:
        with (folder / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def open_trade(parameters: Parameters, baskets: list[Basket], db: None) -> Callable[[int], Programme]:
    """A live programme with stores and households, whose points live so many months."""

    def open_with(expiry_months: int) -> Programme:
        programme = open_trade_programme(
            slug=f"grocer-{expiry_months}",
            name=f"Grocer {expiry_months}",
            parameters=parameters,
            expiry_months=expiry_months,
            first_day=FIRST_DAY,
            at=AT,
        )
        open_trade_stores(programme=programme, baskets=baskets)
        enrol_households(programme=programme, baskets=baskets, at=AT)
        return programme

    return open_with


def replay(programme: Programme, parameters: Parameters, baskets: list[Basket], *, redeem: bool, close: bool) -> None:
    close_until = dt.date.max if close else dt.date.min
    Replay(programme=programme, parameters=parameters, at=AT, redeem=redeem, close_until=close_until).run(baskets)
