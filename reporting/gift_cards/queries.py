"""What is owed on gift cards: month by month from the events, held against the cards; and as the books took it in."""

import dataclasses
import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from accounts.programmes.models import Programme
from accounts.users.queries import names_of
from ledger.books import chart
from ledger.books import queries as books
from ledger.books.models import Book, Period
from loyalty.kit.clock import add_months
from reporting.gift_cards.domain import Cohort, Judgement, Moves, Posted, Statement
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement
from rewards.gift_cards.domain import CardKind, EventKind
from rewards.gift_cards.models import GiftCard, GiftCardEvent


class EventKey(NamedTuple):
    """Events that are posted together. `beside` are payments of orders that the books do not know."""

    programme_id: uuid.UUID
    business_on: dt.date
    card_month: dt.date
    card_kind: str
    what: str
    beside: bool


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


def new_events(book: Book, through_on: dt.date) -> dict[EventKey, int]:
    """Return what happened through a day and is not posted yet, minor units."""
    beside = Case(When(Q(purchase=None) & Q(kind__in=(EventKind.CHARGED, EventKind.GIVEN_BACK)), then=Value(True)), default=Value(False))
    rows = (
        _events(book)
        .filter(business_on__lte=through_on)
        .values_list("programme_id", "business_on", TruncMonth("card__issued_on"), "card__kind", "kind", beside)
        .annotate(total=Sum("amount_minor"))
    )
    found = Counter({EventKey(*key): total for *key, total in rows})
    found.subtract(
        {EventKey(*key): total for *key, total in _posted(book).values_list(*EventKey._fields).annotate(total=Sum("amount_minor"))}
    )
    return {key: amount for key, amount in found.items() if amount > 0}


def proposed_statements(book: Book, period: Period) -> dict[Cohort, Statement]:
    """Return the statements that closing a period would keep; none for cohorts that are settled and did not move."""
    moved, in_period, before = _moves(book), _moves(book, period), _before(book, period)
    estimates = estimates_in_force(book)
    nothing = Moves()
    found = {}
    for cohort, moves in moved.items():
        judged = _judgement(estimates, cohort, period.ends_on)
        statement = Statement(moves, in_period.get(cohort, nothing), judged, before.get(cohort, Posted()))
        if statement.liability_minor or statement.before.liability or cohort in in_period or statement.breakage_minor:
            found[cohort] = statement
    return found


def statements_of(period: Period) -> list[CardStatement]:
    """Return the kept statements of a closed period."""
    return list(CardStatement.objects.filter(period=period).select_related("programme").order_by("programme__name", "card_month", "pk"))


def estimates_in_force(book: Book) -> list[CardEstimate]:
    rows = CardEstimate.objects.filter(programme__legal_entity__book=book, state=CardEstimate.State.APPROVED)
    return list(rows.order_by("valid_from", "pk"))


def liability_in_books(book: Book) -> int:
    return -books.account_balance(book, chart.GIFT_CARD_LIABILITY)


def liability_in_cards(book: Book) -> int:
    """Return what the books must hold: what was posted of sold cards, less what closes took off."""
    moved = sum((moves.sold - moves.spent for moves in _moves(book).values()), 0)
    taken = CardStatement.objects.filter(period__book=book).aggregate(total=Sum(F("breakage_minor") + F("unclaimed_minor"), default=0))
    return moved - int(taken["total"])


@dataclasses.dataclass(frozen=True, slots=True)
class Estimates:
    """All estimates of a programme's cards, newest first."""

    estimates: Sequence[CardEstimate]
    names: Mapping[uuid.UUID, str]


def estimates(programme: Programme) -> Estimates:
    found = list(CardEstimate.objects.filter(programme=programme).order_by("-valid_from", "-pk"))
    return Estimates(found, names_of(user for one in found for user in (one.prepared_by, one.approved_by)))


def estimate_months(programme: Programme) -> list[dt.date]:
    """Return the months that a draft may begin with: the open one and a year on."""
    first = books.current_period(programme.legal_entity.book).starts_on
    return [add_months(first, number) for number in range(12)]


