import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.entities.queries import UnknownStore
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.models import StoreDay
from accounts.store_days.services import DayToCome, SalesWithoutTickets, StoreDayTwice, report_store_days
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, ProgrammeFactory, StoreFactory

TODAY = dt.date(2026, 1, 15)
DAY = StoreDayFacts("S1", dt.date(2026, 1, 14), 123_450, 120, 1_200)


@pytest.fixture
def programme(db):
    programme = ProgrammeFactory.create()
    StoreFactory.create(entity=programme.legal_entity, code="S1")
    return programme


def report(programme, *days, at=AT):
    return report_store_days(programme=programme, reports=days, source="partner:1", at=at)


def told(programme):
    rows = StoreDay.objects.filter(programme=programme).current().order_by("business_on", "store")
    return [(row.store.code, row.business_on, row.sales_minor, row.tickets, row.returns_minor, row.number) for row in rows]


def test_a_day_is_taken_as_it_is_reported(programme):
    (record,) = report(programme, DAY)

    assert not record.replayed
    assert told(programme) == [("S1", DAY.day, 123_450, 120, 1_200, 1)]
    assert (record.row.source, record.row.reported_at, record.row.net_minor) == ("partner:1", AT, 122_250)


def test_a_later_report_supersedes_the_one_before_which_stays(programme):
    report(programme, DAY)

    (record,) = report(programme, dataclasses.replace(DAY, tickets=121))

    assert (record.row.number, record.replayed) == (2, False)
    assert told(programme) == [("S1", DAY.day, 123_450, 121, 1_200, 2)]
    assert list(StoreDay.objects.order_by("number").values_list("tickets", flat=True)) == [120, 121]


def test_the_same_figures_once_more_change_nothing(programme):
    report(programme, DAY)

    (record,) = report(programme, DAY, at=AT + dt.timedelta(hours=1))

    assert record.replayed
    assert StoreDay.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (dataclasses.replace(DAY, store="S9"), UnknownStore),
        (dataclasses.replace(DAY, day=TODAY + dt.timedelta(days=1)), DayToCome),
        (dataclasses.replace(DAY, tickets=0), SalesWithoutTickets),
    ],
)
def test_what_cannot_be_is_refused_by_itself(programme, facts, refusal):
    refused, taken = report(programme, facts, dataclasses.replace(DAY, day=TODAY))

    assert isinstance(refused, refusal)
    assert taken.row.business_on == TODAY
    assert StoreDay.objects.count() == 1


def test_a_day_that_stands_twice_in_a_call_is_taken_once_however_often_it_is_sent(programme):
    twice = (DAY, dataclasses.replace(DAY, tickets=99))

    first, again = report(programme, *twice), report(programme, *twice)

    assert isinstance(first[1], StoreDayTwice)
    assert (first[0].replayed, again[0].replayed) == (False, True)
    assert told(programme) == [("S1", DAY.day, 123_450, 120, 1_200, 1)]


def test_a_store_of_another_company_is_not_known(programme):
    StoreFactory.create(code="S2")

    (refused,) = report(programme, dataclasses.replace(DAY, store="S2"))

    assert isinstance(refused, UnknownStore)


def test_programmes_of_one_company_count_for_themselves(programme):
    other = ProgrammeFactory.create(legal_entity=programme.legal_entity)
    report(programme, DAY)

    (record,) = report(other, DAY)

    assert (record.row.number, record.replayed) == (1, False)


def test_the_day_of_the_programme_counts_not_that_of_the_clock(programme):
    midnight_in_istanbul = dt.datetime(2026, 1, 15, 21, 5, tzinfo=dt.UTC)

    (record,) = report(programme, dataclasses.replace(DAY, day=dt.date(2026, 1, 16)), at=midnight_in_istanbul)

    assert record.row.business_on == dt.date(2026, 1, 16)


def test_a_thousand_days_ask_no_more_often_than_one(programme, django_assert_num_queries):
    days = [dataclasses.replace(DAY, day=TODAY - dt.timedelta(days=number)) for number in range(1_000)]

    with django_assert_num_queries(5):  # savepoint, stores, what is known, insert, release
        report(programme, *days)

    assert StoreDay.objects.count() == 1_000


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_storeday SET tickets = 1", "DELETE FROM accounts_storeday", "TRUNCATE accounts_storeday"]
)
def test_the_database_keeps_every_report(programme, statement):
    report(programme, DAY)

    with (
        pytest.raises((InternalError, IntegrityError), match=r"(?i)append|only added|change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_the_database_wants_tickets_for_sales(programme):
    row = StoreDay(programme=programme, store=programme.legal_entity.stores.get(), business_on=TODAY, number=1, reported_at=AT)
    row.sales_minor, row.tickets, row.returns_minor = 5, 0, 0

    with pytest.raises(IntegrityError, match="store_day_sells_on_tickets"), transaction.atomic():
        row.save(force_insert=True)


def test_copies_of_a_report_that_come_at_once_are_one(committed_db):
    programme = ProgrammeFactory.create()
    StoreFactory.create(entity=programme.legal_entity, code="S1")

    answers = at_once(*[lambda: report(programme, DAY)] * 6)

    assert sorted(one.replayed for (one,) in answers) == [False] + [True] * 5
    assert StoreDay.objects.count() == 1


def test_corrections_that_come_at_once_are_numbered_in_a_row(committed_db):
    programme = ProgrammeFactory.create()
    StoreFactory.create(entity=programme.legal_entity, code="S1")

    def correction(tickets):
        return lambda: report(programme, dataclasses.replace(DAY, tickets=tickets))

    at_once(*[correction(tickets) for tickets in range(1, 7)])

    assert sorted(StoreDay.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3), min_size=1, max_size=12))
def test_the_last_report_counts_and_every_change_is_kept(db, said):
    with transaction.atomic():
        programme = ProgrammeFactory.create()
        StoreFactory.create(entity=programme.legal_entity, code="S1")

        for tickets in said:
            report(programme, dataclasses.replace(DAY, tickets=tickets))

        changes = [tickets for place, tickets in enumerate(said) if place == 0 or said[place - 1] != tickets]
        kept = StoreDay.objects.filter(programme=programme).order_by("number")
        assert list(kept.values_list("tickets", flat=True)) == changes
        assert kept.current().get().tickets == said[-1]
        transaction.set_rollback(True)
