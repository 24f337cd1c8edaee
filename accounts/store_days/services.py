"""Take in what stores sold: the only code that writes days of stores."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.entities.queries import unknown_store
from accounts.programmes.models import Programme
from accounts.store_days.domain import Refusal, StoreDayFacts
from accounts.store_days.models import StoreDay
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Problem

MOST_REPORTS = 1_000


class DayToCome(Malformed):
    """The day has not begun where the programme is."""

    code = "day_to_come"


class SalesWithoutTickets(Malformed):
    code = "sales_without_tickets"


class StoreDayTwice(Malformed):
    """The call says something of this store and day before: which of the two is meant?"""

    code = "store_day_twice"


@dataclasses.dataclass(frozen=True, slots=True)
class StoreDayRecord:
    row: StoreDay
    replayed: bool = False


@transaction.atomic
def report_store_days(
    *, programme: Programme, reports: Sequence[StoreDayFacts], source: str, at: dt.datetime
) -> list[StoreDayRecord | Problem]:
    """Take in up to MOST_REPORTS days of stores, each by itself, and answer each in its place with its row or its refusal.

    A later report of the same day supersedes the one before, which stays; the same figures once more change nothing.
    The refusals: UnknownStore, DayToCome, SalesWithoutTickets, StoreDayTwice.
    """
    assert len(reports) <= MOST_REPORTS, "surfaces cut what they send"
    stores = _locked_stores(programme, {facts.store for facts in reports})
    current = _current(programme, stores.values(), {facts.day for facts in reports})
    today, seen, answers = business_date(at, programme.time_zone), set[tuple[int, dt.date]](), list[StoreDayRecord | Problem]()
    for facts in reports:
        store = stores.get(facts.store)
        problem = unknown_store(facts.store) if store is None else _refusal(facts, today)
        if store is None or problem is not None:
            answers.append(problem or unknown_store(facts.store))
            continue
        place = (store.pk, facts.day)
        if place in seen:
            answers.append(_twice())
            continue
        seen.add(place)
        answers.append(_record(programme, store, facts, current.get(place), source, at))
    StoreDay.objects.bulk_create(one.row for one in answers if isinstance(one, StoreDayRecord) and not one.replayed)
    return answers


def _locked_stores(programme: Programme, codes: Iterable[str]) -> dict[str, Store]:
    """Lock the stores in order, so that reports of one store follow one another; purchases there need not wait.

    Of two with one code it is the programme's own company's.
    """
    found = Store.objects.selling_for(programme.legal_entity_id).filter(code__in=codes).order_by("pk")
    locked = found.select_for_update(no_key=True)
    return {store.code: store for store in sorted(locked, key=lambda store: store.entity_id == programme.legal_entity_id)}


def _current(programme: Programme, stores: Iterable[Store], days: Iterable[dt.date]) -> dict[tuple[int, dt.date], StoreDay]:
    rows = StoreDay.objects.filter(programme=programme, store__in=list(stores), business_on__in=days).current()
    return {(row.store_id, row.business_on): row for row in rows}


def _refusal(facts: StoreDayFacts, today: dt.date) -> Problem | None:
    match facts.refusal(today):
        case Refusal.TO_COME:
            detail = _("This day is still to come. Send it once it has begun.")
            return DayToCome(detail, errors=[FieldError("/day", "out_of_range", detail)])
        case Refusal.NO_TICKETS:
            detail = _("Sales have at least one ticket. Send how many receipts the store wrote.")
            return SalesWithoutTickets(detail, errors=[FieldError("/tickets", "out_of_range", detail)])
    return None


def _twice() -> Problem:
    detail = _("This store and day stand twice in the call; the first of them was taken. Send each day once.")
    return StoreDayTwice(detail, errors=[FieldError("/day", "given_twice", detail)])


def _record(
    programme: Programme, store: Store, facts: StoreDayFacts, known: StoreDay | None, source: str, at: dt.datetime
) -> StoreDayRecord:
    if known is not None and (known.sales_minor, known.tickets, known.returns_minor) == facts.figures:
        known.store = store
        return StoreDayRecord(known, replayed=True)
    row = StoreDay(
        programme=programme,
        store=store,
        business_on=facts.day,
        number=known.number + 1 if known is not None else 1,
        sales_minor=facts.sales_minor,
        tickets=facts.tickets,
        returns_minor=facts.returns_minor,
        source=source,
        reported_at=at,
    )
    return StoreDayRecord(row)