@dataclasses.dataclass(frozen=True, slots=True)
class CardTie:
    """Money on the cards of one programme at a period's end, as the cards and as the books have it."""

    programme: str
    on_cards: int
    posted: int


def card_ties(book: Book, period: Period) -> list[CardTie]:
    """Compare the cards, less what happened after the period, with what was posted of them."""
    held = Counter(dict(_cards(book).values_list("programme__name").annotate(total=Sum("balance_minor"))))
    later = _events(book).filter(business_on__gt=period.ends_on)
    for name, kind, total in later.values_list("programme__name", "kind").annotate(total=Sum("amount_minor")):
        held[name] -= EventKind(kind).sign * total
    posted: Counter[str] = Counter()
    for name, what, total in _posted(book).values_list("programme__name", "what").annotate(total=Sum("amount_minor")):
        posted[name] += EventKind(what).sign * total
    return [CardTie(name, held[name], posted[name]) for name in sorted({*held, *posted})]


def without_estimate(book: Book, period: Period) -> dict[str, int]:
    """Return the programmes with money on sold cards and no estimate that serves this close."""
    estimates = estimates_in_force(book)
    rows = _cards(book).filter(kind=CardKind.SOLD, balance_minor__gt=0).values_list("programme_id", "programme__name")
    return {
        name: total
        for programme, name, total in rows.annotate(total=Sum("balance_minor")).order_by("programme__name")
        if _judgement(estimates, Cohort(programme, period.starts_on), period.ends_on).estimate is None
    }


def late_postings(book: Book, period: Period) -> tuple[int, int]:
    """Return how many days of closed months were taken in by a period, and how much."""
    late = CardPosting.objects.filter(book=book, period=period, business_on__lt=period.starts_on)
    return late.values("business_on").distinct().count(), int(late.aggregate(total=Sum("amount_minor", default=0))["total"])


def _cards(book: Book) -> "QuerySet[GiftCard]":
    return GiftCard.objects.filter(programme__legal_entity__book=book)


def _events(book: Book) -> "QuerySet[GiftCardEvent]":
    return GiftCardEvent.objects.filter(programme__legal_entity__book=book, amount_minor__gt=0)


def _posted(book: Book) -> "QuerySet[CardPosting]":
    return CardPosting.objects.filter(book=book)


_FIELDS: Mapping[str, str] = {
    EventKind.ISSUED: "sold",
    EventKind.CHARGED: "paid",
    EventKind.GIVEN_BACK: "given_back",
    EventKind.EXPIRED: "lapsed",
}


def _moves(book: Book, period: Period | None = None) -> dict[Cohort, Moves]:
    rows = _posted(book).filter(card_kind=CardKind.SOLD)
    if period is not None:
        rows = rows.filter(period=period)
    found: dict[Cohort, Moves] = defaultdict(Moves)
    for programme, month, what, total in rows.values_list("programme_id", "card_month", "what").annotate(total=Sum("amount_minor")):
        found[Cohort(programme, month)] += Moves(**{_FIELDS[what]: total})
    return dict(found)


def _before(book: Book, period: Period) -> dict[Cohort, Posted]:
    """The last statement of each cohort before a period."""
    rows = CardStatement.objects.filter(period__book=book, period__starts_on__lt=period.starts_on).order_by("period__starts_on")
    return {
        Cohort(row.programme_id, row.card_month): Posted(row.breakage_total_minor, row.unclaimed_total_minor, row.liability_minor)
        for row in rows
    }


def _judgement(estimates: Sequence[CardEstimate], cohort: Cohort, on: dt.date) -> Judgement:
    """The latest estimate of the programme that serves a close on this day."""
    serving = [one for one in estimates if one.programme_id == cohort.programme and one.valid_from <= on]
    return Judgement(serving[-1].pk, serving[-1].percentage, serving[-1].unclaimed_percentage) if serving else Judgement()
