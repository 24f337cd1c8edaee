"""What rules look at: the lines of a basket, and the facts around it. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rewards.earning.domain.fields import Kind, field_of

Value = str | int | Decimal | dt.date | frozenset[str]
_NO_FLAGS: frozenset[str] = frozenset()


class Line(NamedTuple):
    """One line of a basket; amounts in minor units: price after discount, the part of it paid in money, the tax in that part."""

    category: str
    sku: str
    price_minor: int
    paid_minor: int
    tax_minor: int = 0
    quantity: Decimal = Decimal(1)
    brand: str = ""
    flags: frozenset[str] = _NO_FLAGS
    discount_minor: int = 0

    def value(self, name: str) -> Value:
        """Return a field of the line (`fields.LINE_FIELDS`)."""
        value: Value = getattr(self, _ATTRIBUTES.get(name, name))
        return value


_ATTRIBUTES = {"price": "price_minor", "paid": "paid_minor", "discount": "discount_minor"}


@dataclasses.dataclass(frozen=True, slots=True)
class Basket:
    """The lines, the facts by field name, what capped rules have given the member before (by `Cap.key`), and the units for which the
    budgets of campaigns have room (by the campaign's code)."""

    lines: tuple[Line, ...]
    facts: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    used: Mapping[str, int] = dataclasses.field(default_factory=dict)
    rooms: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def value(self, name: str) -> Value | None:
        """Return a field of the purchase, the member, the time or the history; None when it is not known."""
        reckon = RECKONED.get(name)
        return reckon(self.lines) if reckon else self.facts.get(name)


RECKONED: dict[str, Callable[[Sequence[Line]], Value]] = {
    "order.price": lambda lines: sum(line.price_minor for line in lines),
    "order.paid": lambda lines: sum(line.paid_minor for line in lines),
    "order.net": lambda lines: sum(line.paid_minor - line.tax_minor for line in lines),
    "order.before_discount": lambda lines: sum(line.price_minor + line.discount_minor for line in lines),
    "order.items": lambda lines: sum((line.quantity for line in lines), Decimal(0)),
}


def facts_as_json(basket: Basket) -> dict[str, Any]:
    """Write down what a later evaluation of the same basket needs beside its lines."""
    facts = {name: _plain(value) for name, value in sorted(basket.facts.items())}
    written: dict[str, Any] = {"facts": facts} if facts else {}
    written |= {"used": dict(sorted(basket.used.items()))} if basket.used else {}
    return written | ({"rooms": dict(sorted(basket.rooms.items()))} if basket.rooms else {})


def basket_of(lines: tuple[Line, ...], written: Mapping[str, Any]) -> Basket:
    """Make the basket of these lines with the facts that `facts_as_json` wrote down."""
    facts = {name: _read(name, value) for name, value in written.get("facts", {}).items()}
    return Basket(lines, facts, written.get("used", {}), written.get("rooms", {}))


def _plain(value: Value) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value if isinstance(value, str | int) else str(value)


def _read(name: str, value: Any) -> Value:
    field = field_of(name)
    assert field is not None, name
    if field.kind is Kind.TEXTS:
        return frozenset(value)
    if field.kind is Kind.DAY:
        return dt.date.fromisoformat(value)
    known: Value = Decimal(value) if field.kind is Kind.NUMBER else value
    return known
