import datetime as dt
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ledger.books import queries
from ledger.books.domain import Basis, Draft, Entry, EventType, PeriodState, Profile
from ledger.books.models import Journal, JournalLine, Period
from ledger.books.services import (
    AlreadyReversed,
    PeriodCannotReopen,
    PeriodNotOpen,
    UnbalancedJournal,
    UnknownBookAccount,
    close_period,
    open_book,
    post_journal,
    post_journals,
    reopen_period,
    reverse_journal,
    soft_close_period,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 10)


@pytest.fixture
def book():
    return open_book(name="Shop", currency="EUR", first_day=DAY, profile=Profile.FULL)


def draft(*entries, on=DAY, event=EventType.MANUAL):
    lines = [Entry(account, amount) for account, amount in entries or (("1000", 100), ("4000", -100))]
    return Draft(event, Basis.EVENT, on, "A sale", lines)


def close(book):
    return close_period(period=queries.current_period(book), actor=UUID(int=2), at=AT, known_at=AT)


def test_a_new_book_has_a_chart_and_one_open_month(book):
    period = queries.current_period(book)

    assert (period.starts_on, period.ends_on, period.state) == (dt.date(2026, 1, 1), dt.date(2026, 1, 31), PeriodState.OPEN)
    assert book.book_accounts.count() == 43
    assert book.minor_digits == 2


def test_it_posts_and_numbers_without_gaps(book):
    journals = post_journals(book=book, drafts=[draft(), draft(("1000", -30), ("4000", 30))], at=AT, actor=UUID(int=1))

    assert [str(journal) for journal in journals] == ["2026-000001", "2026-000002"]
    assert {row.code: row.balance_minor for row in queries.trial_balance(book)} == {"1000": 70, "4000": -70}


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ((("1000", 100), ("4000", -99)), UnbalancedJournal),
        ((("1000", 0),), UnbalancedJournal),
        ((("1000", 100), ("9999", -100)), UnknownBookAccount),
    ],
)
def test_it_refuses_what_cannot_be_posted_and_changes_nothing(book, entries, problem):
    with pytest.raises(problem), transaction.atomic():
        post_journal(book=book, draft=draft(*entries), at=AT)

    assert Journal.objects.count() == JournalLine.objects.count() == 0


def test_it_refuses_days_after_the_open_period(book):
    with pytest.raises(PeriodNotOpen):
        post_journal(book=book, draft=draft(on=dt.date(2026, 2, 1)), at=AT)

    assert Journal.objects.count() == 0


def test_a_soft_closed_period_takes_only_the_close(book):
    soft_close_period(period=queries.current_period(book))

    with pytest.raises(PeriodNotOpen):
        post_journal(book=book, draft=draft(), at=AT)
    assert len(post_journals(book=book, drafts=[draft()], at=AT, during_close=True)) == 1


def test_closing_locks_the_month_and_opens_the_next(book):
    following = close(book)

    assert (following.starts_on, following.state) == (dt.date(2026, 2, 1), PeriodState.OPEN)
    late = post_journal(book=book, draft=draft(), at=AT)
    assert (late.period, late.entry_on, late.business_on, late.is_prior_period) == (following, following.starts_on, DAY, True)


def test_a_closed_period_stays_closed(book):
    period = queries.current_period(book)
    close(book)

    with pytest.raises(PeriodCannotReopen):
        reopen_period(period=period)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(state=PeriodState.OPEN.value)
    period.refresh_from_db()
    assert period.is_closed


def test_a_reversal_is_the_exact_opposite_once(book):
    journal = post_journal(book=book, draft=draft(("1000", 70), ("2100", 30), ("4000", -100)), at=AT)
    close(book)

    reversal = reverse_journal(journal=journal, at=AT, actor=UUID(int=3))

    assert reversal.reverses == journal
    assert (reversal.business_on, reversal.entry_on) == (DAY, dt.date(2026, 2, 1))
    assert {row.balance_minor for row in queries.trial_balance(book)} == {0}
    with pytest.raises(AlreadyReversed):
        reverse_journal(journal=journal, at=AT)


def test_reversal_and_repost_equal_direct_posting(book):
    wrong = post_journal(book=book, draft=draft(("1000", 700), ("4000", -700)), at=AT)
    reverse_journal(journal=wrong, at=AT)
    post_journal(book=book, draft=draft(("1000", 70), ("4000", -70)), at=AT)

    assert {row.code: row.balance_minor for row in queries.trial_balance(book)} == {"1000": 70, "4000": -70}


# --- whoever writes, the database keeps the rules ----------------------------------------------------------------------------


def refused(statement, *parameters):
    with pytest.raises((DatabaseError, IntegrityError)) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return str(refusal.value)


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_journalline", "ledger_journalsource"])
def test_posted_rows_cannot_be_changed(book, table):
    journal = post_journal(book=book, draft=draft(), at=AT)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_journalsource (journal_id, kind, source_id) VALUES (%s, 'test', %s)", [journal.pk, journal.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert "append-only" in refused(f"DELETE FROM {table}")
    assert "append-only" in refused(f"UPDATE {table} SET id = id")
    assert "append-only" in refused(f"TRUNCATE {table} CASCADE")


def test_lines_cannot_be_added_to_a_posted_journal(book):
    journal = post_journal(book=book, draft=draft(), at=AT)
    account = book.book_accounts.get(code="1000").pk
    pair = "INSERT INTO ledger_journalline (journal_id, position, book_account_id, debit_minor, credit_minor, movement_type) VALUES "

    message = refused(pair + "(%s, 3, %s, 5, 0, 'other'), (%s, 4, %s, 0, 5, 'other')", journal.pk, account, journal.pk, account)

    assert "do not balance" in message


def test_a_journal_needs_the_next_number_and_an_open_period(book):
    period = queries.current_period(book)
    fields = {
        "book": book,
        "period": period,
        "event_type": "manual",
        "basis": "event",
        "narration": "x",
        "posted_at": AT,
        "business_on": DAY,
    }
    header = {"line_count": 2, "total_minor": 1, "year": 2026, "entry_on": DAY}

    with pytest.raises(IntegrityError, match="gap"), transaction.atomic():
        Journal.objects.create(**fields, **header, number=2)
    with pytest.raises(IntegrityError, match="outside"), transaction.atomic():
        Journal.objects.create(**fields, **{**header, "entry_on": dt.date(2026, 2, 1)}, number=1)
    close(book)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Journal.objects.create(**fields, **header, number=1)


def test_a_journal_without_lines_does_not_commit(book):
    period = queries.current_period(book)

    with pytest.raises(IntegrityError, match="no lines"), transaction.atomic():
        Journal.objects.create(
            book=book, period=period, year=2026, number=1, entry_on=DAY, business_on=DAY, event_type="manual", basis="event",
            narration="x", line_count=2, total_minor=1, posted_at=AT,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_book_has_one_open_period_at_a_time(book):
    with pytest.raises(IntegrityError, match="period_one_at_a_time"), transaction.atomic():
        Period.objects.create(book=book, starts_on=dt.date(2026, 2, 1), ends_on=dt.date(2026, 2, 28))
