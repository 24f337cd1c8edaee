"""Journals and balances as tables for people. Plain values; no queries."""

import itertools
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.books.models import Book, Journal, JournalLine, Period
from ledger.valuation.models import Allocation, DayTaking
from loyalty.kit.figures import points_text
from loyalty.kit.money import Money
from reporting.journals.queries import BalanceRow, JournalFilter, JournalStory, JournalTotals
from reporting.journals.wording import (
    ACCOUNT_TYPES,
    BASES,
    EVENTS,
    MOVEMENTS,
    moment,
    month_name,
    period_name,
    person,
    pool_name,
    source_kind_name,
)
from rewards.coalition.models import PartnerStatement


def tabs(current: str, period: Period | None) -> list[dict[str, Any]]:
    query = f"?period={period.pk}" if period else ""
    named = (("journals", _("Journals"), "staff:journals"), ("trial-balance", _("Trial balance"), "staff:trial-balance"))
    return [{"label": label, "url": reverse(name) + query, "current": code == current} for code, label, name in named]


LIST_COLUMNS = ("journal", "day", "what", "debit", "credit", "amount")


def journal_list(rows: Sequence[Journal], totals: JournalTotals, wanted: JournalFilter, book: Book) -> dict[str, Any]:
    """Return columns, rows and totals; with an account chosen, what each journal moved there."""
    amounts = {"debit": _("Debit"), "credit": _("Credit")} if wanted.account else {"amount": _("Amount")}
    counted = ngettext("%(number)s journal", "%(number)s journals", totals.journals) % {"number": points_text(totals.journals)}
    of_all = [totals.debit_minor, totals.credit_minor] if wanted.account else [totals.total_minor]
    names = {"journal": _("Journal"), "day": _("Day"), "what": _("What happened")}
    return {
        "columns": [{"key": key, "label": name, "number": key in amounts} for key, name in {**names, **amounts}.items()],
        "rows": [_list_row(journal, book, by_account=bool(wanted.account)) for journal in rows],
        "totals": [counted, "", "", *(Money(minor, book.currency) for minor in of_all)],
    }


def _list_row(journal: Journal, book: Book, *, by_account: bool) -> list[Any]:
    late = _("of %(day)s") % {"day": date_format(journal.business_on, "j M Y")} if journal.is_prior_period else ""
    minor = [journal.account_debit, journal.account_credit] if by_account else [journal.total_minor]  # type: ignore[attr-defined]  # annotated
    return [
        {"value": str(journal), "url": reverse("staff:journal", args=[journal.pk])},
        {"value": journal.entry_on, "hint": late},
        {"value": EVENTS[journal.event_type], "hint": _("month close") if journal.basis == "close" else ""},
        *(Money(amount, book.currency) if amount else "" for amount in minor),
    ]


def page_of(story: JournalStory, *, may_see_purchases: bool) -> dict[str, Any]:
    """Return the context of one journal; its day leads to the purchases of its month if the reader may see them."""
    journal = story.journal
    total = Money(journal.total_minor, journal.book.currency)
    return {
        "journal": journal,
        "title": str(journal),
        "what": EVENTS[journal.event_type],
        "basis": BASES[journal.basis],
        "crumbs": [
            {"label": _("Journals"), "url": reverse("staff:journals")},
            {"label": period_name(journal.period), "url": f"{reverse('staff:journals')}?period={journal.period_id}"},
            {"label": str(journal)},
        ],
        "facts": _facts(story, may_see_purchases=may_see_purchases),
        "columns": [
            {"label": _("Account")},
            {"label": _("Pool")},
            {"label": _("Movement")},
            {"label": _("Debit"), "number": True},
            {"label": _("Credit"), "number": True},
        ],
        "rows": [_line(line, story) for line in story.lines],
        "totals": [ngettext("%(n)s line", "%(n)s lines", len(story.lines)) % {"n": len(story.lines)}, "", "", total, total],
        "reverses": _link(journal.reverses),
        "reversed_by": _link(story.reversal),
        "allocations": _allocations(story),
        "takings": _takings(story),
        "hidden": max(0, story.sources - len(story.allocations) - len(story.takings) - bool(story.statement))
        if journal.basis == "event"
        else 0,
        "close_url": reverse("staff:close-period", args=[journal.period_id]) if journal.basis == "close" else "",
    }


def _facts(story: JournalStory, *, may_see_purchases: bool) -> list[dict[str, Any]]:
    journal = story.journal
    day = {"label": _("Day of the facts"), "value": date_format(journal.business_on, "j F Y")}
    if may_see_purchases and story.programme and journal.basis == "event":
        day["url"] = f"{reverse('staff:purchases')}?programme={story.programme.slug}&month={journal.business_on:%Y-%m}"
    late = {"hint": _("late: its month was closed")} if journal.is_prior_period else {}
    return [
        {"label": _("Month"), "value": period_name(journal.period)},
        {"label": _("Entered on"), "value": date_format(journal.entry_on, "j F Y")},
        day | late,
        {"label": _("Programme"), "value": story.programme.name if story.programme else _("all")},
        {"label": _("Narration"), "value": journal.narration},
        *_statement(story.statement),
        {
            "label": _("Posted"),
            "value": moment(journal.posted_at),
            "hint": person(story.names, journal.posted_by) or _("by a valuation run"),
        },
    ]


