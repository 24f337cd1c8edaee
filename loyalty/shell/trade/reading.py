"""Read the trade's files: parameters, baskets, and receipt lines."""

import csv
import dataclasses
import datetime as dt
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclasses.dataclass(frozen=True, slots=True)
class Parameters:
    """The programme of the trade: money in cents, point value in thousandths of a cent."""

    step_cents: int
    points_per_step: int
    point_value_millicents: int
    expected_redemption_pct: int
    expiry_months: int
    short_expiry_months: int
    redeem_block_points: int
    tiers: tuple[tuple[str, int], ...]
    returns_modulus: tuple[int, int]
    returns_lag_days: int

    @property
    def point_value_minor(self) -> Decimal:
        return Decimal(self.point_value_millicents) / 1000

    @property
    def block_minor(self) -> int:
        """What a block of points is worth in cents."""
        return self.redeem_block_points * self.point_value_millicents // 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Basket:
    """One receipt: who bought where and when (local time with offset), for how many cents."""

    id: str
    household: int
    store: str
    at: dt.datetime
    cents: int

    @property
    def month(self) -> str:
        return f"{self.at:%Y-%m}"


@dataclasses.dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt; `cents` is the line's price after its discount."""

    position: int
    product: str
    department: str
    category: str
    brand: str
    quantity: int
    cents: int
    discount_cents: int


def read_parameters(path: Path | None = None) -> Parameters:
    """Read the programme's parameters; fields that the replay does not use are passed over."""
    content: dict[str, Any] = json.loads((path or DATA / "params.json").read_text())
    known = {field.name: content[field.name] for field in dataclasses.fields(Parameters)}
    known["tiers"] = tuple((name, threshold) for name, threshold in content["tiers"])
    known["returns_modulus"] = tuple(content["returns_modulus"])
    return Parameters(**known)


def read_baskets(path: Path | None = None) -> list[Basket]:
    """Read all baskets in the order of time, ties by basket id."""
    baskets = [
        Basket(
            row["basket_id"], int(row["household_id"]), row["store_id"], dt.datetime.fromisoformat(row["at_local"]), int(row["sales_cents"])
        )
        for row in _rows(path or DATA / "baskets.csv.gz")
    ]
    return sorted(baskets, key=lambda basket: (basket.at, int(basket.id)))


def read_lines(path: Path | None = None) -> dict[str, list[ReceiptLine]]:
    """Read the receipt lines of every basket, in their order on the receipt."""
    lines: dict[str, list[ReceiptLine]] = {}
    for row in _rows(path or DATA / "lines.csv.gz"):
        line = ReceiptLine(
            position=int(row["line"]),
            product=row["product_id"],
            department=row["department"],
            category=row["category"],
            brand=row["brand"],
            quantity=int(row["quantity"]),
            cents=int(row["sales_cents"]),
            discount_cents=int(row["retail_discount_cents"]),
        )
        lines.setdefault(row["basket_id"], []).append(line)
    return lines


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as file:
        yield from csv.DictReader(file)
