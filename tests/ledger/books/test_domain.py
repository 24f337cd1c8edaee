import datetime as dt

import pytest

from ledger.books.domain import Entry, entry_date, is_balanced, total_minor

JANUARY = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))


def test_an_entry_is_a_debit_or_a_credit():
    debit, credit = Entry("1000", 5), Entry("4000", -5)

    assert (debit.debit_minor, debit.credit_minor) == (5, 0)
    assert (credit.debit_minor, credit.credit_minor) == (0, 5)
    assert debit.reversed() == Entry("1000", -5)


def test_it_balances_when_debits_equal_credits():
    entries = [Entry("1000", 70), Entry("2100", 30), Entry("4000", -100)]

    assert is_balanced(entries)
    assert total_minor(entries) == 100
    assert not is_balanced(entries[:2])


@pytest.mark.parametrize(
    ("business_on", "entered"),
    [
        (dt.date(2026, 1, 10), dt.date(2026, 1, 10)),
        (dt.date(2025, 12, 30), dt.date(2026, 1, 1)),
        (dt.date(2026, 1, 31), dt.date(2026, 1, 31)),
    ],
)
def test_a_late_event_enters_on_the_first_day_of_the_open_period(business_on, entered):
    assert entry_date(business_on, *JANUARY) == entered
