"""What is owed on gift cards, month by month: from the events, and held against the cards."""

import dataclasses
import datetime as dt
from collections import defaultdict

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from accounts.programmes.models import Programme
from loyalty.kit.clock import add_months
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCard, GiftCardEvent


@dataclasses.dataclass(frozen=True, slots=True)
class CardMonth:
    """A month of the cards of one kind, in minor units, by business day."""

    month: dt.date
    kind: CardKind
    opening: int
    issued: int
    charged: int
    given_back: int
    expired: int

    @property
    def closing(self) -> int:
        return self.opening + self.issued - self.charged + self.given_back - self.expired


@dataclasses.dataclass(frozen=True, slots=True)
class CardReport:
    """All months of one kind, oldest first, and what is on the cards now."""

    kind: CardKind
    months: list[CardMonth]
    on_cards: int

    @property
    def closing(self) -> int:
        return self.months[-1].closing if self.months else 0

    @property
    def ties(self) -> bool:
        """Whether what happened adds up to what is on the cards."""
        return self.closing == self.on_cards


def card_reports(programme: Programme) -> list[CardReport]:
    """Return the roll-forward of sold cards, a contract liability, and of given ones, which are none."""
    moved: dict[CardKind, dict[dt.date, dict[str, int]]] = {kind: defaultdict(dict) for kind in CardKind}
    rows = GiftCardEvent.objects.filter(programme=programme, amount_minor__gt=0).annotate(month=TruncMonth("business_on"))
    for kind, month, what, amount in rows.values_list("card__kind", "month", "kind").annotate(total=Sum("amount_minor")):
        moved[CardKind(kind)][month][what] = amount
    held = dict(GiftCard.objects.filter(programme=programme).values_list("kind").annotate(total=Sum("balance_minor")))
    return [CardReport(kind, _months(kind, moved[kind]), held.get(kind.value, 0)) for kind in CardKind]


def _months(kind: CardKind, moved: dict[dt.date, dict[str, int]]) -> list[CardMonth]:
    found: list[CardMonth] = []
    month = min(moved, default=dt.date.max)
    while moved and month <= max(moved):
        of, opening = moved.get(month, {}), found[-1].closing if found else 0
        amounts = (of.get(name, 0) for name in ("issued", "charged", "given_back", "expired"))
        found.append(CardMonth(month, kind, opening, *amounts))
        month = add_months(month, 1)
    return found
