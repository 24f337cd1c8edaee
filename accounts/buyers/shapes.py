"""Bodies of the calls about buyers, and what their answers look like."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel

from accounts.buyers.models import Buyer
from loyalty.kit.rest import Shape
from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Code, Seen, line


class BuyerShape(Shape):
    """Somebody who buys for the member."""

    code: Code
    """The buyer's code, unique among those of the member; purchases name it."""
    name: Annotated[str, line(100), Seen]
    email: Annotated[str, line(254, least=0), Seen] = ""


class BuyersQuery(PageQuery):
    """Which of them."""

    state: Literal["open", "closed"] | None = None
    """Who still buys, or who no longer does."""
    code: Code | None = None
    """The buyer with this code."""


class BuyerAnswer(BaseModel):
    """A buyer; `closed_at` tells since when they no longer buy."""

    code: str
    name: str
    email: str
    added_at: str
    closed_at: str | None


class BuyersAnswer(BaseModel):
    """A page of buyers, by code."""

    results: list[BuyerAnswer]
    next: str | None
    previous: str | None


def buyer_answer(row: Buyer) -> dict[str, Any]:
    """Shown as BuyerAnswer."""
    return {
        "code": row.code,
        "name": row.name,
        "email": row.email,
        "added_at": row.added_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }
