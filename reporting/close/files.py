"""The files of a month's pack: one workbook with everything, and each part by itself."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from ledger.books import queries as books
from reporting.close.cockpit import Cockpit
from reporting.exports import services as exports
from reporting.gift_cards.pages import statements_file
from reporting.journals.files import balances_table, journals_table
from reporting.journals.queries import balance_rows
from reporting.rollforward.files import Cell, as_csv, as_xlsx, money_table, points_table, pool_text

Content = str | bytes

STATEMENTS_HEADER: Final = (
    "pool",
    "issued",
    "redeemed",
    "lapsed",
    "outstanding",
    "estimate_percentage",
    "expected",
    "deferred",
    "recognised",
    "opening",
    "additions",
    "revenue",
    "catch_up",
    "catch_up_on_earlier_periods",
    "liability",
)
CHECKS_HEADER: Final = ("position", "check", "subject", "passed", "figures", "accepted_by", "accepted_at", "note")


def file_of(shown: Cockpit, name: str) -> Content | None:
    """Return the file that `name` asks for, None if there is no such file."""
    make = FILES.get(name)
    return make(shown) if make else None


def _pack(shown: Cockpit) -> bytes:
    digits = shown.book.minor_digits
    sheets = [
        ("Sign-off", _sign_off(shown)),
        ("Checklist", _checks(shown)),
        ("Points", points_table(shown.points)),
        ("Money", money_table(shown.money, minor_digits=digits)),
        ("Statements", _statements(shown)),
        ("Gift cards", statements_file(shown.cards, shown.book)),
        ("Trial balance", balances_table(balance_rows(shown.book, shown.period), shown.book)),
        ("Journals", _journals(shown)),
    ]
    return as_xlsx(sheets)


def _sign_off(shown: Cockpit) -> list[list[Cell]]:
    run = shown.run
    facts: dict[str, str] = {"book": shown.book.name, "period": str(shown.period), "currency": shown.book.currency}
    if run is not None:
        facts |= {
            "prepared_by": shown.names.get(run.preparer, str(run.preparer)),
            "prepared_at": run.prepared_at.isoformat() if run.prepared_at else "",
            "known_until": run.known_at.isoformat() if run.known_at else "",
            "approved_by": shown.names.get(run.approver, str(run.approver)) if run.approver else "",
            "approved_at": run.approved_at.isoformat() if run.approved_at else "",
            "fingerprint": run.fingerprint,
        }
    table: list[list[Cell]] = [["what", "value"]]
    table += [[name, value] for name, value in facts.items()]
    return table


def _checks(shown: Cockpit) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            check.position,
            check.code,
            check.subject,
            "yes" if check.passed else "no",
            ", ".join(f"{name} {value}" for name, value in check.figures.items()),
            shown.names.get(check.acknowledged_by, str(check.acknowledged_by)) if check.acknowledged_by else "",
            check.acknowledged_at.isoformat() if check.acknowledged_at else "",
            check.note,
        ]
        for check in shown.checks
    ]
    return [list(CHECKS_HEADER), *rows]


def _statements(shown: Cockpit) -> list[list[Cell]]:
    def major(minor: int) -> Decimal:
        return Decimal(minor).scaleb(-shown.book.minor_digits)

    rows: list[list[Cell]] = [
        [
            *(pool_text(pool.pool), pool.issued, pool.redeemed, pool.lapsed, pool.outstanding),
            pool.percentage if pool.percentage is not None else "",
            pool.expected,
            *(major(minor) for minor in (pool.allocated_minor, pool.recognised_minor, pool.opening_minor, pool.additions_minor)),
            *(major(minor) for minor in (pool.revenue_minor, pool.catch_up_minor, pool.catch_up_prior_minor, pool.liability_minor)),
        ]
        for pool in shown.pools
    ]
    return [list(STATEMENTS_HEADER), *rows]


def _journals(shown: Cockpit) -> list[list[Cell]]:
    return journals_table(books.journals(shown.book, period=shown.period), shown.book)


FILES: Final[Mapping[str, Callable[[Cockpit], Content]]] = {
    "pack.xlsx": _pack,
    "points.csv": lambda shown: as_csv(points_table(shown.points)),
    "money.csv": lambda shown: as_csv(money_table(shown.money, minor_digits=shown.book.minor_digits)),
    "statements.csv": lambda shown: as_csv(_statements(shown)),
    "gift-cards.csv": lambda shown: as_csv(statements_file(shown.cards, shown.book)),
    "journals.csv": lambda shown: as_csv(_journals(shown)),
    "books.beancount": lambda shown: exports.beancount(shown.book, shown.period.ends_on),
    "books.journal": lambda shown: exports.hledger(shown.book, shown.period.ends_on),
}
