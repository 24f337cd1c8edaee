"""A member's past: what was bought and what came back, in the order in which it was recorded."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.members.models import Member
from rewards.earning.domain import Line
from rewards.purchases.surroundings import Scene


@dataclasses.dataclass(frozen=True, slots=True)
class Bought:
    """A purchase. `price_minor` is that of its lines, `stored` what was written down when it was evaluated, `gave` the units that it gave
    then, by currency; None for a purchase that the product has not seen."""

    id: uuid.UUID
    scene: Scene
    lines: tuple[Line, ...]
    quantities: tuple[Decimal, ...]
    price_minor: int
    stored: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    gave: Mapping[str, int] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class CameBack:
    """A return: which quantities of which lines (by place), and what they were worth."""

    id: uuid.UUID
    purchase: uuid.UUID
    business_on: dt.date
    quantities: Mapping[int, Decimal]
    price_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Past:
    """All of one member's; `redeemed` are the points of the main currency that they redeemed, by month (its first day)."""

    member: Member
    happened: Sequence[Bought | CameBack]
    redeemed: Mapping[dt.date, int] = dataclasses.field(default_factory=dict)
