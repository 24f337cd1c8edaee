"""Journals as plain text: beancount and hledger. Pure.

Amounts carry exactly the decimals of the currency, and both files end with balance assertions, so that a reader that sums
differently says so. Files are in date order, as some readers check assertions in the order of the file.
"""

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from ledger.books.domain import AccountType

_ROOTS = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}
_HLEDGER_TYPES = {
    AccountType.ASSET: "A",
    AccountType.LIABILITY: "L",
    AccountType.EQUITY: "E",
    AccountType.INCOME: "R",
    AccountType.EXPENSE: "X",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    code: str
    name: str
    type: AccountType

    @property
    def path(self) -> str:
        """A root and one segment of letters, digits and dashes that begins with the code."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{_ROOTS[self.type]}:{self.code}-" + re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")


@dataclasses.dataclass(frozen=True, slots=True)
class Transaction:
    """A journal: entry date, number, text, and (account, minor units debit positive) lines."""

    on: dt.date
    number: str
    narration: str
    lines: Sequence[tuple[Account, int]]


@dataclasses.dataclass(frozen=True, slots=True)
class Books:
    """What is written: transactions in date order, and the balances that a reader must find after the last day."""

    title: str
    currency: str
    minor_digits: int
    opened_on: dt.date
    through_on: dt.date
    accounts: Sequence[Account]
    transactions: Sequence[Transaction]
    balances: Mapping[Account, int]


def beancount(books: Books) -> str:
    """Write a beancount 3 file (text, ends in a newline)."""
    head = [
        f'option "title" "{_quoted(books.title)}"',
        f'option "operating_currency" "{books.currency}"',
        'option "inferred_tolerance_default" "*:0"',
        "",
        *(f"{books.opened_on} open {account.path} {books.currency}" for account in books.accounts),
    ]
    body = [_beancount_transaction(books, transaction) for transaction in books.transactions]
    next_day = books.through_on + dt.timedelta(days=1)
    tail = [f"{next_day} balance {account.path} {_amount(books, minor)}" for account, minor in books.balances.items()]
    return "\n".join([*head, "", *body, *tail, ""])


def hledger(books: Books) -> str:
    """Write an hledger journal (text, ends in a newline); passes `hledger check --strict`."""
    sample = "1000." + "0" * books.minor_digits if books.minor_digits else "1000."
    head = [f"; {_one_line(books.title)}", f"commodity {sample} {books.currency}", ""]
    head += [f"account {account.path}  ; type:{_HLEDGER_TYPES[account.type]}" for account in books.accounts]
    body = [_hledger_transaction(books, transaction) for transaction in books.transactions]
    tail = [f"{books.through_on} * Balances"]
    tail += [f"    {account.path}  {_amount(books, 0)} = {_amount(books, minor)}" for account, minor in books.balances.items()]
    return "\n".join([*head, "", *body, *(tail if books.balances else []), ""])


def _beancount_transaction(books: Books, transaction: Transaction) -> str:
    lines = [f'{transaction.on} * "{_quoted(transaction.narration)}"', f'  journal: "{transaction.number}"']
    lines += [f"  {account.path}  {_amount(books, minor)}" for account, minor in transaction.lines]
    return "\n".join([*lines, ""])


def _hledger_transaction(books: Books, transaction: Transaction) -> str:
    lines = [f"{transaction.on} * ({transaction.number}) {_one_line(transaction.narration)}"]
    lines += [f"    {account.path}  {_amount(books, minor)}" for account, minor in transaction.lines]
    return "\n".join([*lines, ""])


def _amount(books: Books, minor: int) -> str:
    digits = f"{abs(minor):0{books.minor_digits + 1}d}"
    whole, cents = (digits[: -books.minor_digits], digits[-books.minor_digits :]) if books.minor_digits else (digits, "")
    return f"{'-' if minor < 0 else ''}{whole}{'.' if cents else ''}{cents} {books.currency}"


def _quoted(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[;|\x00-\x1f]", " ", text).split())


def used_accounts(transactions: Iterable[Transaction]) -> list[Account]:
    return sorted({account for transaction in transactions for account, _ in transaction.lines}, key=lambda account: account.code)
