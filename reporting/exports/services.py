"""Exports of a book's journals. Nothing is written to the database; the texts are complete files."""

import datetime as dt

from ledger.books import queries as books
from ledger.books.domain import AccountType
from ledger.books.models import Book, BookAccount, Journal
from reporting.exports import domain


def beancount(book: Book, through: dt.date) -> str:
    """Return all journals through a day as a beancount file with balance assertions."""
    return domain.beancount(_read(book, through))


def hledger(book: Book, through: dt.date) -> str:
    """Return all journals through a day as an hledger journal with balance assertions."""
    return domain.hledger(_read(book, through))


def _read(book: Book, through: dt.date) -> domain.Books:
    accounts = {a.pk: domain.Account(a.code, a.name, AccountType(a.type)) for a in BookAccount.objects.filter(book=book)}
    by_code = {account.code: account for account in accounts.values()}
    found = books.journals(book).filter(entry_on__lte=through).order_by("entry_on", "year", "number")
    transactions = [_transaction(journal, accounts) for journal in found]
    first = books.periods(book).last()
    assert first is not None
    return domain.Books(
        title=book.name,
        currency=book.currency,
        minor_digits=book.minor_digits,
        opened_on=first.starts_on,
        through_on=through,
        accounts=domain.used_accounts(transactions),
        transactions=transactions,
        balances={by_code[row.code]: row.balance_minor for row in books.trial_balance(book, through=through)},
    )


def _transaction(journal: Journal, accounts: dict[int, domain.Account]) -> domain.Transaction:
    lines = sorted(journal.lines.all(), key=lambda line: line.position)
    return domain.Transaction(
        journal.entry_on, str(journal), journal.narration, [(accounts[line.book_account_id], line.amount_minor) for line in lines]
    )
