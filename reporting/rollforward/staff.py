"""Roll-forwards for colleagues: how points and their liability got from the opening to the closing balance."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.pages import programme_choices, programme_page, render_part
from accounts.staff.roles import Act
from ledger.books.models import Period
from loyalty.kit.figures import books_rhythm, money_text, points_text
from loyalty.kit.money import Money
from reporting.exports.downloads import download, file_name
from reporting.journals.queries import book_periods, units_of
from reporting.journals.wording import period_name
from reporting.rollforward import tables
from reporting.rollforward.domain import MoneyRow, PointsRow
from reporting.rollforward.files import as_csv, as_xlsx, money_table, points_table
from reporting.rollforward.report import Report, report


@require_safe
@programme_page(Act.SEE_BOOKS)
def rollforward(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show every month, or with ?period= the pools of one."""
    periods = book_periods(programme.legal_entity.book)
    chosen = _chosen(request, periods)
    shown = report(programme, periods, chosen)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "periods": [{"value": one.pk, "label": period_name(one), "selected": one == chosen} for one in periods],
        "month": period_name(chosen) if chosen else "",
        "through": period_name(chosen or periods[0]),
        "currency": shown.book.currency,
        **_tables(shown, periods),
        "points_ties": _points_ties(shown),
        "money_ties": _money_ties(shown),
        "files": _files(chosen),
    }
    return render_part(request, "reporting/rollforward/rollforward.html", "reporting/rollforward/rows.html", context)


@require_safe
@programme_page(Act.SEE_BOOKS)
def rollforward_file(request: HttpRequest, programme: Programme, name: str) -> HttpResponse:
    """Send points.csv, money.csv or rollforward.xlsx, by pool; of one month (?period=) or of all."""
    periods = book_periods(programme.legal_entity.book)
    chosen = _chosen(request, periods)
    shown = report(programme, periods, chosen)
    digits = shown.book.minor_digits
    points, money = points_table(shown.points), money_table(shown.money, minor_digits=digits)
    what, _dot, suffix = name.rpartition(".")
    saved = file_name(shown.book, programme.slug, str(chosen) if chosen else "", what, suffix=suffix)
    match name:
        case "points.csv":
            return download(as_csv(points), saved)
        case "money.csv":
            return download(as_csv(money), saved)
        case "rollforward.xlsx":
            sheets = [
                ("Points by month", points_table(shown.points_by_period)),
                ("Money by month", money_table(shown.money_by_period, minor_digits=digits)),
                ("Points by pool", points),
                ("Money by pool", money),
            ]
            return download(as_xlsx(sheets), saved)
    raise Http404


def _chosen(request: HttpRequest, periods: Sequence[Period]) -> Period | None:
    asked = request.GET.get("period", "")
    return next((period for period in periods if str(period.pk) == asked), None)


def _tables(shown: Report, periods: Sequence[Period]) -> dict[str, Any]:
    if shown.period is not None:
        units = units_of(shown.book)
        return {
            "points": tables.points_by_pool_table(shown.points, units),
            "money": tables.money_by_pool_table(shown.money, units, shown.book),
        }
    urls = {period.starts_on: f"?period={period.pk}" for period in periods}

    def name(row: PointsRow | MoneyRow) -> dict[str, str]:
        return {"value": tables.month_of(row), "url": urls[row.starts_on]}

    return {
        "points": tables.points_by_period_table(shown.points_by_period, shown.unit, name),
        "money": tables.money_by_period_table(shown.money_by_period, shown.book, name),
    }


def _points_ties(shown: Report) -> list[dict[str, Any]]:
    """Compare the closing points with the close's statements and with what members hold now."""
    tie, closing, scale = shown.tie, shown.closing_points, shown.unit.scale
    found = []
    if tie.statement_points is not None:
        found.append(
            _compared(_("Pool statements of the close"), points_text(tie.statement_points, scale), tie.statement_points == closing)
        )
    if tie.members is not None:
        later = tie.members - closing
        compared = _compared(_("Members' balances now"), points_text(tie.members, scale), later == 0)
        if later:
            compared |= {"kind": "info", "label": _("later"), "hint": _later(points_text(later, scale))}
        found.append(compared)
    return found


def _later(points: str) -> str:
    return _("%(points)s since then: the next month waits for this one's close, and the books take in what happened %(rhythm)s.") % {
        "points": points,
        "rhythm": books_rhythm(),
    }


def _money_ties(shown: Report) -> list[dict[str, Any]]:
    """Compare the closing liability with the liability accounts, and with the close's statements."""
    tie, closing, currency = shown.tie, shown.closing_minor, shown.book.currency
    found = []
    for account in tie.accounts:
        label = _("Account %(code)s, %(name)s") % {"code": account.code, "name": account.name}
        compared = _compared(label, money_text(Money(account.pools_minor, currency)), tie.accounts_minor == closing)
        if account.account_minor != account.pools_minor:
            whole = money_text(Money(account.account_minor, currency))
            compared["hint"] = _("The whole account holds %(amount)s, with other programmes.") % {"amount": whole}
        found.append(compared)
    if tie.statement_minor is not None:
        amount = money_text(Money(tie.statement_minor, currency))
        found.append(_compared(_("Pool statements of the close"), amount, tie.statement_minor == closing))
    return found


def _compared(label: str, value: str, same: bool) -> dict[str, Any]:
    return {
        "name": label,
        "value": value,
        "kind": "positive" if same else "danger",
        "label": _("ties") if same else _("differs"),
        "hint": "",
    }


def _files(period: Period | None) -> list[dict[str, str]]:
    query = f"?period={period.pk}" if period else ""
    named = (("points.csv", _("Points (CSV)")), ("money.csv", _("Liability (CSV)")), ("rollforward.xlsx", "XLSX"))
    return [{"label": label, "url": reverse("staff:rollforward-file", args=[name]) + query} for name, label in named]
