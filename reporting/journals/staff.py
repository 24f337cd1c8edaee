"""Journals and trial balance for colleagues: find one, see what it is made of, take the books along."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, chosen_company, programme_choices, programme_page, render_part, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from ledger.books import queries as books
from ledger.books.models import Book, Period
from reporting.exports import services as exports
from reporting.exports.downloads import download, file_name
from reporting.journals import pages
from reporting.journals.files import balances_table, journals_table
from reporting.journals.queries import (
    NEWEST_FIRST,
    JournalFilter,
    balance_rows,
    book_periods,
    journal_story,
    journals_like,
    totals_of,
    used_accounts,
)
from reporting.journals.wording import EVENTS, period_name
from reporting.rollforward.files import as_csv, as_xlsx


@require_safe
@staff_list("journals", Act.SEE_BOOKS, filters=("period", "account", "event"), columns=pages.LIST_COLUMNS)
def journals(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List journals, newest first; ?period=, ?account= and ?event= narrow the list, the totals are of all that fit."""
    company, companies = chosen_company(request, programme)
    book = company.book
    periods = book_periods(book)
    wanted = _filter(request, periods)
    page = list_page(request, journals_like(book, wanted), NEWEST_FIRST)
    context = {
        "book": book,
        "tabs": pages.tabs("journals", wanted.period),
        "programmes": programme_choices(programme),
        "companies": companies,
        "periods": _period_choices(periods, wanted.period),
        "accounts": [
            {"value": account.code, "label": str(account), "selected": account.code == wanted.account} for account in used_accounts(book)
        ],
        "events": [{"value": value, "label": label, "selected": value == wanted.event} for value, label in EVENTS.items()],
        **pages.journal_list(page.rows, totals_of(book, wanted), wanted, book),
        "files": _files("staff:journals-file", wanted.period, ("csv", "xlsx", "beancount", "journal")),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "reporting/journals/journals.html", "reporting/journals/journals_rows.html", context)


@require_safe
@staff_page(Act.SEE_BOOKS)
def journal(request: HttpRequest, journal: uuid.UUID) -> HttpResponse:
    """Show one journal: lines, sources, people."""
    story = journal_story(journal)
    with timezone.override(story.journal.book.time_zone):
        return render(
            request, "reporting/journals/journal.html", pages.page_of(story, may_see_purchases=may(request.user, Act.FIND_MEMBERS))
        )


@require_safe
@programme_page(Act.SEE_BOOKS)
def trial_balance(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show what every account held before a month, what it moved, and what it holds at the end."""
    company, companies = chosen_company(request, programme)
    book = company.book
    periods = book_periods(book)
    chosen = _chosen(request, periods) or periods[0]
    context = {
        "book": book,
        "month": period_name(chosen),
        "tabs": pages.tabs("trial-balance", chosen),
        "programmes": programme_choices(programme),
        "companies": companies,
        "periods": _period_choices(periods, chosen),
        **pages.balances(balance_rows(book, chosen), book, chosen),
        "files": _files("staff:trial-balance-file", chosen, ("csv", "xlsx")),
    }
    return render_part(request, "reporting/journals/trial_balance.html", "reporting/journals/trial_balance_rows.html", context)


@require_safe
@programme_page(Act.SEE_BOOKS)
def journals_file(request: HttpRequest, programme: Programme, suffix: str) -> HttpResponse:
    """Send the journals of a month (?period=) or of all: csv, xlsx; beancount and hledger always begin with the first month."""
    book = chosen_company(request, programme)[0].book
    periods = book_periods(book)
    chosen = _chosen(request, periods)
    name = file_name(book, str(chosen) if chosen else "", "journals", suffix=suffix)
    last = chosen or periods[0]
    match suffix:
        case "csv":
            return download(as_csv(journals_table(books.journals(book, period=chosen), book)), name)
        case "xlsx":
            return download(as_xlsx([(_("Journals"), journals_table(books.journals(book, period=chosen), book))]), name)
        case "beancount":
            return download(exports.beancount(book, last.ends_on), name)
        case "journal":
            return download(exports.hledger(book, last.ends_on), name)
    raise Http404


@require_safe
@programme_page(Act.SEE_BOOKS)
def trial_balance_file(request: HttpRequest, programme: Programme, suffix: str) -> HttpResponse:
    """Send a month's trial balance as csv or xlsx."""
    book: Book = chosen_company(request, programme)[0].book
    periods = book_periods(book)
    chosen = _chosen(request, periods) or periods[0]
    table = balances_table(balance_rows(book, chosen), book)
    name = file_name(book, str(chosen), "trial-balance", suffix=suffix)
    match suffix:
        case "csv":
            return download(as_csv(table), name)
        case "xlsx":
            return download(as_xlsx([(str(chosen), table)]), name)
    raise Http404


def _filter(request: HttpRequest, periods: list[Period]) -> JournalFilter:
    """Read the filters; what cannot be read narrows nothing."""
    event = request.GET.get("event", "")
    account = request.GET.get("account", "")
    return JournalFilter(
        period=_chosen(request, periods),
        account=account if account.isalnum() and len(account) <= 16 else "",
        event=event if event in EVENTS else "",
    )


def _chosen(request: HttpRequest, periods: list[Period]) -> Period | None:
    asked = request.GET.get("period", "")
    return next((period for period in periods if str(period.pk) == asked), None)


def _period_choices(periods: list[Period], chosen: Period | None) -> list[dict[str, Any]]:
    return [{"value": period.pk, "label": period_name(period), "selected": period == chosen} for period in periods]


def _files(name: str, period: Period | None, suffixes: tuple[str, ...]) -> list[dict[str, str]]:
    labels = {"csv": "CSV", "xlsx": "XLSX", "beancount": "beancount", "journal": "hledger"}
    query = f"?period={period.pk}" if period else ""
    return [{"label": labels[suffix], "url": reverse(name, args=[suffix]) + query} for suffix in suffixes]
