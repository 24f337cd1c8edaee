"""What a statement looks like in the API, in the file and under its hash: one way to write it."""

import datetime as dt
import uuid
from typing import Any

from pydantic import BaseModel

from loyalty.kit.money import exponent, minor_text
from rewards.coalition.models import PartnerStatement, PartnerStatementLine

COLUMNS = ("points", "day", "what", "count", "units", "price", "amount", "face")


class StatementLineAnswer(BaseModel):
    """A business day of one kind at one price: `issued` and `taken_back` are what the partner owes; `redeemed` and `given_back` (rewards),
    `tendered` and `refunded` (payments with points) what it is owed.

    `price` is that of one unit, in major units; `amount` the sum of what each act comes to, halves up to the minor unit; `face` what points
    paid at the till.
    """

    points: str
    day: str
    what: str
    count: int
    units: int
    price: str
    amount: str
    face: str


class StatementAnswer(BaseModel):
    """A month with a partner. `hash` is the SHA-256 of the answer without `id`, `issued_at` and `hash`, as JSON with sorted keys and no blanks."""

    id: uuid.UUID
    programme: str
    partner: str
    month: str
    currency: str
    invoiced: str
    payable: str
    tendered: str
    issued_at: str
    hash: str


class StatementStory(StatementAnswer):
    """A month with its lines."""

    lines: list[StatementLineAnswer]


class StatementsAnswer(BaseModel):
    """A page of statements, newest month first."""

    results: list[StatementAnswer]
    next: str | None
    previous: str | None


def head_of(row: PartnerStatement) -> dict[str, Any]:
    """Return what a statement says besides its lines."""
    return {
        "programme": row.programme.slug,
        "partner": row.partner.name,
        "month": _month(row.month),
        "currency": row.currency,
        "invoiced": minor_text(row.invoiced_minor, row.currency),
        "payable": minor_text(row.payable_minor, row.currency),
        "tendered": minor_text(row.tendered_minor, row.currency),
    }


def line_of(line: PartnerStatementLine, row: PartnerStatement) -> dict[str, Any]:
    """Shown as StatementLineAnswer."""
    price = line.price_minor.scaleb(-exponent(row.currency))
    return {
        "points": line.points,
        "day": line.business_on.isoformat(),
        "what": str(line.what),
        "count": line.count,
        "units": line.units,
        "price": f"{price.normalize():f}",
        "amount": minor_text(line.amount_minor, row.currency),
        "face": minor_text(line.face_minor, row.currency),
    }


def statement_answer(row: PartnerStatement) -> dict[str, Any]:
    """Shown as StatementAnswer."""
    return {"id": str(row.pk), **head_of(row), "issued_at": row.issued_at.isoformat(), "hash": row.digest}


def _month(day: dt.date) -> str:
    return f"{day:%Y-%m}"
