"""The list of months: state, figures and people of every close of a book."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.users.queries import names_of
from ledger.books.models import Book, Period
from loyalty.kit.clock import business_date
from loyalty.kit.money import Money
from reporting.close.models import CloseRun
from reporting.close.queries import PeriodOverview, overview
from reporting.journals.wording import PERIOD_STATES, moment, period_name, person
from reporting.rollforward.domain import MoneyRow
from reporting.rollforward.queries import money_by_period


def year_of_closes(book: Book, at: dt.datetime) -> dict[str, Any]:
    """Return the context of the list; a fixed number of queries, however many months there are."""
    found = overview(book)
    money = {row.starts_on: row for row in money_by_period(book)}
    people = names_of(user for one in found if one.run for user in (one.run.preparer, one.run.approver))
    today = business_date(at, book.time_zone)
    with timezone.override(book.time_zone):
        rows = [_row(one, money.get(one.period.starts_on), book, people) for one in found]
    return {
        "book": book,
        "columns": [
            {"label": _("Month")},
            {"label": _("State")},
            *({"label": label, "number": True} for label in (_("Opening"), _("Deferred"), _("Recognised"), _("Liability"))),
            {"label": _("Prepared")},
            {"label": _("Closed")},
        ],
        "rows": rows,
        "waiting": _waiting(found, today),
    }


def _row(one: PeriodOverview, money: MoneyRow | None, book: Book, people: dict[Any, str]) -> list[Any]:
    period, run = one.period, one.run
    amounts = (money.opening, money.additions - money.returned, money.recognised, money.closing) if money else (0, 0, 0, 0)
    return [
        {"value": period_name(period), "url": reverse("staff:close-period", args=[period.pk])},
        {"value": PERIOD_STATES[period.state], "state": period.state, "hint": _hint(one)},
        *(Money(minor, book.currency) for minor in amounts),
        {"value": person(people, run.preparer), "hint": moment(run.prepared_at)} if run else "",
        {"value": person(people, run.approver), "hint": moment(run.approved_at)} if run and period.is_closed else "",
    ]


def _hint(one: PeriodOverview) -> str:
    if one.period.is_closed or one.run is None:
        return ""
    if one.run.state == CloseRun.State.PREPARING:
        return _("is being prepared")
    if one.run.state == CloseRun.State.SENT_BACK:
        return _("sent back")
    left = one.open_exceptions
    return (
        ngettext("%(left)s exception to look at", "%(left)s exceptions to look at", left) % {"left": left}
        if left
        else _("waits for approval")
    )


def _waiting(found: list[PeriodOverview], today: dt.date) -> dict[str, str]:
    """Return the month that should be closed now, if one is over."""
    over: list[Period] = [one.period for one in found if not one.period.is_closed and one.period.ends_on < today]
    if not over:
        return {}
    return {"month": period_name(over[-1]), "url": reverse("staff:close-period", args=[over[-1].pk])}