def _statement(statement: PartnerStatement | None) -> list[dict[str, Any]]:
    """Name the statement that a journal was made from, if it was made from one."""
    if statement is None:
        return []
    url = reverse("staff:partner-statement", args=[statement.programme.slug, statement.pk])
    return [{"label": _("Statement"), "value": f"{statement.partner}, {month_name(statement.month)}", "url": url}]


def _line(line: JournalLine, story: JournalStory) -> list[Any]:
    account, currency = line.book_account, story.journal.book.currency
    query = f"?period={story.journal.period_id}&account={account.code}"
    pool = story.pools.get(line.pool_id) if line.pool_id else None
    return [
        {"value": f"{account.code} {account.name}", "url": reverse("staff:journals") + query},
        pool_name(pool.key, story.units) if pool else "",
        MOVEMENTS[line.movement_type],
        Money(line.debit_minor, currency) if line.debit_minor else "",
        Money(line.credit_minor, currency) if line.credit_minor else "",
    ]


def _link(journal: Journal | None) -> dict[str, str]:
    return {"label": str(journal), "url": reverse("staff:journal", args=[journal.pk])} if journal else {}


def _allocations(story: JournalStory) -> dict[str, Any]:
    """What the run found new for each pool: the points and the money that the lines add up."""
    names = [
        _("Issued"),
        _("Taken back"),
        _("Redeemed"),
        _("Lapsed"),
        _("Converted"),
        _("Deferred"),
        _("Returned"),
        _("Released"),
        _("Carried over"),
    ]
    return {
        "columns": [{"label": _("Granted")}, *({"label": name, "number": True} for name in names)],
        "rows": [_allocation(row, story) for row in story.allocations],
    }


def _allocation(row: Allocation, story: JournalStory) -> list[Any]:
    scale, currency = story.units[row.pool.unit_id].scale, story.journal.book.currency
    points = (row.granted, row.reversed, row.redeemed, row.expired + row.adjusted, -row.converted)
    money = (row.deferred_minor, row.returned_minor, row.released_minor + row.tendered_minor, row.carried_minor)
    return [
        pool_name(row.pool.key, story.units),
        *(points_text(number, scale) for number in points),
        *(Money(minor, currency) for minor in money),
    ]


def _takings(story: JournalStory) -> dict[str, Any]:
    return {
        "columns": [{"label": _("Sales")}, {"label": _("Taken"), "number": True}, {"label": _("Given back"), "number": True}],
        "rows": [_taking(row, story.journal.book.currency) for row in story.takings],
    }


def _taking(row: DayTaking, currency: str) -> list[Any]:
    return [source_kind_name(row.source_kind), Money(row.paid_minor, currency), Money(row.refunded_minor, currency)]


def balances(rows: Sequence[BalanceRow], book: Book, period: Period) -> dict[str, Any]:
    """Return the trial balance by type of account, and whether it balances."""
    names = [_("Opening"), _("Debit"), _("Credit"), _("Closing")]
    columns = [{"label": _("Account")}, *({"label": name, "number": True} for name in names)]
    ordered = sorted(rows, key=lambda row: (list(ACCOUNT_TYPES).index(row.type), row.code))
    groups = [
        {
            "title": ACCOUNT_TYPES[kind],
            "rows": [_balance(row, book, period) for row in of_kind],
            "totals": _sums(of_kind, str(ACCOUNT_TYPES[kind]), book),
        }
        for kind, of_kind in ((kind, list(found)) for kind, found in itertools.groupby(ordered, key=lambda row: row.type))
    ]
    debit, credit = sum(row.debit_minor for row in rows), sum(row.credit_minor for row in rows)
    return {
        "columns": columns,
        "groups": groups,
        "totals": _sums(rows, _("All accounts"), book),
        "is_balanced": debit == credit and sum(row.closing_minor for row in rows) == 0,
        "debit": Money(debit, book.currency),
        "credit": Money(credit, book.currency),
    }


def _balance(row: BalanceRow, book: Book, period: Period) -> list[Any]:
    name = {"value": f"{row.code} {row.name}", "url": f"{reverse('staff:journals')}?period={period.pk}&account={row.code}"}
    return [name, *(Money(minor, book.currency) for minor in (row.opening_minor, row.debit_minor, row.credit_minor, row.closing_minor))]


def _sums(rows: Sequence[BalanceRow], name: str, book: Book) -> list[Any]:
    fields = ("opening_minor", "debit_minor", "credit_minor", "closing_minor")
    return [name, *(Money(sum(getattr(row, field) for row in rows), book.currency) for field in fields)]
