"""Journals and balances as tables for files. Pure rendering; the journals come with their lines."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ledger.books.models import Book, Journal
from reporting.journals.queries import BalanceRow
from reporting.rollforward.files import Cell

JOURNALS_HEADER: Final = (
    "journal",
    "period",
    "entry_on",
    "business_on",
    "event",
    "basis",
    "narration",
    "reverses",
    "posted_at",
    "posted_by",
    "line",
    "account",
    "account_name",
    "erp_account",
    "debit",
    "credit",
    "currency",
    "movement",
    "pool",
)
BALANCES_HEADER: Final = ("account", "account_name", "type", "opening", "debit", "credit", "closing", "currency")


def journals_table(journals: Iterable[Journal], book: Book) -> list[list[Cell]]:
    """Return header and one row for each line; amounts in the currency's major unit."""
    table: list[list[Cell]] = [list(JOURNALS_HEADER)]
    for journal in journals:
        head: list[Cell] = [str(journal), str(journal.period), journal.entry_on.isoformat(), journal.business_on.isoformat()]
        head += [journal.event_type, journal.basis, journal.narration, str(journal.reverses_id or "")]
        head += [journal.posted_at.isoformat(), str(journal.posted_by or "")]
        for line in sorted(journal.lines.all(), key=lambda one: one.position):
            account = line.book_account
            amounts: list[Cell] = [_major(line.debit_minor, book), _major(line.credit_minor, book)]
            names: list[Cell] = [line.position, account.code, account.name, account.erp_code]
            table.append([*head, *names, *amounts, book.currency, line.movement_type, str(line.pool_id or "")])
    return table


def balances_table(rows: Iterable[BalanceRow], book: Book) -> list[list[Cell]]:
    """Return header and one row for each account; debit positive."""
    table: list[list[Cell]] = [list(BALANCES_HEADER)]
    for row in rows:
        amounts = (row.opening_minor, row.debit_minor, row.credit_minor, row.closing_minor)
        table.append([row.code, row.name, row.type.value, *(_major(minor, book) for minor in amounts), book.currency])
    return table


def _major(minor: int, book: Book) -> Decimal:
    return Decimal(minor).scaleb(-book.minor_digits)
