"""What a shop says of one store's day. Pure."""

import dataclasses
import datetime as dt
import enum

MOST_TICKETS = 10**7


class Refusal(enum.Enum):
    """Why a report cannot be taken."""

    TO_COME = "to come"
    NO_TICKETS = "no tickets"


@dataclasses.dataclass(frozen=True, slots=True)
class StoreDayFacts:
    """Sales to everybody, members among them, in minor units after discounts; `returns_minor` is the worth of what came back that day."""

    store: str
    day: dt.date
    sales_minor: int
    tickets: int
    returns_minor: int = 0

    @property
    def figures(self) -> tuple[int, int, int]:
        """What a later report of the same day may say differently."""
        return self.sales_minor, self.tickets, self.returns_minor

    def refusal(self, today: dt.date) -> Refusal | None:
        """Return why this cannot be so, today being the programme's business day."""
        if self.day > today:
            return Refusal.TO_COME
        if self.sales_minor and not self.tickets:
            return Refusal.NO_TICKETS
        return None
