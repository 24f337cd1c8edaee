"""Bodies of the calls about days of stores, and what their answers look like."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from accounts.store_days.domain import MOST_TICKETS, StoreDayFacts
from accounts.store_days.models import StoreDay
from accounts.store_days.services import MOST_REPORTS, StoreDayRecord
from loyalty.kit.money import MalformedAmount, minor_text, parse_minor
from loyalty.kit.problems import FieldError, Problem
from loyalty.kit.rest import Shape
from loyalty.kit.rest.shapes import Code, CurrencyCode, Day, InvalidInput, MoneyText


class StoreDayShape(Shape):
    """What a store sold on a business day to everybody, members among them."""

    store: Code
    """The store's code."""
    day: Day
    currency: CurrencyCode
    """The programme's currency."""
    sales: MoneyText
    """Prices after discounts, with tax, as on the receipts."""
    tickets: Annotated[int, Field(ge=0, le=MOST_TICKETS)]
    """How many receipts the store wrote."""
    returns: MoneyText = "0"
    """What came back on that day, whenever it was bought."""

    def facts(self, currency: str) -> StoreDayFacts:
        """Return what is said in the service's words; `currency` is the programme's. Raises: InvalidInput."""
        faults: list[FieldError] = []
        if self.currency != currency:
            detail = _("The programme counts in %(currency)s. Send the store's figures in it.") % {"currency": currency}
            faults.append(FieldError("/currency", "other_currency", detail))
        sales, returns = (self._minor(name, currency, faults) for name in ("sales", "returns"))
        if faults:
            raise InvalidInput(faults[0].detail, errors=faults)
        return StoreDayFacts(self.store, self.day, sales, self.tickets, returns)

    def _minor(self, name: str, currency: str, faults: list[FieldError]) -> int:
        try:
            return parse_minor(getattr(self, name), currency)
        except MalformedAmount as problem:
            faults.append(FieldError(f"/{name}", problem.code, problem.detail))
            return 0


class StoreDaysShape(Shape):
    """Up to 1,000 days of stores, each judged by itself."""

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_REPORTS)]


class StoreDayAnswer(BaseModel):
    """A day of a store; `number` says which report of the day it is: 2 and more are corrections."""

    store: str
    day: str
    currency: str
    sales: str
    tickets: int
    returns: str
    number: int
    reported_at: str


class StoreDayResult(BaseModel):
    """What became of one item: 201 with the day, or a refusal. `replayed`: the same figures were known."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class StoreDayResults(BaseModel):
    """One result for each item, in their order."""

    results: list[StoreDayResult]


class StoreDaysAnswer(BaseModel):
    """A page of days, newest first; of a day the last report."""

    results: list[StoreDayAnswer]
    next: str | None
    previous: str | None


def store_day_answer(row: StoreDay, currency: str) -> dict[str, Any]:
    """Shown as StoreDayAnswer."""
    return {
        "store": row.store.code,
        "day": row.business_on.isoformat(),
        "currency": currency,
        "sales": minor_text(row.sales_minor, currency),
        "tickets": row.tickets,
        "returns": minor_text(row.returns_minor, currency),
        "number": row.number,
        "reported_at": row.reported_at.isoformat(),
    }


def result_of(answer: StoreDayRecord | Problem, currency: str, *, is_real: bool) -> dict[str, Any]:
    """Shown as StoreDayResult."""
    if isinstance(answer, Problem):
        return {"status": answer.status, "body": answer.as_dict(), "replayed": False}
    status = 201 if is_real or answer.replayed else 200
    return {"status": status, "body": store_day_answer(answer.row, currency), "replayed": answer.replayed}
